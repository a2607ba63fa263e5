from __future__ import annotations

import json

import pytest

from engine.benchmark import cards
from engine.benchmark.cards import measure_cards
from engine.benchmark.models import random_model
from engine.cli import main
from engine.kernels.gpu import cards as found
from engine.wavenet.config import ModelConfig
from tests.engine.kernels.gpu.cases import device
from tests.models import TINY

MODEL = random_model("tiny", ModelConfig(**TINY))  # type: ignore[arg-type]


def test_every_variant_is_compared_and_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "BLOCK", 4)
    speeds = list(measure_cards(MODEL, [device()], 0.0, (("float32", 32), ("float16", 16)), (1, 3)))
    assert [(speed.precision, speed.items, speed.streams) for speed in speeds] == [
        ("float32", 32, 1),
        ("float32", 32, 3),
        ("float16", 16, 1),
        ("float16", 16, 3),
    ]
    for speed in speeds:
        assert speed.card.startswith("opencl: ")
        assert speed.apart < (1e-4 if speed.precision == "float32" else 2e-2)
        assert speed.real_time_factor == pytest.approx(62.5 / speed.microseconds)


def test_cards_are_told_line_by_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    speed = cards.CardSpeed("lite", "cuda: Paper tiger", "float16", 256, 0.001, 64, 0.5)
    monkeypatch.setattr(cards, "measure_cards", lambda model, devices, seconds: iter([speed]))
    monkeypatch.setattr(found, "open_cards", lambda: [device()])
    assert main(["bench", "--gpu", "--sizes", "lite"]) == 0
    assert capsys.readouterr().out == (
        "lite, cuda: Paper tiger, float16, 256 items, 64 streams: 0.50 µs a sample, 125.00 times real time; "
        "outputs 1.0e-03 from the reference's\n"
    )
    assert main(["bench", "--gpu", "--sizes", "lite", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["microseconds"] == 0.5


def test_without_a_card_bench_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(found, "open_cards", lambda: [])
    assert main(["bench", "--gpu"]) == 1
    assert "no graphics card can be used; ./studio doctor says" in capsys.readouterr().err
    assert main(["bench", "--gpu", "--takes"]) == 1
    assert "--gpu measures sizes only" in capsys.readouterr().err
