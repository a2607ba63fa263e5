"""Clips at work: the button in each row, the key, and what both say while a clip sounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from app.controllers.catalogue import Catalogue
from app.controllers.player import Player
from app.controllers.reporter import Reporter
from engine.library.previews import read_clip

if TYPE_CHECKING:
    from app.actions import Actions
    from app.panels.browser import PresetBrowser

NO_PRESET = "There is no preset"
NO_CLIP = "This preset has no clip; Space plays it"


class PreviewController(Reporter):
    """Between the catalogue's clips, the browser and the player."""

    def __init__(
        self,
        browser: PresetBrowser,
        actions: Actions,
        player: Player,
        catalogue: Catalogue,
    ) -> None:
        super().__init__()
        self._browser, self._actions = browser, actions
        self._player, self._catalogue = player, catalogue
        self._awaited = ("", -1)
        browser.listened.connect(self.listen)
        actions["preview"].triggered.connect(self._listen_to_selected)
        player.preset_changed.connect(self.show)
        self.show()

    @Slot(str)
    def listen(self, preset: str) -> None:
        """Play the clip of the preset with this id, once it is read aside; one that plays already stops."""
        player = self._player
        if player.clip == preset or self._awaited == (preset, player.files.number):
            player.stop()
            return
        path = self._catalogue.clip(preset)
        if path is None:
            return

        def failed(why: str) -> None:
            self._awaited = ("", -1)
            self.reported.emit(why, "error")

        player.files.run(lambda: read_clip(path), lambda clip: player.play_clip(preset, clip), failed)
        self._awaited = (preset, player.files.number)

    @Slot()
    def show(self) -> None:
        """Bring browser and action up to date."""
        sounding, preset = self._player.clip, self._player.preset
        self._browser.set_sounding(sounding or None)
        if preset is not None and sounding == preset.id:
            self._actions.describe("preview", "Stop its clip", "Stop the clip", "stop")
        else:
            self._actions.restore("preview")
        has_clip = preset is not None and self._catalogue.clip(preset.id) is not None
        self._actions.allow("preview", "" if has_clip else NO_CLIP if preset else NO_PRESET)

    @Slot()
    def _listen_to_selected(self) -> None:
        if self._player.preset is not None:
            self.listen(self._player.preset.id)
