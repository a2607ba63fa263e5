"""Frames in another time."""

from __future__ import annotations

import numpy as np
import pytest

from engine.speech.shape import doubled, halved, owners_of, places_of
from engine.speech.warping import shortened_pause, warped, with_pause


def ramp(frames: int) -> np.ndarray:
    """Every feature is the frame's middle, in frames."""
    return np.repeat(np.arange(frames, dtype=np.float32)[:, None] + 0.5, 24, axis=1)


def test_time_goes_evenly_within_a_phone_and_what_follows_is_moved() -> None:
    rows = warped(ramp(30), np.array([10, 20]), np.array([20, 30]))[:, 0]
    assert len(rows) == 40
    np.testing.assert_allclose(rows[2:20], (np.arange(2, 20) + 0.5) / 2.0, atol=1e-5)
    np.testing.assert_allclose(rows[20:40], np.arange(20, 40) + 0.5 - 10.0, atol=1e-5)


def test_yes_and_no_stay_yes_and_no() -> None:
    frames = ramp(30)
    frames[:, 22:] = np.arange(30)[:, None] % 2
    assert set(np.unique(warped(frames, np.array([10]), np.array([17]))[:, 22:])) == {0.0, 1.0}


@pytest.mark.parametrize("pause", [20, 35, 36, 400])
def test_a_pause_is_drawn_out_in_its_middle_and_shortened_again(pause: int) -> None:
    frames = ramp(30)
    longer = with_pause(frames, 10, pause)
    assert len(longer) == 10 + pause
    np.testing.assert_array_equal(longer[:15], frames[:15])
    np.testing.assert_array_equal(longer[-10:], frames[-10:])
    np.testing.assert_array_equal(shortened_pause(longer, 10, 20), frames)


def test_each_frame_belongs_to_the_token_that_its_middle_lies_in() -> None:
    ends = np.array([3, 4, 9])
    owners = owners_of(ends)  # middles at 1, 3, 5, 7, and the last at 8
    assert owners.tolist() == [0, 1, 2, 2, 2]
    places = places_of(ends, owners)
    np.testing.assert_allclose(places[:, 0], [1 / 3, 0.0, 0.2, 0.6, 1.0], atol=1e-6)
    np.testing.assert_allclose(places[2], [0.2, np.log(6.0) / 4.0, 1 / 60, 4 / 60], atol=1e-6)


def test_a_straight_line_survives_half_the_rate() -> None:
    line = ramp(11)
    np.testing.assert_allclose(halved(line)[:5, 0], [1.0, 3.0, 5.0, 7.0, 9.0])
    np.testing.assert_allclose(doubled(halved(line[:10]), 10)[1:9], line[1:9], atol=1e-5)
