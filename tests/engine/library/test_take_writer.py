"""From a take that is made to its files: ended well, ended badly, on a full disk, with others at work."""

from __future__ import annotations

import dataclasses
import errno
import itertools
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import StudioError
from engine.library.audio_files import read_settings
from engine.library.control_events import ControlEvent
from engine.library.take_files import StoredTake
from engine.library.take_folder import TakeFolder
from engine.library.take_index import Row
from engine.library.take_journal import JournalWriter, Record
from engine.library.take_writer import TakeWriter
from engine.library.takes import Settings, Take
from engine.wavenet import mulaw
from tests.takes import make_take

RNG = np.random.default_rng(5)
EVENT = ControlEvent(2, "temperature", 0.5)


class Case:
    """A writer, and what it said."""

    def __init__(self, path: Path) -> None:
        self.ended: list[Take] = []
        self.reported: list[str] = []
        self.writer = TakeWriter(TakeFolder(path), self.ended.append, self.reported.append)

    @property
    def folder(self) -> TakeFolder:
        return self.writer.folder

    def wait(self) -> None:
        """Until all that was asked for is done."""
        done = threading.Event()
        self.writer.post(done.set)
        assert done.wait(20.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "takes"


@pytest.fixture
def open_case(path: Path) -> Iterator[Callable[[], Case]]:
    cases: list[Case] = []

    def make() -> Case:
        cases.append(Case(path))
        return cases[-1]

    yield make
    for case in cases:
        case.writer.close()


@pytest.fixture
def case(open_case: Callable[[], Case]) -> Case:
    return open_case()


def no_rest(start: int, keep: int) -> Record:
    raise AssertionError("nothing was refused")


def codes_of(n: int) -> np.ndarray:
    return RNG.integers(0, 256, n, dtype=np.uint8)


def test_a_take_that_was_made_lies_in_files_of_its_own(case: Case, path: Path) -> None:
    codes = codes_of(5000)
    recording = case.writer.record(make_take(7))
    recording.put(Record(0, codes[:4000], 0, ()))
    recording.put(Record(3000, codes[3000:], 0, (EVENT,)))
    recording.finish(no_rest)
    case.wait()
    case.writer._sounds.close()
    (take,) = case.ended
    assert isinstance(take, StoredTake)
    assert isinstance(take.codes, np.memmap)
    np.testing.assert_array_equal(take.codes, codes)
    assert (take.name, take.events, take.length) == ("Piano 1", (EVENT,), 5000)
    assert sorted(file.name for file in (path / "7").iterdir()) == ["codes.npy", "take.flac", "take.json"]
    np.testing.assert_array_equal(np.load(path / "7" / "codes.npy"), codes)
    sound, rate = soundfile.read(path / "7" / "take.flac", dtype="int16")
    assert rate == 16_000
    np.testing.assert_array_equal(sound, np.clip(np.rint(mulaw.DECODED[codes] * 32768.0), -32768, 32767))
    settings = read_settings(path / "7" / "take.flac")
    assert settings is not None
    assert Settings.from_json(settings) == take.as_settings()
    read = case.folder.read("7")
    assert (read.name, read.events, read.as_settings()) == (take.name, take.events, take.as_settings())
    assert max(read.peaks) == round(255 * float(np.abs(mulaw.DECODED[codes]).max()))
    assert case.reported == []


def test_a_take_of_nothing_leaves_nothing(case: Case, path: Path) -> None:
    recording = case.writer.record(make_take(7))
    recording.finish(no_rest)
    case.wait()
    assert (case.ended, (path / "7").exists()) == ([], False)


def test_what_a_program_left_that_is_gone_is_recovered_by_the_next(
    open_case: Callable[[], Case], path: Path
) -> None:
    codes = codes_of(3000)
    first = open_case()
    first.writer.record(make_take(1)).put(Record(0, codes, 0, (EVENT,)))
    first.wait()
    second = open_case()
    assert second.folder.recover() == []  # it still runs
    first.writer.close()
    (take,) = second.folder.recover()
    assert (take.id, take.name, take.recovered, take.events) == ("1", "Piano 1", True, (EVENT,))
    np.testing.assert_array_equal(take.codes, codes)
    assert not (path / "1" / "journal").exists()
    assert second.folder.recover() == []
    assert [row.recovered for row in second.folder.rows()] == [True]


def test_a_journal_that_cannot_be_understood_is_named_and_left_alone(
    open_case: Callable[[], Case], path: Path
) -> None:
    (path / "abc").mkdir(parents=True)
    (path / "abc" / "journal").write_bytes(b"something else\n" * 9)
    case = open_case()
    assert case.folder.recover() == []
    (problem,) = case.folder.problems
    assert "not the journal of a take" in problem
    assert (path / "abc" / "journal").exists()


def test_a_take_that_ends_while_another_gets_its_name_keeps_its_own(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = TakeFolder(path), TakeFolder(path)
    for folder in (one, other):
        folder.open()
    ending = make_take(1)
    journal, name = one.begin(ending)
    journal.write(Record(0, codes_of(9), 0, ()))
    journal.close()
    listed = TakeFolder._rows

    def meanwhile(folder: TakeFolder) -> list[Row]:
        rows = listed(folder)
        one.finish(ending.id)
        monkeypatch.setattr(TakeFolder, "_rows", listed)
        return rows

    monkeypatch.setattr(TakeFolder, "_rows", meanwhile)
    begun, its_name = other.begin(make_take(2))
    begun.close()
    assert its_name != name
    for folder in (one, other):
        folder.close()


def test_two_programs_never_give_the_same_name(open_case: Callable[[], Case]) -> None:
    first, second = open_case(), open_case()
    recordings = [case.writer.record(make_take(n)) for n, case in enumerate((first, second, first, second))]
    for recording in recordings:
        recording.put(Record(0, codes_of(9), 0, ()))
        recording.finish(no_rest)
    first.wait()
    second.wait()
    names = [take.name for take in first.ended + second.ended]
    assert sorted(names) == [f"Piano {n}" for n in range(1, 5)]
    assert sorted(row.name for row in first.folder.rows()) == sorted(names)


def test_changes_from_two_programs_do_not_undo_each_other(open_case: Callable[[], Case]) -> None:
    first, second = open_case(), open_case()
    first.folder.save(dataclasses.replace(make_take(1), name="Piano 1"))
    assert not second.folder.read("1").starred
    first.folder.change("1", name="Keeper")
    second.folder.change("1", starred=True)
    row = first.folder.rows()[0]
    assert (row.name, row.starred) == ("Keeper", True)


def test_what_is_deleted_comes_back_until_the_program_ends(open_case: Callable[[], Case], path: Path) -> None:
    case = open_case()
    for number in (1, 2):
        case.folder.save(make_take(number))
        case.folder.delete(str(number))
    assert case.folder.rows() == []
    case.folder.restore("1")
    assert [row.id for row in case.folder.rows()] == ["1"]
    other = open_case()
    other.folder.recover()
    assert [folder.name for folder in path.glob("2.deleted-*")] != []  # its program still runs
    case.writer.close()
    assert [folder.name for folder in path.iterdir() if folder.name.startswith("2")] == []
    assert [row.id for row in other.folder.rows()] == ["1"]


def test_what_a_program_deleted_that_is_gone_goes_at_the_next_start(
    open_case: Callable[[], Case], path: Path
) -> None:
    open_case().folder.save(make_take(1))
    (path / "1").rename(path / ("1.deleted-" + "0" * 32))
    open_case().folder.recover()
    assert list(path.glob("1*")) == []


def test_the_index_is_only_a_copy(open_case: Callable[[], Case], path: Path) -> None:
    case = open_case()
    for number in range(3):
        case.folder.save(
            dataclasses.replace(make_take(number), created=f"2026-01-0{number + 1}T00:00:00+00:00")
        )
    rows = case.folder.rows()
    assert [row.id for row in rows] == ["2", "1", "0"]
    for damage in (b"", b"{", b'{"rows": 3}', b"\xff" * 40):
        (path / "index.json").write_bytes(damage)
        assert open_case().folder.rows() == rows
    shutil.rmtree(path / "1")
    assert [row.id for row in open_case().folder.rows()] == ["2", "0"]


def test_an_unreadable_take_is_named_and_the_others_are_listed(
    open_case: Callable[[], Case], path: Path
) -> None:
    case = open_case()
    for number in range(2):
        case.folder.save(make_take(number))
    (path / "0" / "take.json").write_text('{"version": 9}')
    assert [row.id for row in case.folder.rows()] == ["1"]
    assert "a newer version of the program made it" in case.folder.problems[0]


def test_codes_that_are_not_what_the_settings_say_are_refused(case: Case, path: Path) -> None:
    case.folder.save(make_take(1))
    np.save(path / "1" / "codes.npy", np.zeros(3, np.uint8))
    with pytest.raises(StudioError, match="not the 16 samples"):
        _ = case.folder.read("1").codes
    (path / "1" / "codes.npy").write_bytes(b"no")
    with pytest.raises(StudioError, match="cannot read the samples of take"):
        _ = case.folder.read("1").codes


@pytest.mark.parametrize("take_id", ["..", "a/b", "", "a.b"])
def test_an_id_is_never_a_path(case: Case, take_id: str) -> None:
    with pytest.raises(StudioError, match="no id of a take"):
        case.folder.read(take_id)


class FullDisk:
    """Lets journals have so many bytes, then says that the disk is full, until ``room``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
        self.left = most
        self.room = False
        append = JournalWriter._append

        def limited(writer: JournalWriter, data: bytes) -> None:
            if len(data) > self.left and not self.room:
                half = data[: self.left]
                writer._file.write(half)
                writer._file.truncate(writer._end)
                writer._file.seek(writer._end)
                raise OSError(errno.ENOSPC, "No space left on device")
            self.left -= len(data)
            append(writer, data)

        monkeypatch.setattr(JournalWriter, "_append", limited)


@pytest.mark.parametrize("most", [0, 100, 1500, 2000, 3500, 4600])
@pytest.mark.parametrize("room", [False, True])
def test_a_full_disk_is_told_once_and_nothing_that_is_in_memory_is_lost(
    case: Case, monkeypatch: pytest.MonkeyPatch, most: int, room: bool
) -> None:
    codes = codes_of(4000)
    disk = FullDisk(monkeypatch, most)
    recording = case.writer.record(make_take(1))
    for start in range(0, 4000, 500):
        recording.put(Record(max(0, start - 100), codes[max(0, start - 100) : start + 500], 0, ()))
    case.wait()
    assert len(case.reported) == 1
    for words in ("is no longer saved while it plays: ", "No space left on device. Make room"):
        assert words in case.reported[0]
    assert recording.saved <= most
    disk.room = room
    recording.finish(lambda start, keep: Record(start, codes[start:], keep, ()))
    case.wait()
    (take,) = case.ended
    np.testing.assert_array_equal(take.codes, codes)
    assert isinstance(take, StoredTake) == room
    assert len(case.reported) == (1 if room else 2)


def test_the_disk_is_asked_to_have_it_all_once_a_second_and_no_more(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[float] = []
    monkeypatch.setattr(JournalWriter, "sync", lambda writer: synced.append(time.monotonic()))
    recording = case.writer.record(make_take(1))
    end = time.monotonic() + 2.5
    while time.monotonic() < end:
        recording.put(Record(0, codes_of(9), 0, ()))
        time.sleep(0.02)
    assert 2 <= len(synced) <= 3
    assert all(0.999 <= after - before < 1.2 for before, after in itertools.pairwise(synced))
