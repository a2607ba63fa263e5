"""One way of saying a phrase gives way to another: at the same place of the same phone, without a jump."""

from __future__ import annotations

import numpy as np
import pytest

from engine.speech.features import CHANNELS, VOICED
from engine.speech.script import Phrase
from engine.speech.spoken import Spoken
from engine.stream.narration.splice import blended, counterpart


def spoken(ends: list[int], length: int) -> Spoken:
    return Spoken(Phrase((), 0), np.zeros((length, CHANNELS), np.float32), np.array(ends))


@pytest.mark.parametrize(
    ("frame", "place"), [(0, 0), (4, 2), (8, 4), (10, 8), (16, 20), (18, 30), (20, 40), (24, 40)]
)
def test_the_place_within_a_phone_and_within_the_pause_is_kept_in_proportion(frame: int, place: int) -> None:
    old, new = spoken([8, 16], 20), spoken([4, 20], 40)
    assert counterpart(old, new, frame) == place


@pytest.mark.parametrize(("frame", "place"), [(0, 0), (10, 20), (20, 40)])
def test_among_other_phones_the_place_is_the_same_share_of_the_whole(frame: int, place: int) -> None:
    old, new = spoken([8, 16], 20), spoken([4, 20, 30], 40)
    assert counterpart(old, new, frame) == place


def test_frames_go_over_into_the_new_ones_in_equal_steps_and_yes_and_no_at_once() -> None:
    old, new = np.zeros((10, CHANNELS), np.float32), np.ones((12, CHANNELS), np.float32)
    mixed = blended(old, new)
    np.testing.assert_allclose(mixed[:7, 0], [1 / 7, 2 / 7, 3 / 7, 4 / 7, 5 / 7, 6 / 7, 1.0], rtol=1e-6)
    assert (mixed[:, VOICED:] == 1.0).all()
