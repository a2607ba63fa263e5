"""The order of the list of takes."""

from __future__ import annotations

import dataclasses
import random

import pytest

from app.controllers.take_tree import TakeRow, arranged
from app.controllers.take_words import detail
from engine.library.takes import Take
from tests.takes import make_take


def take(name: str, parent: str = "", group: str = "") -> Take:
    return dataclasses.replace(make_take(1), id=name, name=name, parent=parent, group=group)


def shown(rows: list[TakeRow]) -> list[str]:
    """``..b`` for a take b two deep."""
    return ["." * row.depth + row.take.id for row in rows]


def test_takes_without_forks_stay_as_they_are() -> None:
    assert shown(arranged([take("c"), take("b"), take("a")])) == ["c", "b", "a"]
    assert arranged([]) == []


def test_forks_stand_under_their_parents_the_newest_first() -> None:
    takes = [take("e", "a"), take("d", "c"), take("c", "a"), take("b"), take("a")]
    assert shown(arranged(takes)) == ["a", ".e", ".c", "..d", "b"]


def test_a_family_comes_first_once_it_has_the_newest_take() -> None:
    old = [take("b"), take("a")]
    assert shown(arranged(old)) == ["b", "a"]
    assert shown(arranged([take("c", "a"), *old])) == ["a", ".c", "b"]
    assert shown(arranged([take("d", "c"), take("x"), take("c", "a"), *old])) == ["a", ".c", "..d", "x", "b"]


def test_a_fork_whose_parent_is_gone_stands_alone_with_its_own_forks_under_it() -> None:
    assert shown(arranged([take("c", "b"), take("b", "a")])) == ["b", ".c"]


@pytest.mark.parametrize("parents", [{"a": "a"}, {"a": "b", "b": "a"}, {"a": "b", "b": "c", "c": "a"}])
def test_takes_that_name_each_other_as_parents_stand_alone(parents: dict[str, str]) -> None:
    takes = [take("x", "a"), *(take(one, parent) for one, parent in parents.items())]
    rows = arranged(takes)
    assert {row.take.id: row.depth for row in rows} == {"x": 1, **dict.fromkeys(parents, 0)}


def test_what_was_made_together_stays_together_and_is_counted() -> None:
    takes = [take("3", group="g"), take("x"), take("2", group="g"), take("y"), take("1", group="g")]
    rows = arranged(takes)
    assert shown(rows) == ["3", "2", "1", "x", "y"]
    assert [(row.number, row.together) for row in rows] == [(1, 3), (2, 3), (3, 3), (0, 0), (0, 0)]
    alone = arranged([take("1", group="g"), take("x")])
    assert [(row.number, row.together) for row in alone] == [(0, 0), (0, 0)]


def test_any_takes_whatever_are_listed_once_each_below_their_parents() -> None:
    rng = random.Random(5)
    for _ in range(300):
        ids = [str(number) for number in range(rng.randint(1, 30))]
        takes = [
            take(one, rng.choice(["", "gone", *ids]), rng.choice(["", "", "g", "h"]))
            for one in rng.sample(ids, len(ids))
        ]
        rows = arranged(takes)
        assert sorted(row.take.id for row in rows) == sorted(ids)
        place = {row.take.id: number for number, row in enumerate(rows)}
        for row in rows:
            if row.parent is None:
                assert row.depth == 0
            else:
                assert row.parent.id == row.take.parent
                above = rows[place[row.parent.id]]
                assert (above.depth, place[above.take.id] < place[row.take.id]) == (row.depth - 1, True)


def test_a_thousand_rewinds_in_a_row_are_arranged_too() -> None:
    takes = [take(str(number), str(number - 1)) for number in range(3000, 0, -1)]
    rows = arranged(takes)
    assert (rows[0].take.id, rows[-1].take.id, rows[-1].depth) == ("1", "3000", 2999)


def test_a_fork_says_what_it_comes_from_and_from_where() -> None:
    parent = dataclasses.replace(take("a"), name="Guitar 3")
    fork = dataclasses.replace(take("b", "a"), parent_sample=12 * 16_000)
    assert detail(TakeRow(fork, parent, 1), exported=False) == "from 0:12 of Guitar 3 · seed 1 · cpu"
    assert detail(TakeRow(fork), exported=True) == "Piano · seed 1 · cpu · exported"
    assert detail(TakeRow(fork, parent, 1, 2, 8), exported=False).startswith("2 of 8 · from 0:12 of Guitar 3")
