from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.corpus.format.reader import Corpus
from engine.corpus.format.writer import CorpusWriter
from engine.evaluation.drift import Drift, Limits, drift_of, drifts, limits
from engine.evaluation.free_runs import usual
from engine.training.freerun import character
from engine.wavenet import mulaw
from engine.wavenet.config import ModelConfig
from tests.engine.evaluation.signals import RATE, melody, played, two_kinds
from tests.models import TINY

CONFIG = ModelConfig(**TINY)
ALLOWED = Limits(level_db=4.0, centroid=1.5)


def minute(last: np.ndarray | None = None) -> np.ndarray:
    """Six windows of one melody, the last replaced where one is given."""
    window = played(melody(3), 10.0)
    return np.concatenate([*([window] * 5), window if last is None else last])


def judged(samples: np.ndarray) -> Drift:
    reference = character(mulaw.encode(played(melody(4))), None)
    return drift_of("tune", "piano", 1, mulaw.encode(samples), RATE, reference, ALLOWED)


def test_a_minute_that_stays_as_it_is_does_not_drift() -> None:
    drift = judged(minute())
    assert not drift.too_far
    assert drift.level_db == pytest.approx(0.0)
    assert drift.centroid == pytest.approx(1.0)
    assert [window.verdict for window in drift.windows] == ["alive"] * 6


@pytest.mark.parametrize(("gain", "decibels"), [(0.25, -12.04), (2.0, 6.02)])
def test_a_change_of_level_is_drift(gain: float, decibels: float) -> None:
    drift = judged(minute(gain * played(melody(3), 10.0)))
    assert drift.too_far
    assert drift.level_db == pytest.approx(decibels, abs=0.1)


def test_brighter_by_an_octave_is_drift() -> None:
    higher = melody(3)
    higher[:, 2] += 12
    drift = judged(minute(played(higher, 10.0)))
    assert drift.too_far
    assert abs(drift.level_db) < ALLOWED.level_db
    assert 1.6 < drift.centroid < 2.2


def test_a_run_that_dies_drifts_whatever_the_limits() -> None:
    noise = np.random.default_rng(0).uniform(-0.1, 0.1, 10 * RATE)
    reference = character(mulaw.encode(played(melody(4))), None)
    endless = Limits(1000.0, 1e9)
    drift = drift_of("tune", "piano", 1, mulaw.encode(minute(noise)), RATE, reference, endless)
    assert drift.too_far
    assert drift.windows[-1].verdict == "noise"


def test_what_moves_too_far_once_and_not_again_does_not_drift_and_one_death_does() -> None:
    steady, louder = judged(minute()), judged(minute(2.0 * played(melody(3), 10.0)))
    dead = judged(minute(np.zeros(10 * RATE)))
    assert not drifts([steady])
    assert drifts([louder])
    assert not drifts([louder, steady])
    assert drifts([louder, louder])
    assert drifts([dead, steady])


def test_less_than_three_windows_show_no_drift() -> None:
    with pytest.raises(ValueError, match="30 s"):
        judged(minute()[: 29 * RATE])


def test_the_limits_are_as_wide_as_the_corpus_varies(tmp_path: Path) -> None:
    # Pieces as long as a window at two levels 6 dB apart: that, or nothing, lies between two of them.
    with CorpusWriter(tmp_path / "c", kind="music", sample_rate=RATE, seed=1, sources=[]) as writer:
        for index in range(6):
            gain = 0.5 if index % 2 else 1.0
            writer.add(str(index), "train", gain * played(melody(3), 10.0), tags=("piano",))
    found = limits(Corpus(tmp_path / "c"), CONFIG, "piano")
    assert found.level_db == pytest.approx(6.02, abs=0.2)
    assert 1.0 <= found.centroid < 1.1


def test_what_is_usual_is_the_median_of_the_labels_unseen_clips(tmp_path: Path) -> None:
    figures = usual(two_kinds(tmp_path / "c"), CONFIG, "piano", 1.0)
    # A square wave of amplitude 0.2 that swells between 0.2 and 1 times it: mean square 0.04 (0.36 + 0.08).
    assert figures.level_db == pytest.approx(10 * np.log10(0.04 * 0.44), abs=0.2)
    assert figures.clipped == 0.0
    with pytest.raises(ValueError, match="no test piece"):
        usual(two_kinds(tmp_path / "d"), CONFIG, "organ", 1.0)


def test_a_corpus_of_one_level_leaves_a_run_what_listeners_put_up_with(tmp_path: Path) -> None:
    with CorpusWriter(tmp_path / "c", kind="music", sample_rate=RATE, seed=1, sources=[]) as writer:
        for index in range(3):
            writer.add(str(index), "train", played(melody(3), 10.0), tags=("piano",))
    assert limits(Corpus(tmp_path / "c"), CONFIG, "piano").level_db == 2.0
