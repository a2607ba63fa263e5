"""Features of a corpus as the nets would have made them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.corpus.features import corpus_features
from engine.corpus.format.reader import Corpus
from engine.errors import StudioError
from engine.speech.features import CEPSTRA, LOG_F0, PAUSE, PERIODICITY, VOICED
from engine.speech.nets_file import NetsFile, read_nets, write_nets
from engine.training.speech_nets.predicted import predicted_features, wandering
from tests.engine.training.speech_nets.corpus import spoken_corpus
from tests.speech_nets import header, random_weights, voice


def nets(folder: Path, *names: str, seed: int = 1) -> NetsFile:
    voices = tuple(voice(name, 0.5) for name in names)
    path = folder / f"{'-'.join(names)}-{seed}.safetensors"
    write_nets(path, header(voices=voices), random_weights(voices=len(names), seed=seed))
    return read_nets(path)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return spoken_corpus(tmp_path / "corpus", "anna", 6)


def test_envelope_and_periodicity_are_the_nets_and_the_rest_is_the_recordings(
    corpus: Corpus, tmp_path: Path
) -> None:
    found = predicted_features(corpus, nets(tmp_path, "anna"))
    recorded = corpus_features(corpus)
    assert [rows.shape for rows in found] == [rows.shape for rows in recorded]
    for rows, before in zip(found, recorded, strict=True):
        for column in (LOG_F0, VOICED, PAUSE):
            np.testing.assert_array_equal(rows[:, column], before[:, column])
        assert np.abs(rows[:, :CEPSTRA] - before[:, :CEPSTRA]).mean() > 0.1
        assert np.abs(rows[:, PERIODICITY] - before[:, PERIODICITY]).mean() > 0.001


def test_of_a_voice_that_the_nets_know_by_another_number_it_is_that_voices(
    corpus: Corpus, tmp_path: Path
) -> None:
    both = nets(tmp_path, "bert", "anna")
    first = predicted_features(corpus, both)
    weights = dict(both.weights)
    for net in ("prosody", "acoustic"):
        weights[f"{net}.speakers.weight"] = weights[f"{net}.speakers.weight"][1:]
    path = tmp_path / "alone.safetensors"
    write_nets(path, header(voices=both.header.voices[1:]), weights)
    alone = predicted_features(corpus, read_nets(path))
    for one, other in zip(first, alone, strict=True):
        np.testing.assert_array_equal(one, other)


def test_they_are_kept_beside_the_corpus_and_made_anew_for_other_nets(corpus: Corpus, tmp_path: Path) -> None:
    first = predicted_features(corpus, nets(tmp_path, "anna"))
    (kept,) = corpus.folder.glob("predicted-*.npy")
    before = kept.stat().st_mtime_ns
    again = predicted_features(Corpus(corpus.folder), nets(tmp_path, "anna"))
    assert kept.stat().st_mtime_ns == before
    np.testing.assert_array_equal(np.concatenate(first), np.concatenate(again))
    other = predicted_features(corpus, nets(tmp_path, "anna", seed=2))
    assert np.abs(np.concatenate(other) - np.concatenate(first)).max() > 0.1
    assert len(list(corpus.folder.glob("predicted-*.npy"))) == 2


def test_envelopes_of_a_wandering_melody_stand_beside_the_melody_as_it_is(
    corpus: Corpus, tmp_path: Path
) -> None:
    straight = predicted_features(corpus, nets(tmp_path, "anna"))
    wandered = predicted_features(corpus, nets(tmp_path, "anna"), 3.0)
    assert len(list(corpus.folder.glob("predicted-*.npy"))) == 2
    for one, other in zip(wandered, straight, strict=True):
        np.testing.assert_array_equal(one[:, CEPSTRA:], other[:, CEPSTRA:])
        assert np.abs(one[:, :CEPSTRA] - other[:, :CEPSTRA]).max() > 0.01


def test_a_melody_wanders_as_far_as_it_is_told_within_a_sentence_and_between_sentences() -> None:
    moved = np.stack([wandering(seed, 600, 3.0) for seed in range(400)])
    assert np.abs(moved.mean()) < 0.4
    # Straight lines between points of deviation 1 stray by sqrt(2 / 3) of that, on average over a stretch.
    share = np.sqrt((0.6**2 + 0.7**2 + 0.4**2) * 2.0 / 3.0)
    np.testing.assert_allclose(moved.std(), 3.0 * share, rtol=0.1)
    assert moved.mean(axis=1).std() > 1.0
    assert np.abs(np.diff(moved, axis=1)).mean() > 0.05
    np.testing.assert_array_equal(wandering(5, 600, 3.0), moved[5])
    assert not wandering(5, 600, 0.0).any()


def test_nets_that_know_none_of_the_voices_are_refused(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="know none of its voices"):
        predicted_features(corpus, nets(tmp_path, "bert"))
