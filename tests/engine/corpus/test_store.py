from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from engine.corpus.store import Corpus, CorpusWriter, split_of
from engine.errors import StudioError


def write(folder: Path) -> Corpus:
    with CorpusWriter(folder, kind="music", sample_rate=100, seed=3, sources=[]) as writer:
        writer.add("a", "train", np.linspace(-1, 1, 50), tags=("piano", "calm"), details={"bpm": 90})
        writer.add("b", "test", np.zeros(20), tags=("organ",), speaker="slt")
    return Corpus(folder)


def test_pieces_come_back_as_they_went_in(tmp_path: Path) -> None:
    corpus = write(tmp_path / "c")
    assert [p.id for p in corpus.split("train")] == ["a"]
    assert corpus.samples(corpus.pieces[0]) == pytest.approx(np.linspace(-1, 1, 50), abs=1e-4)
    assert corpus.pieces[0].details == {"bpm": 90}
    assert corpus.tags == ("calm", "organ", "piano")
    assert corpus.speakers == ("slt",)
    assert corpus.sample_rate == 100


def test_the_checksum_is_of_the_samples(tmp_path: Path) -> None:
    corpus = write(tmp_path / "c")
    assert corpus.about["sha256"] == hashlib.sha256(np.asarray(corpus.audio).tobytes()).hexdigest()


def test_a_folder_that_holds_a_corpus_is_not_overwritten(tmp_path: Path) -> None:
    write(tmp_path / "c")
    with pytest.raises(StudioError, match="already holds a corpus"):
        write(tmp_path / "c")


def test_an_error_while_writing_leaves_no_corpus_behind(tmp_path: Path) -> None:
    writer = CorpusWriter(tmp_path / "c", kind="music", sample_rate=100, seed=3, sources=[])
    with pytest.raises(ValueError, match="beyond"), writer:
        writer.add("a", "train", np.full(5, 2.0))
    with pytest.raises(StudioError, match="is not a corpus"):
        Corpus(tmp_path / "c")
    assert not list((tmp_path / "c").iterdir())


def test_a_folder_without_a_corpus_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"corpus\.json is missing"):
        Corpus(tmp_path)


def test_a_damaged_list_of_pieces_is_noticed(tmp_path: Path) -> None:
    write(tmp_path / "c")
    (tmp_path / "c" / "pieces.jsonl").write_text('{"id": 1, "nonsense": 2}\n')
    with pytest.raises(StudioError, match="damaged corpus"):
        Corpus(tmp_path / "c")


def test_audio_that_is_too_short_is_noticed(tmp_path: Path) -> None:
    write(tmp_path / "c")
    np.save(tmp_path / "c" / "audio.npy", np.zeros(10, np.int16))
    with pytest.raises(StudioError, match="pieces end at sample 70"):
        Corpus(tmp_path / "c")


def test_broken_json_is_noticed(tmp_path: Path) -> None:
    write(tmp_path / "c")
    (tmp_path / "c" / "corpus.json").write_text(json.dumps({"kind": "music"})[:-3])
    with pytest.raises(StudioError, match="damaged corpus"):
        Corpus(tmp_path / "c")


def test_of_twenty_pieces_one_validates_and_two_test() -> None:
    splits = [split_of(i) for i in range(40)]
    assert (splits.count("validation"), splits.count("test"), splits.count("train")) == (2, 4, 34)
