from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.corpus.format.reader import Corpus
from engine.corpus.format.writer import CorpusWriter
from engine.corpus.readers.collect import collect
from engine.corpus.readers.listing import Listing, Recording, Skipped
from engine.corpus.readers.splits import Shares
from engine.errors import StudioError
from tests.engine.corpus.readers.trees import broken, skipped

LOST = Skipped("list.csv line 3", "nonsense")


class Stop(Exception):
    """Stands for Ctrl+C, a full disk, a power cut."""


@pytest.fixture
def listing(tmp_path: Path) -> Listing:
    """A short recording, a broken one, one of four pieces, another short one."""
    rng = np.random.default_rng(1)
    for name, seconds in (("a", 2), ("c", 110), ("d", 2)):
        soundfile.write(tmp_path / f"{name}.wav", rng.normal(0.0, 0.1, seconds * 8000), 8000)
    broken(tmp_path / "b.wav")
    return Listing("music", [Recording(name, tmp_path / f"{name}.wav") for name in "abcd"], [], [LOST])


def read(
    folder: Path, listing: Listing, stop_at: float = 2.0, seed: int = 1, request: object = "same"
) -> Corpus:
    def progress(share: float) -> None:
        if share >= stop_at:
            raise Stop

    return collect(
        folder,
        listing,
        sample_rate=8000,
        seed=seed,
        shares=Shares(),
        request={"request": request},
        progress=progress,
    )


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("stop_at", [0.25, 0.5, 0.6, 0.7, 0.75, 1.0])
def test_an_interrupted_call_and_a_second_one_make_the_very_same_corpus(
    tmp_path: Path, listing: Listing, stop_at: float
) -> None:
    read(tmp_path / "whole", listing)
    with pytest.raises(Stop):
        read(tmp_path / "halves", listing, stop_at)
    assert not (tmp_path / "halves" / "corpus.json").exists()
    read(tmp_path / "halves", listing)
    assert content(tmp_path / "halves") == content(tmp_path / "whole")
    assert set(content(tmp_path / "whole")) == {"audio.npy", "pieces.jsonl", "corpus.json"}


def test_what_is_finished_is_not_opened_again(tmp_path: Path, listing: Listing) -> None:
    with pytest.raises(Stop):
        read(tmp_path / "c", listing, 0.9)
    for name in "abc":
        (tmp_path / f"{name}.wav").unlink()
    corpus = read(tmp_path / "c", listing)
    assert [piece.id for piece in corpus.pieces] == ["a", "c:000", "c:001", "c:002", "c:003", "d"]
    assert skipped(corpus) == {
        "b.wav": "not audio that can be read: Format not recognised",
        "list.csv line 3": "nonsense",
    }


@pytest.mark.parametrize("lost", ["audio", "journal"])
def test_what_was_cut_short_on_the_disk_is_read_again(tmp_path: Path, listing: Listing, lost: str) -> None:
    read(tmp_path / "whole", listing)
    with pytest.raises(Stop):
        read(tmp_path / "halves", listing, 0.75)
    part = tmp_path / "halves" / {"audio": "audio.part", "journal": "corpus.part"}[lost]
    raw = part.read_bytes()
    part.write_bytes(raw[: {"audio": len(raw) - 1001, "journal": len(raw) - 3}[lost]])
    read(tmp_path / "halves", listing)
    assert content(tmp_path / "halves") == content(tmp_path / "whole")


def test_other_arguments_are_refused_in_one_line_and_harm_nothing(tmp_path: Path, listing: Listing) -> None:
    with pytest.raises(Stop):
        read(tmp_path / "c", listing, 0.5)
    before = content(tmp_path / "c")
    fewer = Listing("music", listing.recordings[:2], [])
    for again in (
        lambda: read(tmp_path / "c", listing, seed=2),
        lambda: read(tmp_path / "c", listing, request="another"),
        lambda: read(tmp_path / "c", fewer),
        lambda: CorpusWriter(tmp_path / "c", kind="music", sample_rate=8000, seed=1, sources=[]),
    ):
        with pytest.raises(
            StudioError, match=r"^.*holds an interrupted corpus of other arguments or files; .*$"
        ):
            again()
    assert content(tmp_path / "c") == before


def test_a_journal_that_is_damaged_is_named(tmp_path: Path, listing: Listing) -> None:
    with pytest.raises(Stop):
        read(tmp_path / "c", listing, 0.5)
    journal = tmp_path / "c" / "corpus.part"
    journal.write_bytes(journal.read_bytes().splitlines(keepends=True)[0] + b'{"piece": {"id": 3}}\n')
    with pytest.raises(StudioError, match=r"corpus\.part is damaged"):
        read(tmp_path / "c", listing)


def test_after_a_kill_every_piece_of_the_journal_has_its_samples(tmp_path: Path) -> None:
    with CorpusWriter(tmp_path, kind="music", sample_rate=100, seed=1, sources=[], request={}) as writer:
        for count in (1, 2, 3):
            writer.add(str(count), "train", np.zeros(10))
            assert (tmp_path / "audio.part").stat().st_size == 20 * count
            assert len((tmp_path / "corpus.part").read_bytes().splitlines()) == 1 + count


def test_names_with_any_character_come_back(tmp_path: Path) -> None:
    name = "line\u2028break \x85 “ü”"
    with CorpusWriter(tmp_path, kind="music", sample_rate=100, seed=1, sources=[], request={}) as writer:
        writer.add(name, "train", np.zeros(5))
    assert [piece.id for piece in Corpus(tmp_path).pieces] == [name]
