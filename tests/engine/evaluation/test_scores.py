from __future__ import annotations

import numpy as np
import pytest

from engine.corpus.format.reader import Corpus
from engine.errors import StudioError
from engine.evaluation.classifier import Classifier
from engine.evaluation.score_following import Following, follow
from engine.evaluation.scores import judge_following, mean, scored_pieces
from engine.generation.conditions import StreamConditions
from engine.generation.generator import Generator
from engine.kernels.cpu import CpuKernel
from engine.music.condition import ScoreCondition
from engine.music.guide import ScoreGuide
from engine.music.roll import CHANNELS
from engine.wavenet.codes import decode
from engine.wavenet.config import GenerationParams, LocalConfig, ModelConfig
from tests.engine.evaluation.signals import RATE, buzz, tunes, whistle
from tests.models import TINY, random_model

PLAYS = LocalConfig(channels=CHANNELS, hop=160, upsampling="repeat", features="roll")
SECONDS = 2.0


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return tunes(tmp_path_factory.mktemp("scores") / "corpus")


@pytest.fixture(scope="module")
def kernel() -> CpuKernel:
    return CpuKernel(random_model(ModelConfig(**{**TINY, "local": PLAYS})))


@pytest.fixture(scope="module")
def guided() -> CpuKernel:
    """A model of music that has not learnt scores."""
    return CpuKernel(random_model(ModelConfig(**{**TINY, "speakers": ()})))


@pytest.fixture(scope="module")
def classifier(corpus: Corpus) -> Classifier:
    """Knows noise, which is what random weights make, the corpus's tunes, and two other sounds."""
    rng = np.random.default_rng(4)
    clips = [("buzz", buzz(rng, SECONDS)) for _ in range(6)]
    clips += [("whistle", whistle(rng, SECONDS)) for _ in range(6)]
    clips += [("noise", rng.uniform(-0.5, 0.5, round(SECONDS * RATE)).astype(np.float32)) for _ in range(6)]
    clips += [("tune", corpus.samples(p)[: round(SECONDS * RATE)]) for p in scored_pieces(corpus, 4, SECONDS)]
    return Classifier(clips, RATE)


def test_pieces_are_chosen_evenly_and_have_notes_and_length(corpus: Corpus) -> None:
    assert [p.id for p in scored_pieces(corpus, 3, SECONDS)] == ["piano-0", "calm-1", "piano-2"]
    assert [p.id for p in scored_pieces(corpus, 99, SECONDS, ["piano"])] == ["piano-0", "piano-2"]


def test_a_corpus_without_scores_is_named(corpus: Corpus) -> None:
    with pytest.raises(StudioError, match="0 test pieces of 60 s with notes"):
        scored_pieces(corpus, 5, 60.0)


def test_the_model_is_given_each_pieces_own_score_and_tags(
    corpus: Corpus, kernel: CpuKernel, classifier: Classifier
) -> None:
    pieces = scored_pieces(corpus, 2, SECONDS)
    judged = judge_following(kernel, corpus, pieces, SECONDS, classifier, threads=2)
    notes = corpus.notes(pieces[1])
    params = GenerationParams(tags=(("calm", 1.0),))
    run = Generator(kernel, params, 2, StreamConditions(ScoreCondition(kernel.config, notes)))
    audio = decode(run.step(round(SECONDS * RATE)).codes)
    assert judged[1].piece == "calm-1"
    assert judged[1].model == follow(audio, RATE, notes)
    assert judged[1].wrong == follow(audio, RATE, corpus.notes(pieces[0]))
    assert [one.named for one in judged] == ["noise", "noise"]  # which the model makes of its random weights


def test_a_model_that_has_not_learnt_scores_is_guided_by_them(
    corpus: Corpus, guided: CpuKernel, classifier: Classifier
) -> None:
    pieces = scored_pieces(corpus, 2, SECONDS)
    judged = judge_following(guided, corpus, pieces, SECONDS, classifier, temperature=0.9)
    for index, tag in enumerate(("piano", "calm")):
        notes = corpus.notes(pieces[index])
        params = GenerationParams(temperature=0.9, tags=((tag, 1.0),))
        run = Generator(guided, params, index + 1, StreamConditions(feedback=ScoreGuide(RATE, notes)))
        audio = decode(run.step(round(SECONDS * RATE)).codes)
        assert judged[index].label == tag
        assert judged[index].model == follow(audio, RATE, notes)
        assert judged[index].named == classifier.name(audio) == "noise"


def test_recordings_are_named_as_what_they_are(corpus: Corpus, classifier: Classifier) -> None:
    for piece in scored_pieces(corpus, 4, SECONDS):
        assert classifier.name(corpus.samples(piece)[3 * RATE : 5 * RATE]) == "tune"


def test_recordings_follow_their_own_scores(
    corpus: Corpus, kernel: CpuKernel, classifier: Classifier
) -> None:
    judged = judge_following(kernel, corpus, scored_pieces(corpus, 2, SECONDS), SECONDS, classifier)
    recordings = mean([one.recording for one in judged])
    assert recordings.chroma > 0.85
    assert recordings.recall == 1.0
    # Random weights make noise, which has no tune.
    assert mean([one.model for one in judged]).chroma < 0.3


def test_a_mean_leaves_out_what_has_no_figure() -> None:
    nan = float("nan")
    found = mean([Following(0.5, nan, 1.0), Following(0.7, nan, nan)])
    assert (found.chroma, found.precision) == (pytest.approx(0.6), 1.0)
    assert np.isnan(found.recall)


def test_a_model_that_plays_no_scores_is_refused(corpus: Corpus, classifier: Classifier) -> None:
    speech = CpuKernel(random_model(ModelConfig(**{**TINY, "tags": ()})))
    with pytest.raises(StudioError, match="this model plays no scores"):
        judge_following(speech, corpus, scored_pieces(corpus, 2, SECONDS), SECONDS, classifier)


def test_a_corpus_of_another_rate_is_refused(corpus: Corpus, classifier: Classifier) -> None:
    slow = CpuKernel(random_model(ModelConfig(**{**TINY, "sample_rate": 8000})))
    with pytest.raises(StudioError, match="8000 Hz"):
        judge_following(slow, corpus, corpus.split("test"), SECONDS, classifier)
