"""The recording at work: opened or dropped, listened to aside, said, and bent while it is said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFileDialog

from app.controllers.latest_work import LatestWork
from app.controllers.reporter import Reporter
from app.look.time_text import format_time
from engine.library.paths import RECORDING_SUFFIXES
from engine.library.recording_files import listen

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.catalogue import Catalogue
    from app.controllers.event_bridge import Background
    from app.controllers.player import Player
    from app.panels.recording import RecordingPanel
    from app.settings import AppSettings
    from engine.library.presets import Preset
    from engine.library.recordings import SpokenRecording

FILTER = f"Recordings ({' '.join(f'*{suffix} *{suffix.upper()}' for suffix in RECORDING_SUFFIXES)})"
QUIET_MS = 300
"""Quiet time after a slider moved, so that what plays does not start anew at every step."""
NO_MODEL = "No model that is installed says recordings"


class RecordingController(Reporter):
    """Between audio files, the panel and the player."""

    def __init__(
        self,
        panel: RecordingPanel,
        actions: Actions,
        player: Player,
        catalogue: Catalogue,
        settings: AppSettings,
        background: Background,
    ) -> None:
        super().__init__()
        self._panel, self._actions, self._player = panel, actions, player
        self._catalogue, self._settings = catalogue, settings
        self._listener = LatestWork(background)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(QUIET_MS)
        self._timer.timeout.connect(self._bend)
        player.preset_changed.connect(self.show)
        player.recordings.changed.connect(self.show)
        panel.bent.connect(self._timer.start)
        actions["open_recording"].triggered.connect(self.ask_open)
        actions["clear_recording"].triggered.connect(self._clear)
        self.show()

    def open(self, path: Path) -> None:
        """Listen to an audio file aside, then say it; of several, only the last counts."""
        speaking = self._speaking()
        if speaking is None:
            self.reported.emit(NO_MODEL, "warning")
            return
        config = self._catalogue.config(speaking)
        assert config is not None
        rate = config.sample_rate
        self.reported.emit(f"Listening to {path.name} …", "info")
        self._listener.run(
            lambda: listen(path, rate), lambda recording: self._opened(recording, path), self.not_opened
        )

    @Slot()
    def ask_open(self) -> None:
        """Ask which file, then open it."""
        name, _ = QFileDialog.getOpenFileName(
            self._panel.window(), "Say this in another voice", str(self._settings.recording_folder), FILTER
        )
        if name:
            self.open(Path(name))

    @Slot()
    def show(self) -> None:
        """Bring panel and actions up to date."""
        choice = self._player.recordings
        recording = choice.recording
        self._actions.allow("open_recording", "" if self._speaking() else NO_MODEL)
        self._actions.allow("clear_recording", "" if choice.is_own else "You have opened no recording")
        panel = self._panel
        if recording is None:
            panel.show_recording("", "")
            return
        panel.show_recording(recording.name, format_time(round(recording.seconds)))
        if not self._timer.isActive():  # else the user is moving it
            panel.show_bend(recording.pitch, recording.speed, as_recorded=recording.as_recorded)

    def stop(self) -> None:
        """Begin nothing any more. Can be called twice."""
        self._timer.stop()
        self._listener.drop()

    def _speaking(self) -> Preset | None:
        """The preset in use, if its model says recordings, else the first one that does."""
        preset = self._player.preset
        return preset if preset and self._catalogue.says(preset) else self._catalogue.first_that_says()

    def _opened(self, recording: SpokenRecording, path: Path) -> None:
        self._settings.recording_folder = path.parent
        player, speaking = self._player, self._speaking()
        if speaking is None:
            return
        player.recordings.open(recording, str(path.resolve()))
        if speaking is not player.preset:
            player.choose(speaking)
        config = self._catalogue.config(speaking)
        if player.params.speaker is None and config is not None and config.speakers:
            player.set_speaker(config.speakers[0])
        player.start()
        voice = f" with the voice of {player.params.speaker}" if player.params.speaker else ""
        self.reported.emit(
            f"“{recording.name}” is said{voice}; another voice says it from its beginning", "info"
        )

    @Slot()
    def _bend(self) -> None:
        pitch, speed, as_recorded = self._panel.bend
        if self._player.recordings.bend(pitch, speed, as_recorded=as_recorded) and self._player.saying:
            self._player.start()

    @Slot()
    def _clear(self) -> None:
        self._timer.stop()
        self._listener.drop()
        self._player.put_recording_away()
