"""A run from a corpus to a file of nets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.corpus.format.reader import Corpus
from engine.corpus.format.writer import CorpusWriter
from engine.errors import StudioError
from engine.speech.nets import SpeechNets
from engine.speech.spoken import Manner
from engine.speech.tokens import PAUSES, SYMBOLS
from engine.training.speech_nets import run
from engine.training.speech_nets.batches import Example, batches
from engine.training.speech_nets.figures import decibels
from engine.training.speech_nets.fit import Fitting, fit
from engine.training.speech_nets.sentences import read_sentences, shortened
from tests.engine.training.speech_nets.corpus import RATE, spoken_corpus
from tests.speech_nets import phrase


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Of one voice that says "hI" 40 times: silence, noise, a tone of 200 Hz, silence."""
    return spoken_corpus(tmp_path_factory.mktemp("corpus"), "anna", 40)


def test_a_run_makes_nets_that_speak_and_is_gone_on_with(corpus: Corpus, tmp_path: Path) -> None:
    path = run.train_speech_nets(corpus.folder, tmp_path / "run", 3.0, resume=False, threads=1)
    nets = SpeechNets.read(path)
    assert nets.speakers == ("anna",)
    assert nets.header.licence == "MIT"
    assert nets.header.card["test_sentences"] == 4
    assert nets.header.card["test"].keys() >= {"duration_rmse_ms", "voicing_error", "envelope_db"}
    spoken = nets.say(phrase("hI"), Manner((("anna", 1.0),)))
    assert np.isfinite(spoken.frames).all()
    with pytest.raises(StudioError, match="add --resume"):
        run.train_speech_nets(corpus.folder, tmp_path / "run", 3.0, resume=False, threads=1)
    before = torch.load(tmp_path / "run" / "prosody.ckpt", weights_only=True)["progress"]
    longer = before["seconds"] / run.PROSODY_SHARE + 4.0
    run.train_speech_nets(corpus.folder, tmp_path / "run", longer, resume=True, threads=1)
    after = torch.load(tmp_path / "run" / "prosody.ckpt", weights_only=True)["progress"]
    assert after["step"] > before["step"]
    assert after["seconds"] >= longer * run.PROSODY_SHARE
    with pytest.raises(StudioError, match="leave out --resume"):
        run.train_speech_nets(corpus.folder, tmp_path / "other", 3.0, resume=True, threads=1)


def test_a_corpus_without_phones_is_refused(tmp_path: Path) -> None:
    sources = [{"name": "test", "version": "1", "licence": "MIT"}]
    with CorpusWriter(tmp_path, kind="speech", sample_rate=RATE, seed=1, sources=sources) as writer:
        writer.add("a", "train", np.full(RATE, 0.1), speaker="anna", details={"text": "Hi."})
    with pytest.raises(StudioError, match="no piece has symbols and phones"):
        read_sentences(Corpus(tmp_path))


def test_sentences_have_their_phones_between_silences(corpus: Corpus) -> None:
    sentences = read_sentences(corpus)
    assert len(sentences) == 40
    sentence = sentences[0]
    assert "".join(SYMBOLS[row[0]] for row in sentence.rows) == "^hI."
    assert sentence.ends[-1] == len(sentence.features) == 100
    np.testing.assert_allclose(sentence.ends[:3], [20, 40, 80], atol=5)


def test_long_phrases_are_cut_into_equal_parts_without_a_stop() -> None:
    parts = shortened((phrase(*["A"] * 30, stop="!"), phrase("I")))
    assert [(len(part.words), part.stop) for part in parts] == [(10, ""), (10, ""), (10, "!"), (1, ".")]


def test_an_epoch_has_every_sentence_once_in_batches_of_a_size() -> None:
    examples = [example(length) for length in range(10, 60)]
    found = list(batches(examples, 200, 1))
    lengths = sorted(int(length) for batch in found for length in batch.frame_mask.sum(dim=(1, 2)))
    assert lengths == list(range(10, 60))
    assert max(batch.frame_mask.shape[0] * batch.frame_mask.shape[1] for batch in found) <= 260
    again, other = list(batches(examples, 200, 1)), list(batches(examples, 200, 2))
    assert [b.cepstra.shape for b in found] == [b.cepstra.shape for b in again]
    assert [b.cepstra.shape for b in found] != [b.cepstra.shape for b in other]


def test_what_is_kept_is_the_best_validation(tmp_path: Path) -> None:
    net = torch.nn.Linear(1, 1)
    torch.nn.init.constant_(net.weight, 0.0)
    examples = [example(20) for _ in range(4)]

    def loss(part: torch.nn.Module, batch: object) -> torch.Tensor:
        return torch.square(part.weight - 1.0).sum() + 0.0 * part.bias.sum()  # type: ignore[operator]

    best = fit(net, loss, examples, examples, Fitting("test", 1.0, learning_rate=0.5), tmp_path)
    assert float(best["weight"]) > 0.2  # it was 0
    (tmp_path / "test.ckpt").write_bytes(b"")
    with pytest.raises(StudioError, match="cannot go on"):
        fit(net, loss, examples, examples, Fitting("test", 1.0), tmp_path)


def test_decibels_are_those_of_the_bands() -> None:
    difference = np.zeros((2, 20))
    difference[0, 0] = 0.25  # of (mean log power + 9) / 4: e times the power in every band
    difference[1, 1] = np.sqrt(26.0) / 3.0
    np.testing.assert_allclose(decibels(difference), 10.0 * np.log10(np.e))


def example(frames: int) -> Example:
    return Example(
        tokens=torch.full((3, 7), PAUSES),
        durations=torch.ones(3),
        owners=torch.zeros(frames, dtype=torch.int64),
        places=torch.zeros(frames, 4),
        melody=torch.zeros(frames, 4),
        cepstra=torch.zeros(frames, 20),
        speaker=0,
    )
