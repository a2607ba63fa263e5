"""Undo and redo: steps that can be taken back and made again, in the order in which they were made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

MOST = 200
"""Steps that are held."""


@dataclass(eq=False)
class Step:
    """Something that was done."""

    text: str
    """What it was, in words that follow *Undo*."""
    undo: Callable[[], object]
    redo: Callable[[], object]


class History(QObject):
    """Steps done, and steps undone since: a new one drops those."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self.replaying = False
        """Whether a step is just taken back or made again: what changes now is no step."""

    @property
    def next_undo(self) -> str:
        """What would be taken back; empty for nothing."""
        return self._done[-1].text if self._done else ""

    @property
    def next_redo(self) -> str:
        """What would be made again; empty for nothing."""
        return self._undone[-1].text if self._undone else ""

    @property
    def last(self) -> Step | None:
        """The step that would be taken back."""
        return self._done[-1] if self._done else None

    def push(self, step: Step) -> None:
        """Something was done; what was undone before cannot be made again."""
        if self.replaying:
            return
        self._done = [*self._done, step][-MOST:]
        self._undone = []
        self.changed.emit()

    @Slot()
    def undo(self) -> None:
        """Take the last step back."""
        if self._done:
            step = self._done.pop()
            self._replay(step.undo)
            self._undone.append(step)
            self.changed.emit()

    @Slot()
    def redo(self) -> None:
        """Make the step again that was taken back last."""
        if self._undone:
            step = self._undone.pop()
            self._replay(step.redo)
            self._done.append(step)
            self.changed.emit()

    def revert(self, step: Step) -> None:
        """Take this step back, wherever it stands; nothing where it was taken back already."""
        if step in self._done:
            self._done.remove(step)
            self._replay(step.undo)
            self.changed.emit()

    def _replay(self, work: Callable[[], object]) -> None:
        self.replaying = True
        try:
            work()
        finally:
            self.replaying = False
