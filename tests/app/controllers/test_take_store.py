from __future__ import annotations

import numpy as np

from app.controllers.take_store import Shelf
from engine.library.presets import Preset
from engine.library.takes import Take

PRESET = Preset(id="piano", name="Piano", category="genre", model="m")


def take(number: int) -> Take:
    return Take(
        id=str(number),
        name="",
        created="2026-01-01T00:00:00+00:00",
        preset=PRESET,
        seed=number,
        engine="cpu",
        kernel_version="1",
        model="m",
        model_hash="0",
        sample_rate=16_000,
        codes=np.full(16, 128, dtype=np.uint8),
    )


def shelf(count: int) -> Shelf:
    shelf = Shelf()
    for number in range(1, count + 1):
        shelf.add(take(number))
    return shelf


def test_takes_are_numbered_newest_first_and_the_newest_is_selected() -> None:
    takes = shelf(3)
    assert [kept.name for kept in takes.takes] == ["Piano 3", "Piano 2", "Piano 1"]
    assert takes.current == "3"


def test_a_name_is_never_given_twice() -> None:
    takes = shelf(2)
    takes.delete("1")
    assert takes.add(take(9)).name == "Piano 3"


def test_deleting_selects_the_neighbour_and_undo_puts_it_back_in_place() -> None:
    takes = shelf(3)
    takes.delete("2")
    assert takes.current == "1"
    takes.undo_delete()
    assert [kept.id for kept in takes.takes] == ["3", "2", "1"]
    assert takes.current == "2"


def test_all_deletions_can_be_undone_last_first() -> None:
    takes = shelf(3)
    for number in ("3", "1", "2"):
        takes.delete(number)
    assert takes.current == ""
    while takes.can_undo:
        takes.undo_delete()
    assert [kept.id for kept in takes.takes] == ["3", "2", "1"]
    assert takes.undo_delete() is None


def test_renaming_and_starring_change_only_that_take() -> None:
    takes = shelf(2)
    takes.rename("1", "Keeper")
    takes.star("1", on=True)
    assert [(kept.name, kept.starred) for kept in takes.takes] == [("Piano 2", False), ("Keeper", True)]
