from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli import main
from tests.models import save_tiny_model


def test_bench_times_each_engine_on_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "m.safetensors"
    save_tiny_model(path)
    assert main(["bench", str(path), "--json"]) == 0
    speeds = json.loads(capsys.readouterr().out)
    assert [speed["engine"] for speed in speeds] == ["cpu", "reference"]
    assert all(speed["real_time_factor"] > 0 for speed in speeds)


def test_bench_names_a_model_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "theremin"]) == 1
    assert "theremin" in capsys.readouterr().err
