from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.corpus.format.reader import Corpus
from engine.corpus.format.writer import CorpusWriter
from engine.errors import StudioError
from engine.evaluation.classifier import Classifier, labelled_clips
from tests.engine.evaluation.signals import RATE, buzz, two_kinds, whistle


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return two_kinds(tmp_path_factory.mktemp("judging") / "corpus")


@pytest.fixture(scope="module")
def classifier(corpus: Corpus) -> Classifier:
    return Classifier(labelled_clips(corpus, "train", 1.0, 12), RATE)


def test_two_kinds_of_sound_are_told_apart_on_unseen_pieces(corpus: Corpus, classifier: Classifier) -> None:
    assert classifier.labels == ("calm", "piano")
    assert classifier.accuracy(labelled_clips(corpus, "test", 1.0, 6)) == {"calm": 1.0, "piano": 1.0}


@pytest.mark.parametrize("gain", [0.1, 1.0, 4.0])
def test_the_level_does_not_matter(classifier: Classifier, gain: float) -> None:
    rng = np.random.default_rng(5)
    assert classifier.name(gain * buzz(rng, 1.0)) == "piano"
    assert classifier.name(gain * whistle(rng, 1.0)) == "calm"


def test_labels_that_have_nothing_to_do_with_the_sound_cannot_be_learnt() -> None:
    rng = np.random.default_rng(2)

    def clips(count: int) -> list[tuple[str, np.ndarray]]:
        return [(("a", "b")[i % 2], 0.1 * rng.standard_normal(RATE).astype(np.float32)) for i in range(count)]

    right = Classifier(clips(40), RATE).accuracy(clips(60))
    assert 0.25 < np.mean(list(right.values())) < 0.75


def test_the_classifier_hears_the_training_split_only(tmp_path: Path) -> None:
    with CorpusWriter(tmp_path / "c", kind="speech", sample_rate=1000, seed=1, sources=[]) as writer:
        for split, value in (("train", 0.25), ("validation", 0.5), ("test", 0.75)):
            writer.add(split, split, np.full(500, value), speaker="ann")
    for label, clip in labelled_clips(Corpus(tmp_path / "c"), "train", 2.0, 3):
        assert label == "ann"
        assert clip.shape == (2000,)
        np.testing.assert_allclose(clip, 0.25, atol=1e-4)


def test_clips_are_always_the_same_and_begin_in_every_piece_before_any_twice(corpus: Corpus) -> None:
    clips = [list(labelled_clips(corpus, "train", 2.0, 9, ["piano"])) for _ in range(2)]
    for (_, one), (_, other) in zip(*clips, strict=True):
        np.testing.assert_array_equal(one, other)
    whole = {clip.tobytes() for _, clip in clips[0]}  # pieces are 2 s long too: a clip is a piece
    assert len(whole) == len([piece for piece in corpus.split("train") if piece.tags[0] == "piano"]) == 9


def test_one_label_is_nothing_to_tell_apart(corpus: Corpus) -> None:
    with pytest.raises(StudioError, match="needs two"):
        Classifier(labelled_clips(corpus, "train", 1.0, 2, ["piano"]), RATE)


@pytest.mark.parametrize(("informative", "timbre_right"), [(slice(0, 19), 1.0), (slice(19, 79), 0.5)])
def test_the_timbre_is_the_means_alone(
    monkeypatch: pytest.MonkeyPatch, informative: slice, timbre_right: float
) -> None:
    """Features, not clips: 19 means and 60 that say how the sound moves; some of them tell the kind."""
    monkeypatch.setattr("engine.evaluation.classifier.mfcc_features", lambda samples, rate: samples)
    rng = np.random.default_rng(4)

    def clips(count: int) -> list[tuple[str, np.ndarray]]:
        rows = rng.standard_normal((count, 79))
        rows[1::2, informative] += 3.0
        return [(("even", "odd")[i % 2], row) for i, row in enumerate(rows)]

    classifier = Classifier(clips(100), RATE)
    named = [(label, classifier.names(row)) for label, row in clips(100)]
    assert np.mean([names.first == label for label, names in named]) == 1.0
    assert np.mean([names.second == label for label, names in named]) == 1.0
    assert np.mean([names.timbre == label for label, names in named]) == pytest.approx(timbre_right, abs=0.15)
