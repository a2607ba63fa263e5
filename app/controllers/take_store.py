"""The takes of this session: added as runs end, renamed, starred, deleted and brought back."""

from __future__ import annotations

import dataclasses

from engine.library.takes import Take


class Shelf:
    """Takes, newest first, and which one is selected."""

    def __init__(self) -> None:
        self._takes: list[Take] = []
        self._deleted: list[tuple[int, Take]] = []
        self.current = ""
        """Id of the selected take; empty where there is none."""

    @property
    def takes(self) -> tuple[Take, ...]:
        """All of them, newest first."""
        return tuple(self._takes)

    @property
    def can_undo(self) -> bool:
        """Whether a deleted take can be brought back."""
        return bool(self._deleted)

    def find(self, take: str) -> Take | None:
        """The take with this id."""
        return next((kept for kept in self._takes if kept.id == take), None)

    @property
    def selected(self) -> Take | None:
        """The selected take."""
        return self.find(self.current)

    def add(self, take: Take) -> Take:
        """Put a take on top and select it; its name gets a number, so that names differ."""
        names = {kept.name for kept in self._takes} | {gone.name for _, gone in self._deleted}
        number = 1
        while f"{take.preset.name} {number}" in names:
            number += 1
        take = dataclasses.replace(take, name=f"{take.preset.name} {number}")
        self._takes.insert(0, take)
        self.current = take.id
        return take

    def rename(self, take: str, name: str) -> None:
        """Another name."""
        self._replace(take, name=name)

    def star(self, take: str, on: bool) -> None:
        """Mark it, or not."""
        self._replace(take, starred=on)

    def delete(self, take: str) -> None:
        """Take it off the shelf; its neighbour is selected."""
        place = next(place for place, kept in enumerate(self._takes) if kept.id == take)
        self._deleted.append((place, self._takes.pop(place)))
        near = self._takes[min(place, len(self._takes) - 1)] if self._takes else None
        self.current = near.id if near else ""

    def undo_delete(self) -> Take | None:
        """Bring back what was deleted last, where it stood."""
        if not self._deleted:
            return None
        place, take = self._deleted.pop()
        self._takes.insert(place, take)
        self.current = take.id
        return take

    def _replace(self, take: str, **changes: object) -> None:
        self._takes = [
            dataclasses.replace(kept, **changes) if kept.id == take else kept  # type: ignore[arg-type]
            for kept in self._takes
        ]
