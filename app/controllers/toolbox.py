"""What is at hand beside playing: keeping and exporting, and dragging takes out of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.controllers.drag_out import DragOut
from app.controllers.exports import ExportController, show_folder
from app.controllers.own_presets import OwnPresets
from engine.library.paths import drag_folder

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.catalogue import Catalogue
    from app.controllers.event_bridge import Background
    from app.controllers.player import Player
    from app.controllers.takes import TakeController
    from app.settings import AppSettings
    from app.window import MainWindow
    from engine.library.presets import Preset
    from engine.stream.session import Session


class Toolbox(QObject):
    """Owns these controllers, and brings what they have to say to the message bar."""

    def __init__(
        self,
        window: MainWindow,
        actions: Actions,
        session: Session,
        settings: AppSettings,
        background: Background,
        player: Player,
        takes: TakeController,
        catalogue: Catalogue,
    ) -> None:
        super().__init__()
        self._window = window
        self.exports = ExportController(
            window, actions, player, takes.selection, session, settings, background
        )
        self.drag_out = DragOut(window.takes, takes.store, drag_folder(), background)
        self.exports.reported.connect(window.messages.tell)
        self.exports.written.connect(self._written)
        self.exports.saved.connect(takes.show)
        self.drag_out.refused.connect(self._refused)
        takes.changed.connect(self.exports.show)
        self.own_presets = OwnPresets(window, actions, player, catalogue, settings, background)
        self.own_presets.reported.connect(window.messages.tell)
        self.own_presets.deleted.connect(self._deleted_preset)

    @Slot(str, str)
    def _written(self, text: str, folder: str) -> None:
        self._window.messages.tell(text, button="Show in folder", act=lambda: show_folder(folder))

    @Slot(object)
    def _deleted_preset(self, preset: Preset) -> None:
        self._window.messages.tell(
            f"Deleted “{preset.name}”", button="Undo", act=lambda: self.own_presets.restore(preset)
        )

    @Slot(str)
    def _refused(self, why: str) -> None:
        self._window.messages.tell(why, "error")
