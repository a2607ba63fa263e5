from __future__ import annotations

import dataclasses

import pytest

from app.controllers.take_selection import TakeSelection
from engine.library.take_store import TakeStore
from tests.takes import make_take


@pytest.fixture
def selection() -> TakeSelection:
    selection = TakeSelection(TakeStore())
    for number in range(1, 4):
        selection.add(make_take(number))
    return selection


def test_nothing_is_selected_at_first() -> None:
    selection = TakeSelection(TakeStore())
    assert (selection.current, selection.selected) == ("", None)


def test_the_newest_take_is_selected(selection: TakeSelection) -> None:
    assert selection.current == "3"
    assert selection.selected is selection.store.takes[0]


@pytest.mark.parametrize(("removed", "next_selected"), [("3", "2"), ("2", "1"), ("1", "2")])
def test_the_neighbour_of_what_goes_is_selected(
    selection: TakeSelection, removed: str, next_selected: str
) -> None:
    selection.remove(removed)
    assert selection.current == next_selected


def test_what_comes_back_is_selected(selection: TakeSelection) -> None:
    for number in ("3", "1", "2"):
        selection.remove(number)
    assert selection.current == ""
    selection.restore()
    assert selection.current == "2"
    selection.current = ""
    selection.restore()
    selection.restore()
    assert selection.current == "3"
    selection.restore()  # nothing is left to bring back
    assert selection.current == "3"


def test_of_takes_made_together_another_of_them_is_selected_when_one_goes() -> None:
    selection = TakeSelection(TakeStore())
    for number, group in ((1, ""), (2, "g"), (3, "g"), (4, "")):
        selection.add(dataclasses.replace(make_take(number), group=group))
    selection.remove("2")
    assert selection.current == "3"


def test_below_a_parent_that_goes_its_fork_is_selected() -> None:
    selection = TakeSelection(TakeStore())
    for number, parent in ((1, ""), (2, ""), (3, "1")):
        selection.add(dataclasses.replace(make_take(number), parent=parent))
    assert [row.take.id for row in selection.rows()] == ["1", "3", "2"]
    selection.remove("1")
    assert selection.current == "3"
