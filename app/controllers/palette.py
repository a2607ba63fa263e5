"""The command palette at work: every action, preset and take in one list that is searched by typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QKeySequence

from app.action_table import SPECS
from app.dialogs.palette import PaletteDialog
from app.look.colours import THEMES
from app.widgets.palette_row import PaletteEntry
from app.widgets.preset_row import ICONS

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.catalogue import Catalogue
    from app.controllers.presets import PresetController
    from app.controllers.takes import TakeController
    from app.panels.takes import TakePanel
    from app.settings import AppSettings

ITSELF = "palette"


class PaletteController(QObject):
    """Opens the palette over the window, and does what is chosen there."""

    def __init__(
        self,
        panel: TakePanel,
        actions: Actions,
        catalogue: Catalogue,
        presets: PresetController,
        takes: TakeController,
        settings: AppSettings,
    ) -> None:
        super().__init__()
        self._panel, self._actions, self._settings = panel, actions, settings
        self._catalogue, self._presets, self._takes = catalogue, presets, takes
        actions[ITSELF].triggered.connect(self.open)

    def entries(self) -> list[PaletteEntry]:
        """All that can be done, and what cannot just now with the reason."""
        return [*self._commands(), *self._preset_entries(), *self._take_entries()]

    @Slot()
    def open(self) -> None:
        """Ask what to do, then do it."""
        dialog = PaletteDialog(self.entries(), THEMES[self._settings.theme], self._panel.window())
        dialog.exec()
        chosen = dialog.chosen
        dialog.deleteLater()
        if chosen is not None:
            chosen.act()

    def _commands(self) -> list[PaletteEntry]:
        return [
            PaletteEntry(
                text=self._actions[spec.id].text().replace("&", ""),
                kind=spec.menu.replace("&", ""),
                act=self._actions[spec.id].trigger,
                keys=self._actions[spec.id].shortcut().toString(QKeySequence.SequenceFormat.NativeText),
                why_not=self._actions.why_not(spec.id),
                icon=spec.icon,
            )
            for spec in SPECS
            if spec.id != ITSELF
        ]

    def _preset_entries(self) -> list[PaletteEntry]:
        return [
            PaletteEntry(
                text=item.name,
                kind="Preset",
                act=lambda name=item.id: self._presets.choose(name),  # type: ignore[misc]
                why_not=item.why_not,
                icon=ICONS[item.category],
            )
            for item in self._catalogue.items()
        ]

    def _take_entries(self) -> list[PaletteEntry]:
        play = self._panel.play_asked.emit
        return [
            PaletteEntry(
                text=take.name,
                kind="Take",
                act=lambda name=take.id: play(name),  # type: ignore[misc]
                icon="waveform",
            )
            for take in self._takes.store.takes
        ]
