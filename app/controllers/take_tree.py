"""How takes are listed: newest first, forks under what they branch off, what was made together together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.library.takes import Take


@dataclass(frozen=True)
class TakeRow:
    """A take in the list."""

    take: Take
    parent: Take | None = None
    """What it branches off, if that is in the list."""
    depth: int = 0
    """How many takes stand over it."""
    number: int = 0
    """1, 2, … among those that were made together; 0 where it was made alone."""
    together: int = 0
    """How many of these are left."""


def arranged(takes: Sequence[Take]) -> list[TakeRow]:
    """``takes`` (newest first) as rows: a family stands where its newest member would.

    A take whose parent is not among them stands alone, and so do takes that name each other as parents.
    """
    place = {take.id: number for number, take in enumerate(takes)}
    parents = _parents(takes, place)
    under: dict[str, list[int]] = {}
    for number, take in enumerate(takes):
        under.setdefault(parents.get(take.id, ""), []).append(number)
    newest = _newest(takes, parents, place)
    rows: list[TakeRow] = []
    waiting = [(number, 0) for number in reversed(_grouped(takes, under.get("", []), newest))]
    while waiting:
        number, depth = waiting.pop()
        take = takes[number]
        over = parents.get(take.id)
        rows.append(TakeRow(take, takes[place[over]] if over is not None else None, depth))
        children = _grouped(takes, under.get(take.id, []), newest)
        waiting += [(child, depth + 1) for child in reversed(children)]
    return _counted(rows)


def _parents(takes: Sequence[Take], place: dict[str, int]) -> dict[str, str]:
    """The parent of each take that has one in the list, without circles."""
    parents = {take.id: take.parent for take in takes if take.parent in place}
    looked_at: set[str] = set()
    for take in takes:
        path: dict[str, None] = {}
        at: str | None = take.id
        while at is not None and at not in looked_at and at not in path:
            path[at] = None
            at = parents.get(at)
        if at in path:
            ids = list(path)
            for member in ids[ids.index(at) :]:  # each of them names the next one
                del parents[member]
        looked_at.update(path)
    return parents


def _newest(takes: Sequence[Take], parents: dict[str, str], place: dict[str, int]) -> list[int]:
    """The place of the newest of each take and of all under it."""
    newest = list(range(len(takes)))
    for number, take in enumerate(takes):  # the newest first: whoever was reached before stays
        at: str | None = parents.get(take.id)
        while at is not None and newest[place[at]] > number:
            newest[place[at]] = number
            at = parents.get(at)
    return newest


def _grouped(takes: Sequence[Take], siblings: list[int], newest: list[int]) -> list[int]:
    """``siblings`` by their newest member, those that were made together beside each other."""
    first: dict[str, int] = {}
    for number in siblings:
        group = takes[number].group
        if group:
            first[group] = min(first.get(group, newest[number]), newest[number])
    return sorted(siblings, key=lambda number: (first.get(takes[number].group, newest[number]), number))


def _counted(rows: list[TakeRow]) -> list[TakeRow]:
    counts: dict[str, int] = {}
    for row in rows:
        if row.take.group:
            counts[row.take.group] = counts.get(row.take.group, 0) + 1
    numbers: dict[str, int] = {}
    result = []
    for row in rows:
        group = row.take.group
        if counts.get(group, 0) > 1:
            numbers[group] = numbers.get(group, 0) + 1
            row = TakeRow(row.take, row.parent, row.depth, numbers[group], counts[group])
        result.append(row)
    return result
