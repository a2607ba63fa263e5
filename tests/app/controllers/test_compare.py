from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import numpy as np
import pyloudnorm
import pytest
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication

from app.actions import Actions
from app.controllers.compare import Compare
from app.controllers.playhead import Playhead
from app.controllers.take_selection import TakeSelection
from engine.library.take_store import TakeStore
from engine.library.takes import Take
from engine.wavenet.mulaw import encode
from tests.app.controllers.fakes import HeldBackground
from tests.takes import make_take


def tone(number: int, amplitude: float, seconds: float = 2.0) -> Take:
    wave = amplitude * np.sin(2.0 * np.pi * 440.0 * np.arange(round(16_000 * seconds)) / 16_000)
    codes = encode(wave.astype(np.float32)).astype(np.uint8)
    return dataclasses.replace(make_take(number), codes=codes, sample_rate=16_000)


def sounds(
    first: Take, second: Take, at_s: float = 0.0, starts: list[int] | None = None
) -> list[NDArray[np.float32]]:
    """What is heard at each of two presses of the key, with the playhead at a place of the second take."""
    actions, background, store = Actions(), HeldBackground(), TakeStore()
    heard: list[NDArray[np.float32]] = []
    playhead = Playhead()

    def play_take(take: Take, start: int, loop: object, sound: NDArray[np.float32]) -> None:
        heard.append(sound)
        if starts is not None:
            starts.append(start)

    player = SimpleNamespace(play_take=play_take)
    selection = TakeSelection(store)
    compare = Compare(actions, player, selection, playhead, background)  # type: ignore[arg-type]
    for take, mark in ((first, "mark_a"), (second, "mark_b")):
        selection.current = selection.add(take).id
        compare.show()
        actions[mark].trigger()
    playhead.place(second.id, at_s)
    for _ in range(2):
        compare.switch()
        background.finish_all()
    return heard


def test_both_are_heard_as_loud_as_the_quieter_one(dressed: QApplication) -> None:
    meter = pyloudnorm.Meter(16_000)
    loud, quiet = (
        meter.integrated_loudness(sound.astype(float)) for sound in sounds(tone(1, 0.5), tone(2, 0.1))
    )
    assert loud == pytest.approx(quiet, abs=0.1)
    assert quiet == pytest.approx(meter.integrated_loudness(tone(2, 0.1).samples().astype(float)), abs=0.1)


@pytest.mark.parametrize("other", [tone(2, 0.0), tone(2, 0.1, seconds=0.2)])
def test_what_has_no_loudness_changes_nothing(dressed: QApplication, other: Take) -> None:
    first, _ = sounds(tone(1, 0.5), other)
    np.testing.assert_array_equal(first, tone(1, 0.5).samples())


@pytest.mark.parametrize(("at_s", "start"), [(0.5, 8_000), (1.95, 0), (3.0, 0)])
def test_the_other_is_heard_from_the_same_place_or_anew_from_the_end(
    dressed: QApplication, at_s: float, start: int
) -> None:
    starts: list[int] = []
    sounds(tone(1, 0.5), tone(2, 0.1), at_s, starts)
    assert starts == [start, start]
