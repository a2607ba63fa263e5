"""Clips at work: the button in each row, the key, and what both say while a clip sounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.controllers.catalogue import Collection
from app.controllers.player import Player
from engine.errors import StudioError
from engine.library.previews import read_clip

if TYPE_CHECKING:
    from app.actions import Actions
    from app.window import MainWindow

NO_PRESET = "There is no preset"
NO_CLIP = "This preset has no clip; Space plays it"


class AuditionDesk(QObject):
    """Between the collection's clips, the browser and the player."""

    told = Signal(str, str)
    """(text, kind) for the message bar."""

    def __init__(self, window: MainWindow, actions: Actions, player: Player, collection: Collection) -> None:
        super().__init__()
        self._window, self._actions = window, actions
        self._player, self._collection = player, collection
        window.browser.listened.connect(self.listen)
        actions["audition"].triggered.connect(self._listen_to_selected)
        player.preset_changed.connect(self.show)
        self.show()

    @Slot(str)
    def listen(self, preset: str) -> None:
        """Play the clip of the preset with this id; one that plays already stops."""
        if self._player.clip == preset:
            self._player.stop()
            return
        path = self._collection.clip(preset)
        if path is None:
            return
        try:
            clip = read_clip(path)
        except StudioError as error:
            self.told.emit(str(error), "error")
            return
        self._player.play_clip(preset, clip)

    @Slot()
    def show(self) -> None:
        """Bring browser and action up to date."""
        sounding, preset = self._player.clip, self._player.preset
        self._window.browser.set_sounding(sounding or None)
        if preset is not None and sounding == preset.id:
            self._actions.describe("audition", "Stop its clip", "Stop the clip", "stop")
        else:
            self._actions.restore("audition")
        has_clip = preset is not None and self._collection.clip(preset.id) is not None
        self._actions.allow("audition", "" if has_clip else NO_CLIP if preset else NO_PRESET)

    @Slot()
    def _listen_to_selected(self) -> None:
        if self._player.preset is not None:
            self.listen(self._player.preset.id)
