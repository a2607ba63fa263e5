from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.score_following import (
    audio_chroma,
    correlation,
    detected_onsets,
    follow,
    matches,
    notes_chroma,
    onset_times,
)
from tests.engine.evaluation.signals import RATE, SECONDS, melody, notes_of, played


@pytest.mark.parametrize("seed", range(3))
def test_a_score_that_is_played_exactly_is_followed(seed: int) -> None:
    figures = follow(played(melody(seed)), RATE, melody(seed))
    assert figures.chroma > 0.85
    assert figures.recall == 1.0
    assert figures.precision > 0.9


@pytest.mark.parametrize("late", [0.1, 0.2])
def test_notes_that_come_late_are_no_onsets_of_the_score(late: float) -> None:
    figures = follow(played(melody(1), late=late), RATE, melody(1))
    assert figures.recall < 0.1
    assert figures.precision < 0.1


def test_notes_30_ms_late_are_within_the_tolerance() -> None:
    assert follow(played(melody(1), late=0.03), RATE, melody(1)).recall > 0.9


def test_the_wrong_tune_at_the_right_times_has_the_onsets_but_not_the_chroma() -> None:
    figures = follow(played(melody(1)), RATE, melody(2))
    assert figures.recall == 1.0
    assert figures.chroma < 0.3


def test_a_tune_a_semitone_off_does_not_correlate() -> None:
    moved = melody(1)
    moved[:, 2] += 1
    assert follow(played(moved), RATE, melody(1)).chroma < 0.1


def test_an_octave_makes_no_difference_to_the_chroma() -> None:
    moved = melody(1)
    moved[:, 2] += 12
    assert follow(played(moved), RATE, melody(1)).chroma > 0.85


def test_onsets_everywhere_cost_precision() -> None:
    score = melody(1, spacing=1.0)
    everywhere = notes_of(np.arange(0.05, SECONDS - 0.5, 0.1).tolist(), [60] * 75, length=0.08)
    figures = follow(played(everywhere), RATE, score)
    assert figures.recall > 0.9
    assert figures.precision < 0.25


def test_silence_follows_nothing() -> None:
    figures = follow(np.zeros(round(SECONDS * RATE), np.float32), RATE, melody(1))
    assert np.isnan(figures.chroma)
    assert figures.recall == 0.0
    assert np.isnan(figures.precision)


def test_a_score_without_notes_has_no_figures() -> None:
    figures = follow(played(melody(1)), RATE, np.zeros((0, 6), np.float32))
    assert np.isnan(figures.chroma)
    assert np.isnan(figures.recall)
    assert figures.precision == 0.0


def test_a_tone_lies_in_its_pitch_class() -> None:
    chroma = audio_chroma(played(notes_of([0.0], [69], length=SECONDS)), RATE)
    assert chroma[:, 12].argmax() == 9  # A is the tenth from C
    assert chroma[9, 12] > 0.6


def test_drums_are_left_out_of_the_chroma_and_count_as_onsets() -> None:
    notes = notes_of([0.5, 1.0], [60, 36])
    notes[1, 5] = 1.0
    chroma = notes_chroma(notes, 100)
    assert chroma[0, 20] == pytest.approx(1.0)
    assert chroma[:, 45:].sum() == 0.0
    np.testing.assert_allclose(onset_times(notes), [0.5, 1.0])


def test_a_chord_that_is_struck_within_30_ms_is_one_onset() -> None:
    notes = notes_of([0.5, 0.51, 0.53, 0.56, 2.0], [60, 64, 67, 72, 60])
    np.testing.assert_allclose(onset_times(notes), [0.5, 0.56, 2.0], atol=1e-6)


def test_a_sound_from_the_first_sample_on_is_an_onset_at_0() -> None:
    found = detected_onsets(played(notes_of([0.0, 1.0], [60, 64]), 2.0), RATE)
    np.testing.assert_allclose(found, [0.0, 1.0], atol=0.02)


@pytest.mark.parametrize(
    ("expected", "detected", "pairs"),
    [
        ([1.0, 2.0], [1.04, 1.96], 2),
        ([1.0, 2.0], [1.06, 1.94], 0),
        ([1.0], [0.98, 1.0, 1.02], 1),
        ([0.98, 1.0, 1.02], [1.0], 1),
        ([1.0, 1.06], [1.03, 1.1], 2),
        ([], [1.0], 0),
    ],
)
def test_each_onset_is_matched_once(expected: list[float], detected: list[float], pairs: int) -> None:
    assert matches(np.array(expected), np.array(detected)) == pairs


def test_the_correlation_is_pearsons() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 12, 50))
    assert correlation(a, a + b) == pytest.approx(np.corrcoef(a.ravel(), (a + b).ravel())[0, 1])
    assert correlation(a, -3.0 * a + 1.0) == pytest.approx(-1.0)
