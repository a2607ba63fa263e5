from __future__ import annotations

import dataclasses
import threading
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.library.take_files import StoredTake
from engine.library.take_folder import TakeFolder
from engine.library.take_store import TakeStore, written
from engine.library.take_writer import TakeWriter
from tests.takes import make_take


def store_of(count: int) -> TakeStore:
    store = TakeStore()
    for number in range(1, count + 1):
        store.add(make_take(number))
    return store


def ids(store: TakeStore) -> list[str]:
    return [take.id for take in store.takes]


def test_takes_are_numbered_and_stand_newest_first() -> None:
    assert [take.name for take in store_of(3).takes] == ["Piano 3", "Piano 2", "Piano 1"]


def test_a_name_is_never_given_twice_not_even_that_of_a_removed_take() -> None:
    store = store_of(2)
    store.remove("1")
    assert store.add(make_take(9)).name == "Piano 3"


def test_a_removed_take_comes_back_where_it_stood() -> None:
    store = store_of(3)
    assert store.remove("2") == 1
    assert ids(store) == ["3", "1"]
    restored = store.restore()
    assert restored is not None
    assert restored.id == "2"
    assert ids(store) == ["3", "2", "1"]


def test_all_removals_can_be_undone_last_first() -> None:
    store = store_of(3)
    for number in ("3", "1", "2"):
        store.remove(number)
    assert ids(store) == []
    while store.restore() is not None:
        continue
    assert ids(store) == ["3", "2", "1"]
    assert store.restore() is None


def test_renaming_and_starring_change_only_that_take() -> None:
    store = store_of(2)
    store.rename("1", "Keeper")
    store.star("1", on=True)
    assert [(take.name, take.starred) for take in store.takes] == [("Piano 2", False), ("Keeper", True)]


def test_a_take_is_unsaved_until_a_file_holds_it_whatever_it_is_called_since() -> None:
    store = store_of(2)
    assert not store.is_saved("2")
    store.mark_saved("2")
    store.rename("2", "Keeper")
    assert [store.is_saved(number) for number in ("1", "2")] == [False, True]
    store.remove("2")
    store.restore()
    assert store.is_saved("2")


def test_a_take_that_is_not_there_is_refused_by_its_id() -> None:
    store = store_of(1)
    assert store.find("7") is None
    for change in (store.remove, lambda take: store.rename(take, "a"), lambda take: store.star(take, True)):
        with pytest.raises(StudioError, match="take '7' is not in the list"):
            change("7")


def test_takes_of_before_stand_behind_those_of_now_and_nothing_comes_twice(tmp_path: Path) -> None:
    folder = TakeFolder(tmp_path)
    for number in (1, 2, 3):
        folder.save(dataclasses.replace(make_take(number), created=f"2025-01-0{number}T00:00:00+00:00"))
    before = [folder.read(str(number)) for number in (1, 2, 3)]
    folder.close()
    store = TakeStore()
    store.add(make_take(9))
    store.adopt(before[:2])
    assert ids(store) == ["9", "2", "1"]
    store.remove("2")
    store.adopt(before)
    assert ids(store) == ["9", "3", "1"]
    store.add(before[2])
    assert sorted(ids(store)) == ["1", "3", "9"]


def test_what_is_changed_is_on_the_disk(tmp_path: Path) -> None:
    reported: list[str] = []
    writer = TakeWriter(TakeFolder(tmp_path), print, reported.append)
    store = TakeStore(writer)
    for number in (1, 2, 3):
        store.add(make_take(number))
    store.rename("1", "Keeper")
    store.star("1", on=True)
    store.mark_saved("2")
    store.remove("3")
    store.remove("2")
    store.restore()
    done = threading.Event()
    writer.post(done.set)
    assert done.wait(20.0)
    other = TakeFolder(tmp_path)
    rows = {row.id: row for row in other.rows()}
    writer.close()
    other.close()
    assert sorted(rows) == ["1", "2"]
    assert (rows["1"].name, rows["1"].starred, rows["1"].exported) == ("Keeper", True, False)
    assert (rows["2"].name, rows["2"].starred, rows["2"].exported) == ("Piano 2", False, True)
    assert reported == []


def test_takes_in_memory_are_written_under_free_names_and_read_back(tmp_path: Path) -> None:
    folder = TakeFolder(tmp_path)
    takes = [dataclasses.replace(make_take(number), id=f"a{number}", group="g") for number in (1, 2, 3)]
    found = written(folder, takes)
    folder.close()
    assert [(take.id, take.name, take.group) for take in found] == [
        ("a1", "Piano 3", "g"),
        ("a2", "Piano 2", "g"),
        ("a3", "Piano 1", "g"),
    ]
    assert all(isinstance(take, StoredTake) for take in found)
    np.testing.assert_array_equal(found[0].codes, takes[0].codes)


def test_what_the_disk_refuses_stays_in_memory(tmp_path: Path) -> None:
    (tmp_path / "takes").write_text("in the way")
    take = make_take(1)
    assert written(TakeFolder(tmp_path / "takes"), [take]) == [take]
    assert written(None, [take]) == [take]
