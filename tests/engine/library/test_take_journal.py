"""Journals: whatever happens to one, what is read is the take as it was at some record."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.library.control_events import ControlEvent
from engine.library.take_journal import JournalWriter, Record, read_journal

HEAD = {"name": "Piano 1", "settings": {"seed": 1}}
KINDS = ["uint8", "int16"]


class Story:
    """A take as records make it, told by plain lists, and where each record ends in the file."""

    def __init__(self, path: Path, kind: str, rng: random.Random, records: int) -> None:
        self.path, self.kind = path, np.dtype(kind)
        writer = JournalWriter(path, self.kind, HEAD)
        codes: list[int] = []
        events: list[ControlEvent] = []
        self.states = [(path.stat().st_size, list(codes), list(events))]
        for _ in range(records):
            back = rng.choice([0, 0, 1, 3, 50])
            start = max(0, len(codes) - back)
            new = [rng.randrange(256) for _ in range(rng.choice([0, 1, 7, 40]))]
            keep = rng.randrange(len(events) + 1) if back else len(events)
            came = tuple(
                ControlEvent(start + rng.randrange(9), "temperature", rng.random())
                for _ in range(rng.choice([0, 0, 1, 2]))
            )
            writer.write(Record(start, np.array(new, self.kind), keep, came))
            codes = codes[:start] + new
            events = [*events[:keep], *came]
            self.states.append((path.stat().st_size, codes, events))
        writer.sync()
        writer.close()

    def check(self, path: Path, upto: int) -> None:
        """What is read from a copy that is whole up to byte ``upto`` is the take at its last whole record."""
        _, codes, events = [state for state in self.states if state[0] <= upto][-1]
        journal = read_journal(path)
        assert journal is not None
        assert journal.head == HEAD
        assert journal.samples == len(codes)
        assert journal.codes().tolist() == codes
        assert journal.codes().dtype == self.kind
        assert list(journal.events) == [event for event in events if event.sample < len(codes)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(5))
def test_a_journal_tells_what_was_written_whatever_was_taken_back(
    tmp_path: Path, kind: str, seed: int
) -> None:
    path = tmp_path / "journal"
    Story(path, kind, random.Random(seed), 60).check(path, path.stat().st_size)


@pytest.mark.parametrize("kind", KINDS)
def test_a_journal_cut_at_any_byte_gives_the_take_at_the_last_whole_record(tmp_path: Path, kind: str) -> None:
    path, torn = tmp_path / "journal", tmp_path / "torn"
    story = Story(path, kind, random.Random(9), 25)
    whole = path.read_bytes()
    head = story.states[0][0]
    for size in range(len(whole)):
        torn.write_bytes(whole[:size])
        if size < head:
            assert read_journal(torn) is None
        else:
            story.check(torn, size)


def test_a_changed_byte_ends_the_take_before_it(tmp_path: Path) -> None:
    path, changed = tmp_path / "journal", tmp_path / "changed"
    story = Story(path, "uint8", random.Random(4), 20)
    whole = path.read_bytes()
    for place in range(story.states[0][0], len(whole), 3):
        changed.write_bytes(whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :])
        story.check(changed, place)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ((b'"version":1', b'"version":2'), "a newer version of the program made it"),
        ((b"Piano", b"Panio"), "its head is damaged"),
        ((b"wavenet-studio journal", b"wavenet-studio diaries"), "it does not begin as one"),
        ((b'{"format"', b'x"format"'), "not the journal of a take"),
    ],
)
def test_a_head_that_is_damaged_or_of_another_version_is_refused(
    tmp_path: Path, change: tuple[bytes, bytes], why: str
) -> None:
    path = tmp_path / "journal"
    JournalWriter(path, np.dtype(np.uint8), HEAD).close()
    path.write_bytes(path.read_bytes().replace(*change))
    with pytest.raises(StudioError, match=why):
        read_journal(path)


def test_a_journal_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="cannot read the journal of a take: No such file"):
        read_journal(tmp_path / "journal")


def test_a_journal_goes_on_where_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    first = JournalWriter(path, np.dtype(np.uint8), HEAD)
    first.write(Record(0, np.arange(5, dtype=np.uint8), 0, ()))
    first.close()
    second = JournalWriter(path, np.dtype(np.uint8))
    second.write(Record(3, np.arange(9, 12, dtype=np.uint8), 0, ()))
    second.close()
    journal = read_journal(path)
    assert journal is not None
    assert journal.codes().tolist() == [0, 1, 2, 9, 10, 11]


def test_an_old_journal_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(b"somebody's")
    with pytest.raises(FileExistsError):
        JournalWriter(path, np.dtype(np.uint8), HEAD)
    assert path.read_bytes() == b"somebody's"
