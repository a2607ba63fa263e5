from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.corpus.format.reader import Corpus
from engine.corpus.readers.timit import read
from engine.errors import StudioError
from engine.speech.recognition.file import read_recogniser
from engine.speech.recognition.shape import RecogniserShape
from engine.training.phones.figures import core_test
from engine.training.phones.labelled import NOT_COUNTED, frame_classes, read_utterances
from engine.training.phones.run import PhonesRun, train_phones
from tests.engine.corpus.readers.trees import corpus_of
from tests.engine.training.corpus import toy_corpus
from tests.engine.training.phones.timit_tree import write_sentence, write_tree

SHAPE = RecogniserShape(dilations=(1, 2, 4), channels=16, width=24, taps=3, convolutions=2)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("timit")
    corpus_of(read(write_tree(folder / "timit"), seed=1, validation=0.2), folder / "corpus")
    return folder / "corpus"


@pytest.fixture(scope="module")
def trained(corpus: Path) -> Path:
    return train_phones(PhonesRun(corpus, corpus.parent / "run", steps=60, frames=32, shape=SHAPE, threads=1))


def test_phones_of_a_tree_like_timits_are_learnt_and_counted_on_the_core_test_set(trained: Path) -> None:
    card = read_recogniser(trained).header.card
    assert card["training"] == {"losses": 2, "steps": 60, "samples": 60 * 2 * 32 * 160}
    assert card["test"]["sentences"] == 2  # of one of the 24 speakers, without what everybody says
    assert card["test"]["phones"] == 16
    assert card["test"]["phone_error_rate"] <= 25.0


def test_what_was_trained_recognises_a_file(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = write_sentence(tmp_path / "new", "new")
    labels = tmp_path / "new.json"
    arguments = ["recognise", str(tmp_path / "new.wav"), "--model", str(trained), "--labels", str(labels)]
    assert main(arguments) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    content = json.loads(labels.read_text())
    assert [phone["phone"] for phone in content["phones"]] == [name for *_, name in lines]
    assert content["phones"][0]["start_s"] == 0.0
    assert content["phones"][-1]["end_s"] == content["seconds"]
    folded = {"h#": "sil", "ux": "uw"}
    wanted = [folded.get(name, name) for name in said]
    assert len(lines) == pytest.approx(len(wanted), abs=2)
    assert {name for *_, name in lines} <= {*wanted, "iy", "aa", "uw", "s"}


def test_a_run_goes_on_only_when_asked_to(trained: Path, corpus: Path) -> None:
    with pytest.raises(StudioError, match="already holds a run; add --resume"):
        train_phones(PhonesRun(corpus, trained.parent, steps=60, shape=SHAPE))
    with pytest.raises(StudioError, match="holds no run"):
        train_phones(PhonesRun(corpus, corpus.parent / "none", steps=60, shape=SHAPE, resume=True))


def test_a_finished_run_that_is_resumed_ends_in_the_same_recogniser(trained: Path, corpus: Path) -> None:
    before = read_recogniser(trained).header.hash
    run = PhonesRun(corpus, trained.parent, steps=60, frames=32, shape=SHAPE, threads=1, resume=True)
    assert read_recogniser(train_phones(run)).header.hash == before


def test_a_corpus_without_phones_is_named(tmp_path: Path) -> None:
    toy_corpus(tmp_path / "toy")
    with pytest.raises(StudioError, match=r"no piece has phones|make it anew with --rate"):
        train_phones(PhonesRun(tmp_path / "toy", tmp_path / "run", steps=1))


def test_every_frame_has_the_class_of_its_middle_and_a_glottal_stop_has_none() -> None:
    timed = [("sil", 0.0, 0.014), (None, 0.014, 0.026), ("iy", 0.026, 0.04)]
    found = frame_classes(timed, 6, 0.01)  # middles at 5, 15, 25, 35, 45, 55 ms
    assert found.tolist() == [38, NOT_COUNTED, NOT_COUNTED, 0, 38, 38]


def test_the_core_test_set_is_taken_of_timit_alone(corpus: Path) -> None:
    utterances = [u for u in read_utterances(Corpus(corpus), 160) if u.piece.split == "test"]
    assert len(utterances) == 6
    assert {u.piece.speaker for u in core_test(utterances)} == {"mdab0"}
    assert {u.piece.details["sentence"] for u in core_test(utterances)} == {"sx3", "si4"}
    others = [u for u in utterances if u.piece.speaker != "mdab0"]
    assert core_test(others) == others


def test_labels_agree_with_the_tree(corpus: Path) -> None:
    utterance = read_utterances(Corpus(corpus), 160)[0]
    assert utterance.phones[0] == utterance.phones[-1] == "sil"
    assert len(utterance.phones) == 8
    assert np.count_nonzero(np.diff(utterance.frames)) == 7
