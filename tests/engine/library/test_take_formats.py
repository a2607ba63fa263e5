"""Files of takes from earlier versions, and damaged ones: read as before, or refused in one line."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.library.control_events import ControlEvent
from engine.library.take_files import StoredTake, peaks_of, read_document, stored
from engine.library.take_folder import TakeFolder, document_of
from engine.library.take_journal import read_journal
from engine.wavenet.emphasis import Emphasis
from tests.mutations import mutated

DATA = Path(__file__).parent / "data"
FINISHED, KILLED = "11111111", "22222222"
MUTATIONS = [pytest.param(400, id="some"), pytest.param(10_000, id="many", marks=pytest.mark.soak)]


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    """A copy of the takes of format 1."""
    return Path(shutil.copytree(DATA / "takes-1", tmp_path / "takes"))


def test_takes_of_format_1_are_read_and_recovered(takes: Path) -> None:
    folder = TakeFolder(takes)
    recovered = folder.recover()
    assert (folder.problems, [take.id for take in recovered]) == ([], [KILLED])
    by_id = {row.id: folder.read(row.id) for row in folder.rows()}
    folder.close()
    finished, killed = by_id[FINISHED], by_id[KILLED]
    np.testing.assert_array_equal(finished.codes, (np.arange(600) * 7 % 256).astype(np.uint8))
    assert (finished.name, finished.starred, finished.exported, finished.recovered) == (
        "Keeper",
        True,
        True,
        False,
    )
    assert finished.events == (ControlEvent(200, "temperature", 0.5), ControlEvent(300, "tags.calm", 1.0))
    assert finished.score is not None
    assert finished.score.array().tolist() == [[0, 1, 60, 100, 0, 0]]
    assert (finished.parent, finished.parent_sample, finished.sample_rate) == ("00000000", 100, 16_000)
    assert finished.peaks == peaks_of(finished)
    np.testing.assert_array_equal(killed.codes, np.arange(900) * 31 - 14_000)
    assert killed.codes.dtype == np.int16
    assert killed.events == (ControlEvent(100, "speaker", "slt"), ControlEvent(400, "top_p", 0.9))
    assert (killed.name, killed.emphasis, killed.recovered) == ("Piano 1", Emphasis(0.9, 2.0), True)


def use(take: StoredTake) -> None:
    """All that a window does with a take."""
    assert len(take.samples()) == take.length
    assert len(peaks_of(take)) > 0
    assert take.seconds > 0
    take.settings()


@pytest.mark.parametrize("count", MUTATIONS)
def test_whatever_is_in_the_files_the_worst_is_a_line_that_says_so(takes: Path, count: int) -> None:
    rng = random.Random(3)
    files = [takes / FINISHED / name for name in ("take.json", "codes.npy")] + [
        takes / KILLED / "journal",
        takes / "index.json",
    ]
    whole = {file: file.read_bytes() for file in files}
    refused = read = 0
    for number in range(count):
        file = files[number % len(files)]
        file.write_bytes(mutated(whole[file], rng))
        try:
            if file.name == "journal":
                journal = read_journal(file)
                if journal is not None:
                    document_of(journal, recovered=True)
                    assert len(journal.codes()) == journal.samples
            elif file.name == "index.json":
                folder = TakeFolder(takes)
                assert [row.id for row in folder.rows()] == [FINISHED]
                folder.close()
            else:
                use(stored(file.parent, read_document(file.parent)))
            read += 1
        except StudioError:
            refused += 1
        file.write_bytes(whole[file])
    assert min(refused, read) > count // 10


def test_damaged_files_stop_neither_the_list_nor_the_recovery_of_others(takes: Path) -> None:
    rng = random.Random(4)
    for number in range(40):
        for name, kind in ((FINISHED, "take.json"), (KILLED, "journal")):
            copy = takes / f"{name}{number}"
            shutil.copytree(DATA / "takes-1" / name, copy)
            content = (copy / kind).read_bytes()
            (copy / kind).write_bytes(mutated(content, rng))
    folder = TakeFolder(takes)
    recovered = folder.recover()
    rows = folder.rows()
    assert {FINISHED, KILLED} <= {row.id for row in rows}
    assert len(recovered) > 10
    for row in rows:
        take = folder.read(row.id)
        assert take.length == row.samples
    folder.close()
