"""The guide track of what is played live: tones as a score has them, from the sample on that a key names."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.music.guide import ScoreGuide
from engine.music.keyboard import KeyChange
from engine.music.live_guide import LiveGuide
from engine.wavenet.codes import FULL_SCALE
from engine.wavenet.conditions import Feedback
from tests.tracks import Turning

RATE = 16_000
Played = list[tuple[int, KeyChange]]


def guide_of(played: Played, score: ScoreGuide | None = None, first: int = 0) -> LiveGuide:
    guide = LiveGuide(RATE, 0.94, score, first)
    for sample, change in played:
        guide.play(sample, change)
    return guide


def track(guide: LiveGuide, start: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Gain and offset [n], full and 0 where the model is left to itself."""
    ends = [start, *guide.turns(start + 1, start + n), start + n]
    whole = Feedback(np.full(n, FULL_SCALE, np.int32), np.zeros(n, np.int32))
    for begin, end in itertools.pairwise(ends):
        part = guide.samples(begin, end - begin)
        if part is not None:
            whole.gain[begin - start : end - start] = part.gain
            whole.offset[begin - start : end - start] = part.offset
    return whole.gain, whole.offset


def test_before_anything_is_played_the_model_is_left_to_itself() -> None:
    guide = guide_of([])
    assert guide.samples(0, 500) is None
    assert guide.turns(0, 10**9) == []
    assert guide.rests_from is None


def test_a_key_is_a_sine_of_its_pitch_from_its_very_sample_on() -> None:
    _, offset = track(guide_of([(4000, KeyChange(69, 127))]), 0, 12_000)
    assert not offset[:4000].any()
    spectrum = np.abs(np.fft.rfft(offset[4000:] * np.hanning(8000)))
    assert np.argmax(spectrum) * RATE / 8000 == pytest.approx(440, abs=2)
    assert abs(offset[4000:4160]).max() == pytest.approx(0.04 * FULL_SCALE, rel=0.15)


def test_velocity_scales_the_tone() -> None:
    loud, soft = (track(guide_of([(0, KeyChange(60, v))]), 0, 800)[1] for v in (127, 32))
    np.testing.assert_allclose(soft, loud * 32 / 127, atol=1)


def test_the_tone_is_the_same_as_that_of_a_score() -> None:
    live = guide_of([(1600, KeyChange(69, 100)), (6400, KeyChange(69, 0))])
    score = ScoreGuide(RATE, np.array([[0.1, 0.3, 69, 100, 0, 0], [2, 1, 60, 1, 0, 0]], np.float32))
    expected = score.samples(0, 12_000)
    assert expected is not None
    np.testing.assert_allclose(track(live, 0, 12_000)[1], expected.offset, atol=1)


def test_the_model_hears_itself_less_from_a_key_on_until_a_second_after_the_last() -> None:
    guide = guide_of([(1000, KeyChange(69, 90)), (5000, KeyChange(69, 0))])
    gain, _ = track(guide, 0, 30_000)
    expected = np.full(30_000, FULL_SCALE)
    expected[1000:21_000] = round(0.94 * FULL_SCALE)
    expected[1000:1320] = round(0.94 * 0.3 * FULL_SCALE)
    np.testing.assert_array_equal(gain, expected)
    assert guide.turns(0, 10**6) == [1000, 21_000]
    assert guide.samples(21_000, 100) is None


def test_a_key_within_that_second_goes_on_with_it() -> None:
    guide = guide_of([(0, KeyChange(69, 90)), (3000, KeyChange(69, 0)), (9000, KeyChange(60, 90))])
    assert guide.turns(0, 10**6) == [0]
    guide.play(10_000, KeyChange(60, 0))
    assert guide.turns(0, 10**6) == [0, 26_000]
    assert guide.turns(1, 26_000) == []


def test_keys_count_from_the_sample_at_which_the_take_begins() -> None:
    played = [(300, KeyChange(69, 90)), (2000, KeyChange(69, 0))]
    plain, primed = track(guide_of(played), 0, 8000), track(guide_of(played, first=5000), 5000, 8000)
    np.testing.assert_array_equal(plain, primed)


def test_nothing_is_played_before_what_was_played() -> None:
    guide = guide_of([(300, KeyChange(69, 90))])
    with pytest.raises(ValueError, match="sample 299"):
        guide.play(299, KeyChange(69, 0))


def test_beside_a_score_both_are_heard_and_after_the_notes_the_score_alone() -> None:
    notes = np.array([[0.1, 3.0, 60, 100, 0, 0]], np.float32)
    guide = guide_of([(3200, KeyChange(69, 90)), (4000, KeyChange(69, 0))], ScoreGuide(RATE, notes))
    alone = ScoreGuide(RATE, notes).samples(0, 40_000)
    keys = track(guide_of([(3200, KeyChange(69, 90)), (4000, KeyChange(69, 0))]), 0, 40_000)
    assert alone is not None
    gain, offset = track(guide, 0, 40_000)
    np.testing.assert_array_equal(offset, alone.offset + keys[1])
    np.testing.assert_array_equal(gain, np.minimum(alone.gain, keys[0]))


def test_where_the_score_comes_to_rest_it_rests() -> None:
    class Rests(Turning):
        rests_from = 70

        def samples(self, start: int, n: int) -> Feedback | None:
            return None

    guide = LiveGuide(RATE, 0.9, Rests())
    assert guide.rests_from == 70
    assert guide.turns(0, 100) == [70]


changes = st.one_of(
    st.builds(KeyChange, st.integers(55, 62), st.one_of(st.just(0), st.integers(1, 127))),
    st.builds(KeyChange, st.none(), st.sampled_from([0, 127])),
)
pieces = st.lists(st.tuples(st.integers(0, 4000), changes), max_size=25)


@settings(max_examples=40, deadline=None)
@given(pieces, st.lists(st.integers(40, 3000), min_size=1, max_size=8))
def test_a_stream_that_learns_of_keys_as_they_are_played_hears_the_same_as_one_that_knew(
    gaps: list[tuple[int, KeyChange]], sizes: list[int]
) -> None:
    samples = itertools.accumulate(gap for gap, _ in gaps)
    played = [(sample, change) for sample, (_, change) in zip(samples, gaps, strict=True)]
    end = (played[-1][0] if played else 0) + 20_000
    known = np.stack(track(guide_of(played), 0, end))
    guide, done, found = LiveGuide(RATE, 0.94), 0, []
    waiting, lengths = list(played), itertools.cycle(sizes)
    while done < end:
        while waiting and waiting[0][0] <= done:
            guide.play(*waiting.pop(0))
        until = min(end, done + next(lengths), *(sample for sample, _ in waiting[:1]))
        found.append(np.stack(track(guide, done, until - done)))
        done = until
    np.testing.assert_array_equal(np.concatenate(found, axis=1), known)


@settings(max_examples=40, deadline=None)
@given(pieces, st.integers(0, 25))
def test_what_was_played_since_a_snapshot_can_be_taken_back(
    gaps: list[tuple[int, KeyChange]], known: int
) -> None:
    samples = itertools.accumulate(gap for gap, _ in gaps)
    played = [(sample, change) for sample, (_, change) in zip(samples, gaps, strict=True)]
    guide = guide_of(played[:known])
    expected = np.stack(track(guide_of(played[:known]), 0, 60_000))
    snapshot = guide.snapshot()
    for sample, change in played[known:]:
        guide.play(sample, change)
        guide.samples(sample, 1)
    guide.restore(snapshot)
    np.testing.assert_array_equal(np.stack(track(guide, 0, 60_000)), expected)
