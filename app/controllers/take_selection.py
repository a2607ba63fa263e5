"""The list of takes as the window shows it: the engine's store, and which take of it is selected."""

from __future__ import annotations

from collections.abc import Sequence

from engine.library.take_files import StoredTake
from engine.library.take_store import TakeStore
from engine.library.takes import Take


class TakeSelection:
    """Follows the store: what comes is selected, and the neighbour of what goes."""

    def __init__(self, store: TakeStore) -> None:
        self.store = store
        self.current = ""
        """Id of the selected take; empty where there is none."""

    @property
    def selected(self) -> Take | None:
        """The selected take."""
        return self.store.find(self.current)

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
        index = self.store.remove(take_id)
        left = self.store.takes
        self.current = left[min(index, len(left) - 1)].id if left else ""

    def restore(self) -> None:
        """Bring back what was removed last."""
        take = self.store.restore()
        if take is not None:
            self.current = take.id
