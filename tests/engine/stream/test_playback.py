"""Finished samples from any place on, and a part of them again and again."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.stream.playback import Playback, Region

RATE = 10_000
SEAM = 100
"""Samples of 10 ms."""


def ramp(n: int) -> NDArray[np.float32]:
    """[n] samples, each of its own value."""
    return np.arange(1, n + 1, dtype=np.float32) / n


def test_samples_that_exist_are_played_once_to_their_end() -> None:
    samples = ramp(100)
    playback = Playback(samples, 22_050)
    assert (playback.generated, playback.next, playback.left, playback.sample_rate) == (100, 0, 100, 22_050)
    parts = [playback.read(60), playback.read(60), playback.read(60)]
    assert [len(part) for part in parts] == [60, 40, 0]
    np.testing.assert_array_equal(np.concatenate(parts), samples)
    assert (playback.generated, playback.next, playback.left) == (100, 100, 0)


@pytest.mark.parametrize(("start", "first"), [(30, 30), (-5, 0), (100, 100), (1_000, 100)])
def test_it_begins_at_any_place_and_counts_in_the_whole_sound(start: int, first: int) -> None:
    samples = ramp(100)
    playback = Playback(samples, RATE, start)
    assert (playback.generated, playback.next, playback.left) == (100, first, 100 - first)
    assert playback.place(0) == first  # nothing before it is heard
    np.testing.assert_array_equal(playback.read(100), samples[first:])


def test_a_part_is_repeated_as_soon_as_it_is_reached() -> None:
    playback = Playback(ramp(5_000), RATE, 500, (1_000, 3_000))
    assert playback.left == math.inf
    heard = playback.read(6_500)
    np.testing.assert_array_equal(heard[: 2_500 - SEAM], ramp(5_000)[500 : 3_000 - SEAM])
    for turn in range(2):
        begins = 2_500 + turn * 2_000
        repeated = heard[begins : begins + 2_000 - SEAM]
        np.testing.assert_array_equal(repeated, ramp(5_000)[1_000 : 3_000 - SEAM])
    assert [playback.place(count) for count in (500, 2_999, 3_000, 4_999, 5_000, 6_999)] == [
        500, 2_999, 1_000, 2_999, 1_000, 2_999,
    ]  # fmt: skip


def test_at_the_seam_the_end_gives_way_to_what_lies_before_the_beginning() -> None:
    samples = np.zeros(5_000, np.float32)
    samples[900:1_000], samples[2_900:3_000] = 0.25, 0.5  # before the beginning, and at the end
    seam = Playback(samples, RATE, 2_900, (1_000, 3_000)).read(SEAM)
    angle = (np.arange(SEAM) + 0.5) / SEAM * np.pi / 2
    np.testing.assert_allclose(seam, 0.5 * np.cos(angle) + 0.25 * np.sin(angle), atol=1e-6)


def test_a_loud_tone_repeats_without_a_click() -> None:
    tone = np.sin(np.arange(20_000) * 2.0 * np.pi * 440.0 / RATE).astype(np.float32)
    steepest = np.abs(np.diff(tone)).max()
    for region in ((0, 5_003), (1_234, 7_777), (19_000, 20_000)):
        heard = Playback(tone, RATE, region[0], region).read(3 * (region[1] - region[0]))
        assert np.abs(np.diff(heard)).max() < 1.5 * steepest  # both at once are as loud as √2


def test_behind_the_part_there_is_no_loop() -> None:
    playback = Playback(ramp(1_000), RATE, 600, (100, 500))
    assert len(playback.read(10_000)) == 400


def test_a_loop_that_is_taken_away_plays_on_to_the_end() -> None:
    playback = Playback(ramp(2_000), RATE, 0, (0, 1_000))
    playback.read(1_500)
    playback.repeat(None)
    np.testing.assert_array_equal(playback.read(9_999), ramp(2_000)[500:])


def test_what_is_moved_begins_elsewhere_with_the_same_loop_or_another() -> None:
    playback = Playback(ramp(2_000), RATE, 0, (500, 1_000))
    moved = playback.moved(900)
    assert (moved.next, moved.left) == (900, math.inf)
    moved.read(100)
    assert moved.place(moved.next) == 500
    assert playback.moved(1_500).left == 500
    other = playback.moved(0, (0, 300))
    other.read(300)
    assert other.place(other.next) == 0


@given(
    st.integers(0, 3_000),
    st.integers(-50, 3_000),
    st.tuples(st.integers(-50, 3_500), st.integers(-50, 3_500)),
    st.lists(st.integers(0, 700), max_size=30),
)
def test_any_loop_stays_within_the_sound_however_it_is_read(
    length: int, start: int, region: Region, reads: list[int]
) -> None:
    playback = Playback(ramp(length), RATE, start, region)
    for n in reads:
        left = playback.left
        before = playback.next
        assert len(playback.read(n)) == min(n, left)
        assert playback.next == before + min(n, left)
        assert 0 <= playback.place(playback.next) <= length
    at_once = Playback(ramp(length), RATE, start, region).read(sum(reads))
    in_parts = Playback(ramp(length), RATE, start, region)
    np.testing.assert_array_equal(np.concatenate([at_once[:0], *map(in_parts.read, reads)]), at_once)
