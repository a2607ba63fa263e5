"""The takes of a session: added as streams end, named, starred, removed and restored, saved or not."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from engine.errors import StudioError
from engine.library.takes import Take


@dataclass(frozen=True)
class _Removed:
    take: Take
    index: int
    """Where it stood."""


class TakeStore:
    """Takes in order, newest first; one that comes back stands where it stood. For one thread only."""

    def __init__(self) -> None:
        self._takes: list[Take] = []
        self._removed: list[_Removed] = []
        self._saved: set[str] = set()

    @property
    def takes(self) -> tuple[Take, ...]:
        """All of them, newest first."""
        return tuple(self._takes)

    @property
    def can_restore(self) -> bool:
        """Whether a removed take can be brought back."""
        return bool(self._removed)

    def find(self, take_id: str) -> Take | None:
        """The take with this id."""
        return next((take for take in self._takes if take.id == take_id), None)

    def is_saved(self, take_id: str) -> bool:
        """Whether a file holds it."""
        return take_id in self._saved

    def add(self, take: Take) -> Take:
        """Put a take first, under its preset's name and the first number that no other has; returns it so."""
        names = {kept.name for kept in self._takes} | {gone.take.name for gone in self._removed}
        number = 1
        while f"{take.preset.name} {number}" in names:
            number += 1
        take = dataclasses.replace(take, name=f"{take.preset.name} {number}")
        self._takes.insert(0, take)
        return take

    def rename(self, take_id: str, name: str) -> None:
        """Give it another name. Raises StudioError where there is no such take."""
        index = self._index(take_id)
        self._takes[index] = dataclasses.replace(self._takes[index], name=name)

    def star(self, take_id: str, on: bool) -> None:
        """Mark it, or not. Raises StudioError where there is no such take."""
        index = self._index(take_id)
        self._takes[index] = dataclasses.replace(self._takes[index], starred=on)

    def mark_saved(self, take_id: str) -> None:
        """Note that a file holds it."""
        self._saved.add(take_id)

    def remove(self, take_id: str) -> int:
        """Take it out; returns where it stood. Raises StudioError where there is no such take."""
        index = self._index(take_id)
        self._removed.append(_Removed(self._takes.pop(index), index))
        return index

    def restore(self) -> Take | None:
        """Bring back what was removed last, where it stood; None where nothing was."""
        if not self._removed:
            return None
        gone = self._removed.pop()
        self._takes.insert(gone.index, gone.take)
        return gone.take

    def _index(self, take_id: str) -> int:
        for index, take in enumerate(self._takes):
            if take.id == take_id:
                return index
        raise StudioError(f"take {take_id!r} is not in the list; it may have been deleted")
