"""The takes that a window shows: added as streams end, named, starred, removed and restored, exported or not.

What is changed here is written by a ``TakeWriter``, if there is one; without, all ends with the program.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from engine.errors import StudioError
from engine.library.take_files import StoredTake
from engine.library.take_folder import TakeFolder, free_name
from engine.library.take_writer import TakeWriter
from engine.library.takes import Take


def written(folder: TakeFolder | None, takes: Iterable[Take]) -> list[Take]:
    """Takes in memory as they lie on the disk once this has written them, under free names. Any thread.

    The last is named first. Where there is no folder, or it refuses one, that take stays in memory.
    """
    result: list[Take] = []
    for take in reversed(list(takes)):
        try:
            result.insert(0, take if folder is None else folder.keep(take))
        except StudioError:  # whoever adds it to the store is told
            result.insert(0, take)
    return result


@dataclass(frozen=True)
class _Removed:
    take: Take
    index: int
    """Where it stood."""


class TakeStore:
    """Takes in order, newest first; one that comes back stands where it stood.

    For one thread only. No method waits for the disk.
    """

    def __init__(self, writer: TakeWriter | None = None) -> None:
        self._writer = writer
        self._takes: list[Take] = []
        self._removed: list[_Removed] = []
        self._saved: frozenset[str] = frozenset()

    @property
    def takes(self) -> tuple[Take, ...]:
        """All of them, newest first."""
        return tuple(self._takes)

    @property
    def folder(self) -> TakeFolder | None:
        """Where they lie; None where they end with the program."""
        return None if self._writer is None else self._writer.folder

    def complete(self, take: StoredTake) -> None:
        """Have the sound of a take written for other programs, when there is time."""
        if self._writer is not None:
            self._writer.complete(take)

    def find(self, take_id: str) -> Take | None:
        """The take with this id."""
        return next((take for take in self._takes if take.id == take_id), None)

    @property
    def saved(self) -> frozenset[str]:
        """Ids of the takes that another file holds."""
        exported = (take.id for take in self._takes if isinstance(take, StoredTake) and take.exported)
        return self._saved.union(exported)

    def is_saved(self, take_id: str) -> bool:
        """Whether another file holds it."""
        return take_id in self.saved

    def add(self, take: Take) -> Take:
        """Put a take first; returns it under its name.

        One that is not on the disk goes by its preset's name and the first number that no other has.
        """
        if isinstance(take, StoredTake):
            self._takes = [
                kept for kept in self._takes if kept.id != take.id
            ]  # it was read before it was told
        else:
            names = {kept.name for kept in self._takes} | {gone.take.name for gone in self._removed}
            take = dataclasses.replace(take, name=free_name(take.preset.name, names))
            unsaved = take
            self._post(lambda folder: folder.save(unsaved))
        self._takes.insert(0, take)
        return take

    def adopt(self, takes: Iterable[StoredTake]) -> None:
        """Let takes of before stand behind those of now, by their age; what is here or removed stays so."""
        known = {take.id for take in self._takes} | {gone.take.id for gone in self._removed}
        self._takes.extend(take for take in takes if take.id not in known)
        self._takes.sort(key=lambda take: take.created, reverse=True)

    def rename(self, take_id: str, name: str) -> None:
        """Give it another name. Raises StudioError where there is no such take."""
        self._change(take_id, name=name)

    def star(self, take_id: str, on: bool) -> None:
        """Mark it, or not. Raises StudioError where there is no such take."""
        self._change(take_id, starred=on)

    def mark_saved(self, take_id: str) -> None:
        """Note that another file holds it."""
        self._saved |= {take_id}
        self._post(lambda folder: folder.change(take_id, exported=True))

    def remove(self, take_id: str) -> int:
        """Take it out; returns where it stood. Raises StudioError where there is no such take."""
        index = self._index(take_id)
        self._removed.append(_Removed(self._takes.pop(index), index))
        self._post(lambda folder: folder.delete(take_id))
        return index

    def restore(self) -> Take | None:
        """Bring back what was removed last, where it stood; None where nothing was."""
        if not self._removed:
            return None
        gone = self._removed.pop()
        self._takes.insert(gone.index, gone.take)
        self._post(lambda folder: folder.restore(gone.take.id))
        return gone.take

    def _change(self, take_id: str, **fields: Any) -> None:
        index = self._index(take_id)
        take = self._takes[index]
        self._takes[index] = (
            take.changed(**fields) if isinstance(take, StoredTake) else dataclasses.replace(take, **fields)
        )
        self._post(lambda folder: folder.change(take_id, **fields))

    def _post(self, job: Callable[[TakeFolder], object]) -> None:
        writer = self._writer
        if writer is not None:
            writer.post(lambda: job(writer.folder))

    def _index(self, take_id: str) -> int:
        for index, take in enumerate(self._takes):
            if take.id == take_id:
                return index
        raise StudioError(f"take {take_id!r} is not in the list; it may have been deleted")
