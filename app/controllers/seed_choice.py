"""Which seed the next run gets, and whether runs keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.library.presets import new_seed

if TYPE_CHECKING:
    from engine.library.presets import Preset


class SeedChoice(QObject):
    """A seed that a preset brings is kept for as long as that preset is in use."""

    changed = Signal()
    chosen = Signal()
    """The user chose a seed, or whether to keep it."""

    def __init__(self) -> None:
        super().__init__()
        self.seed = new_seed()
        self.locked = False
        """Whether every run gets this seed."""
        self._locked_by_preset = False

    def set(self, seed: int) -> None:
        """Use this seed next."""
        self.seed = seed
        self.changed.emit()
        self.chosen.emit()

    def lock(self, on: bool) -> None:
        """Whether runs keep the seed."""
        self.locked, self._locked_by_preset = on, False
        self.changed.emit()
        self.chosen.emit()

    def next(self) -> int:
        """The seed of a run that begins: a new one where it is not kept."""
        if not self.locked:
            self.seed = new_seed()
            self.changed.emit()
        return self.seed

    def other(self) -> int:
        """The seed of a branch: a new one, for what goes on with the same one goes the same way."""
        seed = new_seed()
        if not self.locked:
            self.set(seed)
        return seed

    def follow(self, preset: Preset) -> None:
        """Take up what the preset says of the seed."""
        if preset.seed is not None:
            self.seed, self.locked, self._locked_by_preset = preset.seed, True, True
        elif self._locked_by_preset:
            self.locked = self._locked_by_preset = False
        self.changed.emit()
