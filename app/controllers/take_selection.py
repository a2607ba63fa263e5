"""The list of takes as the window shows it: the engine's store, and which take of it is selected."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_

from app.controllers.take_tree import TakeRow, arranged
from engine.library.take_files import StoredTake
from engine.library.take_store import TakeStore
from engine.library.takes import Take


class TakeSelection:
    """Follows the store: what comes is selected, and the neighbour of what goes."""

    def __init__(self, store: TakeStore) -> None:
        self.store = store
        self.current = ""
        """Id of the selected take; empty where there is none."""
        self._arranged: tuple[Take, ...] = ()
        self._rows: list[TakeRow] = []

    @property
    def selected(self) -> Take | None:
        """The selected take."""
        return self.store.find(self.current)

    def rows(self) -> list[TakeRow]:
        """All takes, in the order in which they are listed; the same rows while the takes are the same."""
        takes = self.store.takes
        if len(takes) != len(self._arranged) or not all(map(is_, takes, self._arranged)):
            self._arranged, self._rows = takes, arranged(takes)
        return self._rows

    def add(self, take: Take) -> Take:
        """Put a new take first; returns it under its name."""
        take = self.store.add(take)
        self.current = take.id
        return take

    def adopt(self, takes: Sequence[StoredTake]) -> None:
        """Let takes of before be among the others."""
        self.store.adopt(takes)

    def remove(self, take_id: str) -> None:
        """Take it out. Raises StudioError where there is no such take."""
        rows = self.rows()
        self.store.remove(take_id)
        self.current = _neighbour(rows, take_id)

    def restore(self) -> None:
        """Bring back what was removed last."""
        take = self.store.restore()
        if take is not None:
            self.current = take.id


def _neighbour(rows: Sequence[TakeRow], take_id: str) -> str:
    """The take after this one, or before it where it is the last, of its group or of all; empty for none."""
    at = next(number for number, row in enumerate(rows) if row.take.id == take_id)
    beside = [*rows[at + 1 : at + 2], *reversed(rows[:at][-1:])]
    group = rows[at].take.group
    related = [row.take.id for row in beside if group and row.take.group == group]
    return next(iter([*related, *(row.take.id for row in beside)]), "")
