"""The codes of a running stream: bounded memory, and a journal that says exactly what the memory said."""

from __future__ import annotations

import random
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.library.control_events import ControlEvent
from engine.library.take_folder import TakeFolder
from engine.library.take_journal import MOST_CODES, Record, read_journal
from engine.library.take_recording import Recording
from engine.library.take_writer import TakeWriter
from engine.library.takes import Take
from engine.stream.control_log import ControlLog
from engine.stream.tape import HELD_S, Tape
from engine.wavenet.codes import Codes
from engine.wavenet.config import GenerationParams
from tests.takes import make_take

RATE = 1000
"""Hz: a record has 100 samples."""
COOL = GenerationParams(temperature=0.9)


def moved(log: ControlLog, sample: int, temperature: float) -> ControlEvent:
    """The event of a temperature that holds from ``sample`` on."""
    log.note(sample, GenerationParams(temperature=temperature), None)
    return log.events[-1]


class FakeRecording(Recording):
    """Keeps the records in place of a disk, which has them at once."""

    def __init__(self, works: bool = True) -> None:
        self.saved, self.works = 0, works
        self.records: list[Record] = []

    def put(self, record: Record) -> None:
        self.records.append(record)
        self.saved = record.start + len(record.codes) if self.works else self.saved

    def codes(self, n: int) -> Codes:
        return np.concatenate([record.codes for record in self.records])[:n]


@pytest.mark.parametrize("seed", range(8))
def test_any_way_of_going_on_and_back_is_recorded_exactly(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    ended: list[Take] = []
    writer = TakeWriter(TakeFolder(tmp_path), ended.append, print)
    tape = Tape(np.uint8, RATE)
    codes: list[int] = []
    events: list[ControlEvent] = []
    log = ControlLog(COOL)
    recorded_at = rng.randrange(40)
    for step in range(200):
        if step == recorded_at:
            tape.record(writer.record(make_take(1)))
        if rng.random() < 0.3 and codes:
            n = rng.randrange(min(len(codes), 150) + 1)
            assert tape.drop(n).tolist() == (codes[-n:] if n else [])
            del codes[len(codes) - n :]
            events = [event for event in events if event.sample <= len(codes)]
            log.forget(len(codes))
        new = [rng.randrange(256) for _ in range(rng.choice([0, 1, 30, 120]))]
        tape.append(np.array(new, np.uint8))
        codes += new
        if rng.random() < 0.2:
            events.append(moved(log, len(codes), 0.1 + rng.random()))
        tape.commit(log)
        assert len(tape) == len(codes)
        assert tape.last(min(len(codes), 200)).tolist() == codes[-200:]
    tape.finish(log)
    writer.close()
    (take,) = ended
    assert take.codes.tolist() == codes
    assert list(take.events) == [event for event in events if event.sample < len(codes)]


def test_memory_holds_the_last_seconds_of_a_recorded_stream_however_long_it_is() -> None:
    tape, recording = Tape(np.uint8, RATE), FakeRecording()
    tape.record(recording)
    most = 0
    for number in range(1000):
        tape.append(np.full(100, number % 250, np.uint8))
        tape.commit(ControlLog(COOL))
        most = max(most, sum(len(chunk) for chunk in tape._chunks))
    assert len(tape) == 100_000
    assert most <= HELD_S * RATE + 200
    assert tape.reader(len(tape))().tolist() == [number % 250 for number in range(1000) for _ in range(100)]
    assert sum(len(record.codes) for record in recording.records) == 100_000
    with pytest.raises(ValueError, match="further than the memory"):
        tape.drop(50_000)


def test_what_the_disk_does_not_have_stays_in_memory() -> None:
    tape = Tape(np.uint8, RATE)
    tape.record(FakeRecording(works=False))
    for _ in range(300):
        tape.append(np.ones(100, np.uint8))
        tape.commit(ControlLog(COOL))
    assert len(tape.reader(len(tape))()) == 30_000


def test_without_a_recording_all_stays() -> None:
    tape = Tape(np.int16, RATE)
    for start in range(0, 30_000, 100):
        tape.append(np.arange(start, start + 100, dtype=np.int16))
        tape.commit(ControlLog(COOL))
    assert tape.reader(len(tape))().tolist() == list(range(30_000))


def test_a_crash_leaves_codes_and_the_events_that_made_them_together(tmp_path: Path) -> None:
    writer = TakeWriter(TakeFolder(tmp_path), print, print)
    tape = Tape(np.uint8, RATE)
    tape.record(writer.record(make_take(1)))
    log = ControlLog(COOL)
    tape.append(np.zeros(150, np.uint8))
    tape.commit(log)
    moved(log, 150, 0.5)
    tape.append(np.ones(60, np.uint8))
    tape.commit(log)  # too little to be put yet: neither is in the journal
    writer.close()
    journal = read_journal(writer.folder.journal_of("1"))
    assert journal is not None
    assert (journal.samples, journal.events) == (150, ())


def test_a_record_holds_the_events_that_came_since_the_one_before_and_no_others() -> None:
    tape, recording, log = Tape(np.uint8, RATE), FakeRecording(), ControlLog(COOL)
    tape.record(recording)
    for block in range(50):
        moved(log, 100 * block, 0.5 + 0.01 * block)
        tape.append(np.zeros(100, np.uint8))
        tape.commit(log)
    tape.drop(150)
    log.forget(len(tape))  # the last of them no longer is: 4850 samples, moved at 4900
    moved(log, 4850, 1.5)
    tape.append(np.zeros(150, np.uint8))
    tape.commit(log)
    assert [(record.keep, len(record.events)) for record in recording.records] == [
        *((block, 1) for block in range(50)),
        (49, 1),
    ]
    assert recording.records[-1].events == (ControlEvent(4850, "temperature", 1.5),)


def long_take(writer: TakeWriter, log: ControlLog) -> Tape:
    """20 s of a recorded stream, the first four of them no longer in memory; a sample is its second."""
    tape = Tape(np.uint8, RATE)
    tape.record(writer.record(make_take(1)))
    for block in range(200):
        tape.append(np.full(100, block // 10, np.uint8))
        tape.commit(log)
        wait_until_saved(tape)
    assert tape._first >= 3_000
    return tape


@pytest.mark.parametrize("ended", [False, True])
def test_a_reader_gives_what_there_was_however_the_take_goes_on_or_ends(tmp_path: Path, ended: bool) -> None:
    takes: list[Take] = []
    writer = TakeWriter(TakeFolder(tmp_path), takes.append, print)
    log = ControlLog(COOL)
    tape = long_take(writer, log)
    readers = {n: tape.reader(n) for n in (0, 2_500, 19_500, 20_000)}
    tape.drop(1_000)
    tape.append(np.full(5_000, 99, np.uint8))
    if ended:
        tape.finish(log)
        deadline = time.monotonic() + 60.0
        while not takes:
            assert time.monotonic() < deadline
            time.sleep(0.001)
    for n, read in readers.items():
        assert read().tolist() == [sample // 1000 for sample in range(n)]
    writer.close()


def test_what_cannot_be_read_back_is_said_by_the_reader_alone(tmp_path: Path) -> None:
    writer = TakeWriter(TakeFolder(tmp_path), print, print)
    tape = long_take(writer, ControlLog(COOL))
    journal = writer.folder.journal_of("1")
    whole = journal.read_bytes()
    for broken, why in ((whole[:3000], "damaged"), (b"?" * 900 + b"\n", "not the journal of a take")):
        journal.write_bytes(broken)
        with pytest.raises(StudioError, match=why) as told:
            tape.reader(20_000)()
        assert "cannot be read back" in str(told.value)
        assert len(str(told.value).splitlines()) == 1
    assert tape.last(1000).tolist() == [19] * 1000
    writer.close()


def wait_until_saved(tape: Tape) -> None:
    deadline = time.monotonic() + 60.0
    while tape.recording is not None and tape.recording.saved < len(tape):
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.mark.soak
def test_a_stream_beyond_sample_2_to_the_31_needs_no_more_memory_the_longer_it_goes(tmp_path: Path) -> None:
    first, chunk = 2**31, np.arange(2000, dtype=np.uint8)
    ended: list[Take] = []
    writer = TakeWriter(TakeFolder(tmp_path), ended.append, print)
    tape = Tape(np.uint8, 16_000)
    tape.record(writer.record(make_take(1)))
    piece = np.zeros(MOST_CODES, np.uint8)
    for _ in range(first // MOST_CODES):  # a day and a half at 16 kHz
        tape.append(piece)
        tape.commit(ControlLog(COOL))
        wait_until_saved(tape)
    tracemalloc.start()
    sizes = []
    log = ControlLog(COOL)
    event = moved(log, first + 5, 0.5)
    for step in range(20_000):
        tape.append(chunk)
        tape.commit(log)
        if step % 2000 == 1999:
            wait_until_saved(tape)
            sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    tape.drop(1000)
    tape.append(np.full(500, 9, np.uint8))
    tape.finish(log)
    writer.close()
    (take,) = ended
    assert take.length == first + 20_000 * 2000 - 500
    assert take.events == (event,)
    assert take.codes[-501:].tolist() == [int(chunk[999]), *[9] * 500]
    assert take.codes[first : first + 2000].tolist() == chunk.tolist()
    assert max(sizes[1:]) - min(sizes[1:]) < 1_000_000
