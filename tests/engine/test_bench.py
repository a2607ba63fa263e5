from __future__ import annotations

from pathlib import Path

import pytest

from engine.bench import measure
from engine.errors import StudioError
from tests.models import save_tiny_model


def test_the_figures_belong_together(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "m.safetensors", sample_rate=8000)
    speed = measure(model, "cpu", seconds=0.01)
    # One sample at 8 kHz lasts 125 µs.
    assert speed.real_time_factor == pytest.approx(125.0 / speed.microseconds)
    assert (speed.model, speed.size, speed.engine) == ("tiny", "custom", "cpu")


def test_the_limit_is_that_of_the_same_weights(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "m.safetensors")
    speed = measure(model, "cpu", seconds=0.02)
    assert speed.limit is not None
    assert speed.share == speed.limit.microseconds / speed.microseconds
    # Multiplications: 8 layers of 16 by (32 past + 32 + 16 + 16), the head's 16 by (16 + 256); twice each.
    assert speed.limit.gigaflops * speed.limit.microseconds == pytest.approx(2e-3 * 16 * (8 * 96 + 272))


def test_both_engines_can_be_timed(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "m.safetensors")
    assert measure(model, "reference", seconds=0.01).microseconds > 0.0
    with pytest.raises(StudioError, match="unknown"):
        measure(model, "abacus", seconds=0.01)
