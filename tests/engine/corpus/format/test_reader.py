from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from engine.corpus.format.reader import Corpus, split_of
from engine.corpus.format.writer import CorpusWriter
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


NOTES = np.array([[0.0, 0.5, 60, 80, 0, 0], [0.25, 0.1, 36, 100, 25, 1]], np.float32)


def _begin(folder: Path) -> CorpusWriter:
    return CorpusWriter(folder, kind="music", sample_rate=100, seed=3, sources=[], request={"pieces": 3})


def test_notes_come_back_with_their_piece_and_pieces_without_have_none(tmp_path: Path) -> None:
    with _begin(tmp_path) as writer:
        writer.add("a", "train", np.zeros(10), notes=NOTES)
        writer.add("b", "train", np.zeros(10))
        writer.add("c", "test", np.zeros(10), notes=NOTES[1:])
    corpus = Corpus(tmp_path)
    assert corpus.scored
    assert [piece.notes for piece in corpus.pieces] == [(0, 2), None, (2, 1)]
    scores = [corpus.notes(piece) for piece in corpus.pieces]
    assert [score.shape for score in scores] == [(2, 6), (0, 6), (1, 6)]
    assert {score.dtype for score in scores} == {np.dtype(np.float32)}
    np.testing.assert_array_equal(scores[0], NOTES)
    np.testing.assert_array_equal(scores[2], NOTES[1:])


def test_a_piece_may_have_a_score_without_a_note(tmp_path: Path) -> None:
    with _begin(tmp_path) as writer:
        writer.add("a", "train", np.zeros(10), notes=NOTES[:0])
    corpus = Corpus(tmp_path)
    assert corpus.scored
    assert corpus.notes(corpus.pieces[0]).shape == (0, 6)


def test_a_corpus_without_notes_has_no_file_of_them_and_lines_of_older_ones_open(tmp_path: Path) -> None:
    write(tmp_path)
    assert not (tmp_path / "notes.npy").exists()
    lines = [json.loads(line) for line in (tmp_path / "pieces.jsonl").read_text("utf-8").splitlines()]
    for line in lines:
        del line["notes"]  # as corpora were before there were notes
    (tmp_path / "pieces.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    corpus = Corpus(tmp_path)
    assert not corpus.scored
    assert len(corpus.notes(corpus.pieces[0])) == 0


@pytest.mark.parametrize("notes", [np.zeros((2, 5)), np.zeros(6), np.full((1, 6), np.nan)])
def test_notes_of_another_shape_or_not_finite_are_refused(tmp_path: Path, notes: np.ndarray) -> None:
    with _begin(tmp_path) as writer, pytest.raises(ValueError, match=r"want \[n, 6\]"):
        writer.add("a", "train", np.zeros(10), notes=notes)


def test_missing_or_short_notes_are_noticed(tmp_path: Path) -> None:
    with _begin(tmp_path) as writer:
        writer.add("a", "train", np.zeros(10), notes=NOTES)
    np.save(tmp_path / "notes.npy", NOTES[:1])
    with pytest.raises(StudioError, match=r"damaged corpus: notes\.npy: holds float32 \[1, 6\]"):
        Corpus(tmp_path)
    (tmp_path / "notes.npy").unlink()
    with pytest.raises(StudioError, match=r"notes\.npy is missing"):
        Corpus(tmp_path)


def test_notes_of_a_killed_writer_are_taken_over_as_far_as_their_pieces_are_whole(tmp_path: Path) -> None:
    names = ("a", "b", "c")

    def _add(writer: CorpusWriter, names: tuple[str, ...], *, killed: bool = False) -> None:
        for name in names:
            writer.add(name, "train", np.full(10, ord(name) / 200), notes=NOTES + ord(name))
        if killed:
            raise KeyboardInterrupt

    with _begin(tmp_path / "whole") as writer:
        _add(writer, names)
    with pytest.raises(KeyboardInterrupt), _begin(tmp_path / "cut") as writer:
        _add(writer, names[:2], killed=True)
    part = tmp_path / "cut" / "notes.part"
    part.write_bytes(part.read_bytes()[:-1])  # as if the last piece's notes had not reached the disk
    with _begin(tmp_path / "cut") as writer:
        assert [piece.id for piece in writer.pieces] == ["a"]
        _add(writer, names[1:])
    for name in ("corpus.json", "pieces.jsonl", "audio.npy", "notes.npy"):
        assert (tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert len(list((tmp_path / "cut").iterdir())) == 4


def damaged(folder: Path, name: str, content: bytes | None) -> str:
    """What is said of a corpus whose file ``name`` holds ``content``, or is a folder for None."""
    write(folder)
    (folder / name).unlink(missing_ok=True)
    if content is None:
        (folder / name).mkdir()
    else:
        (folder / name).write_bytes(content)
    with pytest.raises(StudioError) as caught:
        Corpus(folder)
    assert len(str(caught.value)) <= 300
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "reported"),
    [
        ("corpus.json", None, "corpus.json: cannot read the corpus: Is a directory"),
        ("corpus.json", b"[" * 100_000, "corpus.json: it is nested more than 64 deep"),
        ("corpus.json", b"[]", "corpus.json: is no JSON object"),
        ("corpus.json", b"{}", "corpus.json: 'sample_rate'"),
        ("corpus.json", b'{"sample_rate": "16000"}', "sample_rate must lie between 1 and 384000"),
        ("corpus.json", b'{"sample_rate": 1e12}', "sample_rate must lie between 1 and 384000"),
        ("corpus.json", b'{"sample_rate": 16000, "sources": 3}', "sources must be a list of objects"),
        ("corpus.json", b'{"sample_rate": 16000, "skipped": [3]}', "skipped must be a list of objects"),
        ("pieces.jsonl", None, "pieces.jsonl: cannot read the corpus: Is a directory"),
        ("pieces.jsonl", b"\xff", "pieces.jsonl: 'utf-8' codec"),
        ("pieces.jsonl", b"[" * 100_000, "pieces.jsonl: it is nested more than 64 deep"),
        ("pieces.jsonl", b"3", "pieces.jsonl: a piece is no JSON object"),
        ("audio.npy", None, "audio.npy: cannot read the corpus: Is a directory"),
        ("audio.npy", b"", "audio.npy: it does not begin as one"),
        ("audio.npy", b"\x93NUMPY\1\0\x04\0(((\n", "audio.npy: its header makes no sense"),
    ],
)
def test_a_damaged_file_of_a_corpus_is_one_line_that_names_it(
    tmp_path: Path, name: str, content: bytes | None, reported: str
) -> None:
    assert reported in damaged(tmp_path / "c", name, content)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": 3},
        {"split": "all"},
        {"start": -1},
        {"start": 1.5},
        {"length": "70"},
        {"length": True},
        {"length": 10**30},
        {"speaker": ["a"]},
        {"tags": "piano"},
        {"tags": [1]},
        {"details": []},
        {"notes": 3},
        {"notes": [0]},
        {"notes": [0, -1]},
        {"notes": [0, "1"]},
    ],
)
def test_a_field_of_the_wrong_kind_is_a_damaged_corpus(tmp_path: Path, wrong: dict[str, object]) -> None:
    right = {"id": "a", "split": "train", "start": 0, "length": 70}
    line = json.dumps({**right, **wrong}).encode()
    assert "is a damaged corpus: pieces.jsonl: " in damaged(tmp_path / "c", "pieces.jsonl", line)


@pytest.mark.parametrize("dtype", [np.int32, np.float32, np.uint8])
def test_audio_of_another_type_is_a_damaged_corpus(tmp_path: Path, dtype: type) -> None:
    write(tmp_path / "c")
    np.save(tmp_path / "c" / "audio.npy", np.zeros(70, dtype))
    with pytest.raises(StudioError, match=r"is a damaged corpus: audio\.npy: holds "):
        Corpus(tmp_path / "c")
