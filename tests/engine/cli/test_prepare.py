"""The engine compiled ahead: every installed model's, and what is broken named."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.kernels import cache
from engine.library import paths
from tests.engine.cli.conftest import Studio
from tests.models import save_tiny_model


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    save_tiny_model(folder / "tones.safetensors", "tones", speakers=())
    monkeypatch.setattr(paths, "model_folders", lambda: (folder, tmp_path / "none"))
    return folder


def test_every_models_engine_is_compiled_and_kept(studio: Studio, models: Path) -> None:
    result = studio("prepare")
    assert (result.code, result.out) == (0, "tones: ready on engine cpu\n")
    assert list(cache.kernel_folder().glob("*.nbc"))


def test_only_the_models_that_are_named_are_made_ready(studio: Studio, models: Path) -> None:
    save_tiny_model(models / "more.safetensors", "more", speakers=())
    assert studio("prepare", "more").out == "more: ready on engine cpu\n"
    unknown = studio("prepare", "mroe")
    assert (unknown.code, unknown.out) == (1, "")
    assert "model 'mroe' is not installed" in unknown.err


def test_a_broken_model_is_named_and_the_others_are_made_ready(studio: Studio, models: Path) -> None:
    (models / "broken.safetensors").write_bytes(b"nothing")
    result = studio("prepare")
    assert (result.code, result.out) == (1, "tones: ready on engine cpu\n")
    assert "broken.safetensors" in result.err
