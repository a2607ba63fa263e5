"""Takes for tests: a millisecond of silence, each told apart by its number."""

from __future__ import annotations

import numpy as np

from engine.library.presets import Preset
from engine.library.takes import Take

PRESET = Preset(id="piano", name="Piano", category="genre", model="m")


def make_take(number: int) -> Take:
    return Take(
        id=str(number),
        name="",
        created="2026-01-01T00:00:00+00:00",
        preset=PRESET,
        seed=number,
        engine="cpu",
        kernel_version="1",
        model="m",
        model_hash="0",
        sample_rate=16_000,
        codes=np.full(16, 128, dtype=np.uint8),
    )
