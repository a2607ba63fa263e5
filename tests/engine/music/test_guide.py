"""The guide track of a score: tones and strokes where its notes are, and how much of itself a model hears."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.music.condition import After
from engine.music.guide import ScoreGuide, tone
from engine.wavenet.conditions import Feedback

RATE = 16_000
FULL_SCALE = 32_768
# The guide track as takes are made again with it: kernels' VERSION rises with any of these.
LOUDNESS, SUSTAIN, DECAY_S, RELEASE_S = 0.04, 0.4, 0.1, 0.02
KEPT, DUCKED, DUCK_S = 0.94, 0.3, (0.012, 0.008)
DRUM_DECAY_S, REST_S = 0.02, 0.5
STEPS = LOUDNESS * FULL_SCALE
"""The amplitude of a note of full velocity, in steps of 16 bits."""


def score(*rows: tuple[float, ...]) -> NDArray[np.float32]:
    """Notes: start, length, pitch, velocity, program, 1 for drums."""
    return np.array(rows, dtype=np.float32).reshape(-1, 6)


def received(guide: ScoreGuide, start: int, n: int) -> Feedback:
    found = guide.samples(start, n)
    assert found is not None
    assert len(found.gain) == len(found.offset) == n
    return found


def many(seed: int = 2) -> NDArray[np.float32]:
    """Thirty notes within two seconds, every fifth a drum's."""
    rng = np.random.default_rng(seed)
    rows = [
        (2 * rng.random(), rng.random(), rng.integers(10, 125), rng.integers(1, 128), 0, i % 5 == 0)
        for i in range(30)
    ]
    return score(*sorted(rows))


@pytest.mark.parametrize("after", ["improvise", "silence"])
@pytest.mark.parametrize("known", [1, 7, 29])
def test_notes_that_are_appended_in_time_sound_as_if_known_from_the_start(after: After, known: int) -> None:
    notes = many()
    whole = received(ScoreGuide(RATE, notes, after, longest_s=1.0), 0, 32_000)
    growing = ScoreGuide(RATE, notes[:known], after, longest_s=1.0)
    read = growing.settled
    assert read == max(0, int((float(notes[known - 1, 0]) - DUCK_S[0]) * RATE))
    before = received(growing, 0, read) if read else None
    growing.append(notes[known:])
    after_it = received(growing, read, 32_000 - read)
    gains = [part.gain for part in (before, after_it) if part]
    offsets = [part.offset for part in (before, after_it) if part]
    np.testing.assert_array_equal(np.concatenate(gains), whole.gain)
    np.testing.assert_array_equal(np.concatenate(offsets), whole.offset)
    assert growing.samples_long == ScoreGuide(RATE, notes, after).samples_long


def test_a_note_before_the_last_one_is_not_appended() -> None:
    guide = ScoreGuide(RATE, score((1.0, 0.5, 69, 99, 0, 0)))
    with pytest.raises(ValueError, match=r"begins at 0.5 s, before the last one at 1 s"):
        guide.append(score((0.5, 0.1, 69, 99, 0, 0)))
    assert guide.samples_long == 24_000


def test_a_note_longer_than_announced_is_not_appended() -> None:
    guide = ScoreGuide(RATE, score((1.0, 0.5, 69, 99, 0, 0)), longest_s=2.0)
    with pytest.raises(ValueError, match=r"a note of 3 s; at most 2 s"):
        guide.append(score((1.5, 3.0, 69, 99, 0, 0)))
    assert guide.samples_long == 24_000


@pytest.mark.parametrize("after", ["improvise", "silence", "repeat"])
def test_the_cut_of_a_stream_changes_nothing(after: After) -> None:
    notes = many()
    whole = received(ScoreGuide(RATE, notes, after), 0, 30_000)
    pieces, start = ScoreGuide(RATE, notes, after), 0
    for n in (1, 127, 160, 1599, 1, 9000, 15_000, 4112):
        part = received(pieces, start, n)
        np.testing.assert_array_equal(part.gain, whole.gain[start : start + n])
        np.testing.assert_array_equal(part.offset, whole.offset[start : start + n])
        start += n
    for start, n in ((20_000, 2000), (12_345, 7000), (0, 3200)):  # back, and far from what was made last
        part = received(pieces, start, n)
        np.testing.assert_array_equal(part.gain, whole.gain[start : start + n])
        np.testing.assert_array_equal(part.offset, whole.offset[start : start + n])


def test_a_guide_is_of_whole_steps_and_keeps_nothing_less_than_nothing() -> None:
    whole = received(ScoreGuide(RATE, many(), "silence"), 0, round((3.0 + REST_S) * RATE) + 1)
    assert whole.gain.dtype == whole.offset.dtype == np.int32
    assert whole.gain.min() == 0
    assert whole.gain.max() == round(KEPT * FULL_SCALE)
    # Thirty notes together are no louder than the sum of their velocities.
    assert np.abs(whole.offset).max() <= STEPS * many()[:, 3].sum() / 127


@pytest.mark.parametrize(
    ("pitch", "hertz"),
    [(21, 27.5), (45, 110.0), (60, 261.6256), (69, 440.0), (88, 1318.510), (108, 4186.009)],
)
def test_a_note_is_heard_as_a_tone_of_its_pitch(pitch: int, hertz: float) -> None:
    added = received(ScoreGuide(RATE, score((0, 2, pitch, 127, 0, 0))), 0, 2 * RATE).offset
    spectrum = np.abs(np.fft.rfft(added * np.hanning(len(added)), 8 * len(added)))
    assert np.argmax(spectrum) / 16 == pytest.approx(hertz, abs=0.1)  # bins of 1/16 Hz


def test_a_tone_begins_at_phase_zero_when_its_note_begins() -> None:
    guide = ScoreGuide(RATE, score((0.125, 0.5, 69, 127, 0, 0)))
    added = received(guide, 0, 4000).offset
    assert not added[:2001].any()
    # A sine of 440 Hz, which has hardly begun to fall: sin(2 pi 440 / 16000) = 0.1719 after one sample.
    assert added[2001:2004] == pytest.approx(STEPS * np.sin(2 * np.pi * 0.0275 * np.arange(1, 4)), rel=0.01)


def test_a_tone_falls_to_its_sustain() -> None:
    hertz = 10 / DECAY_S  # ten periods: peaks lie DECAY_S apart
    peaks = (np.arange(0, 200, 10) + 0.25) / hertz
    found = tone(peaks, 1000 * DECAY_S, hertz, 10_000 * round(hertz))
    first = SUSTAIN + (1 - SUSTAIN) * np.exp(-0.025)  # a quarter of a period after the beginning
    assert found[0] == pytest.approx(first)
    assert (found[1:10] - SUSTAIN) / (found[:9] - SUSTAIN) == pytest.approx(np.full(9, np.exp(-1)))
    assert found[-1] == pytest.approx(SUSTAIN, rel=1e-5)


def test_a_tone_lasts_as_long_as_its_note_and_dies_away_after_it() -> None:
    hertz, length = 10 / RELEASE_S, 40 * DECAY_S
    periods = np.ceil(length * hertz) + np.arange(0, 120, 10)
    found = tone((periods + 0.25) / hertz, length, hertz, 10_000 * round(hertz))
    assert found[1:] / found[:-1] == pytest.approx(np.full(11, np.exp(-1)))
    before = tone(np.array([(np.floor(length * hertz) - 0.75) / hertz]), length, hertz, 10_000 * round(hertz))
    assert before == pytest.approx(SUSTAIN)


def test_what_a_note_leaves_behind_is_nothing_in_the_end() -> None:
    guide = ScoreGuide(RATE, score((0, 0.25, 69, 127, 0, 0), (3.0, 0.1, 69, 127, 0, 0)))
    added = received(guide, 0, 3 * RATE).offset
    assert added[3900:4000].any()
    assert not added[round((0.25 + 12 * RELEASE_S) * RATE) :].any()


def test_a_long_note_is_still_heard_when_others_have_come_and_gone() -> None:
    notes = score((0, 5, 45, 127, 0, 0), *((0.2 + k / 4, 0.1, 69, 127, 0, 0) for k in range(10)))
    last = received(ScoreGuide(RATE, notes), round(4.5 * RATE), 1600).offset
    assert np.abs(last).max() == pytest.approx(SUSTAIN * STEPS, rel=0.02, abs=1)


@pytest.mark.parametrize("drum", [0, 1])
def test_a_short_note_leaves_the_same_behind_it_whenever_it_comes(drum: int) -> None:
    found = []
    for start in range(1000, 5000, 125):
        guide = ScoreGuide(RATE, score((start / RATE, 0.01, 69, 127, 0, drum), (3, 0.01, 69, 1, 0, 0)))
        found.append(received(guide, start, 8000).offset)
    assert found[0].any()
    assert max(np.abs(one - found[0]).max() for one in found) <= 1


def test_velocity_scales_a_tone_and_tones_that_sound_together_add_up() -> None:
    high, low = (0.0, 1.0, 72, 127, 0, 0), (0.01, 1.0, 52, 63.5, 0, 0)
    both = received(ScoreGuide(RATE, score(high, low)), 0, 8000).offset
    alone = [received(ScoreGuide(RATE, score(note)), 0, 8000).offset for note in (high, low)]
    loud = received(ScoreGuide(RATE, score((*low[:3], 127, 0, 0))), 0, 8000).offset
    assert np.abs(both - sum(alone)).max() <= 1
    assert np.abs(2 * alone[1] - loud).max() <= 1


@pytest.mark.parametrize(("pitch", "carried"), [(107, True), (108, False), (127, False)])
def test_a_note_above_half_the_rate_adds_nothing(pitch: int, carried: bool) -> None:
    # B7 has 3951 Hz, C8 4186 Hz.
    added = received(ScoreGuide(8000, score((0, 1, pitch, 127, 0, 0))), 0, 800).offset
    assert bool(added.any()) == carried


def test_a_model_hardly_hears_itself_around_a_beginning_and_almost_wholly_elsewhere() -> None:
    start = 0.5 + 0.3 / RATE  # between two samples
    kept = received(ScoreGuide(RATE, score((start, 0.4, 69, 20, 0, 0), (2, 1, 60, 9, 0, 0))), 0, RATE).gain
    ducked = np.flatnonzero(kept != round(KEPT * FULL_SCALE))
    assert ducked[0] == np.ceil((start - DUCK_S[0]) * RATE)
    assert ducked[-1] == np.ceil((start + DUCK_S[1]) * RATE) - 1
    assert len(ducked) == ducked[-1] - ducked[0] + 1
    assert set(kept[ducked]) == {round(KEPT * DUCKED * FULL_SCALE)}


def test_ducking_for_a_note_begins_in_the_page_before_it() -> None:
    for start in np.arange(1000, 5000, 40) / RATE:
        kept = received(
            ScoreGuide(RATE, score((start, 0.1, 69, 99, 0, 0), (2, 1, 69, 99, 0, 0))), 0, 6000
        ).gain
        share = np.mean(kept < round(KEPT * FULL_SCALE))
        assert share * 6000 == pytest.approx(sum(DUCK_S) * RATE, abs=1)


def test_a_stroke_of_the_drums_is_noise_that_falls_at_once() -> None:
    end = round(3 * DRUM_DECAY_S * RATE)
    added = received(ScoreGuide(RATE, score((0, 1, 38, 127, 0, 1))), 0, RATE).offset.astype(np.float64)
    noise = added[:end] / (STEPS * np.exp(-np.arange(end) / RATE / DRUM_DECAY_S))
    assert np.abs(noise).max() <= 1.0 + 0.5 * np.exp(3) / STEPS  # which a rounded step may be more
    # Values spread evenly over ±1 have a deviation of 1 / sqrt(3); each is independent of those before it.
    assert noise.std() == pytest.approx(3**-0.5, rel=0.1)
    for lag in (1, 2, 3, 10, 50):
        assert abs(np.mean(noise[lag:] * noise[:-lag])) * 3 < 4 / np.sqrt(end)
    assert not added[round(12 * DRUM_DECAY_S * RATE) :].any()  # however long the note is


def test_strokes_are_the_same_every_time_whatever_drum_it_is() -> None:
    guide = ScoreGuide(
        RATE, score((0.1, 0.1, 36, 100, 0, 1), (0.55, 0.5, 42, 100, 0, 1), (1, 1, 42, 50, 9, 1))
    )
    added = received(guide, 0, 2 * RATE).offset
    strokes = [added[first : first + 4000] for first in (1600, 8800, 16_000)]
    assert strokes[0].any()
    np.testing.assert_array_equal(strokes[0], strokes[1])
    assert np.abs(strokes[0] - 2 * strokes[2]).max() <= 1


def test_drums_do_not_make_a_model_hear_less_of_itself() -> None:
    notes = score((0.1, 0.1, 36, 100, 0, 1), (0.2, 0.1, 38, 127, 0, 1), (2, 0.1, 42, 50, 0, 1))
    assert set(received(ScoreGuide(RATE, notes), 0, RATE).gain) == {round(KEPT * FULL_SCALE)}


ENDED = score((0.25, 0.5625, 60, 100, 0, 0), (0.5, 0.125, 64, 100, 0, 0))
END = 13_000  # samples: 0.8125 s, the end of the note that began first


def test_after_its_end_a_score_leaves_the_model_to_itself() -> None:
    guide = ScoreGuide(RATE, ENDED)
    assert guide.samples_long == END
    assert guide.rests_from is None
    around = received(guide, END - 500, 1000)
    assert (around.gain[:500] == round(KEPT * FULL_SCALE)).all()
    assert around.offset[:500].any()
    assert (around.gain[500:] == FULL_SCALE).all()
    assert not around.offset[500:].any()
    assert guide.ends_at == END
    assert guide.samples(END, 1) is None
    assert guide.samples(100 * RATE, 5000) is None


def test_or_it_fades_to_silence() -> None:
    guide, rest = ScoreGuide(RATE, ENDED, "silence"), round(REST_S * RATE)
    assert guide.rests_from == END + rest
    assert guide.ends_at is None
    kept = received(guide, END, 2 * rest).gain
    assert (np.diff(kept) <= 0).all()
    for share in (0.0, 0.25, 0.5, 0.75):
        assert kept[int(share * rest)] == pytest.approx((1 - share) * KEPT * FULL_SCALE, rel=1e-3, abs=5)
    assert not kept[rest:].any()
    late = received(guide, END + max(rest, round(12 * RELEASE_S * RATE)), 100 * RATE)
    assert not late.offset.any()
    assert not late.gain.any()
    np.testing.assert_array_equal(
        received(guide, 0, END).offset, received(ScoreGuide(RATE, ENDED), 0, END).offset
    )


def test_a_score_without_notes_says_nothing_at_all() -> None:
    guide = ScoreGuide(RATE, score())
    assert guide.samples_long == 0
    assert guide.rests_from is None
    assert guide.ends_at == 0
    assert guide.samples(0, 1000) is None


def test_or_asks_for_silence_from_the_start() -> None:
    guide, rest = ScoreGuide(RATE, score(), "silence"), round(REST_S * RATE)
    assert guide.rests_from == rest
    whole = received(guide, 0, rest + 100)
    assert whole.gain[0] == round(KEPT * FULL_SCALE)
    assert not whole.gain[rest:].any()
    assert not whole.offset.any()


def test_a_score_that_repeats_is_the_same_every_time_around_and_never_ends() -> None:
    notes = score((0.0, 0.4, 60, 100, 0, 0), (0.303, 1.1, 64, 80, 0, 0))
    again = ScoreGuide(RATE, notes, "repeat")
    length = again.samples_long
    once, looped = received(ScoreGuide(RATE, notes), 0, length), received(again, 0, 3 * length)
    assert again.rests_from is None
    assert again.ends_at is None
    np.testing.assert_array_equal(looped.offset, np.tile(once.offset, 3))
    np.testing.assert_array_equal(looped.gain, np.tile(once.gain, 3))
    np.testing.assert_array_equal(
        received(again, length - 50, 100).offset, looped.offset[length - 50 : length + 50]
    )
    assert ScoreGuide(RATE, score(), "repeat").samples(0, 10) is None
    assert ScoreGuide(RATE, score(), "repeat").ends_at == 0
