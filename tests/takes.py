"""Takes for tests: silence, each told apart by its number; and those of a tiny model, to be made again."""

from __future__ import annotations

import numpy as np

from engine.library.control_events import ControlEvent
from engine.library.presets import Preset
from engine.library.takes import Settings, Take

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


TINY_PRESET = Preset(id="p", name="P", category="user", model="tiny", temperature=0.9, tags={"piano": 1.0})
TINY_SETTINGS = Settings(
    preset=TINY_PRESET,
    seed=7,
    engine="reference",
    kernel_version="1",
    model="tiny",
    model_hash="abc",
    sample_rate=16_000,
    samples=700,
)


def tiny_take(codes: np.ndarray, events: tuple[ControlEvent, ...] = ()) -> Take:
    return Take(
        id="t",
        name="Take 1",
        created="2000-01-01T00:00:00+00:00",
        preset=TINY_PRESET,
        seed=7,
        engine="reference",
        kernel_version="1",
        model="tiny",
        model_hash="abc",
        sample_rate=16_000,
        codes=codes,
        events=events,
    )
