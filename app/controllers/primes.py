"""Going on with a recording: dropped or opened, its part chosen and heard, then continued as a take."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog

from app.controllers.latest_work import LatestWork
from app.controllers.recordings import FILTER, RecordingController
from app.controllers.reporter import Reporter
from app.controllers.start_request import NO_PRESET, start_request
from app.dialogs.prime import PrimeDialog
from app.look.colours import THEMES
from app.plots.pyramid import Pyramid
from app.plots.region import RegionPlot
from engine.library.packed_codes import pack_codes
from engine.stream.priming import (
    PrimeSound,
    longest_region,
    open_prime,
    prime_codes,
    primed_sound,
    proposed_region,
    why_not_continued,
)

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.catalogue import Catalogue
    from app.controllers.event_bridge import Background
    from app.controllers.player import Player
    from app.panels.messages import MessageBar
    from app.settings import AppSettings
    from engine.wavenet.config import ModelConfig


class PrimeController(Reporter):
    """Decides what a dropped audio file is for, and lets streams go on with one."""

    def __init__(
        self,
        messages: MessageBar,
        actions: Actions,
        player: Player,
        catalogue: Catalogue,
        recordings: RecordingController,
        settings: AppSettings,
        background: Background,
    ) -> None:
        super().__init__()
        self._messages, self._actions, self._player = messages, actions, player
        self._catalogue, self._recordings, self._settings = catalogue, recordings, settings
        self._reader = LatestWork(background)
        self.dialog: PrimeDialog | None = None
        """What is asked just now."""
        self.plot: RegionPlot | None = None
        """Where its part is chosen."""
        actions["continue_recording"].triggered.connect(self.ask_open)
        player.preset_changed.connect(self.show)
        player.playback_changed.connect(self.look)
        self.show()

    @Slot()
    def show(self) -> None:
        """Bring the action up to date."""
        self._actions.allow("continue_recording", self.why_not())

    def why_not(self) -> str:
        """Why the preset in use goes on with no recording; empty where it does."""
        preset = self._player.preset
        if preset is None:
            return NO_PRESET
        config = self._catalogue.config(preset)
        return self._catalogue.why_not(preset) if config is None else why_not_continued(config)

    @Slot()
    def ask_open(self) -> None:
        """Ask which file, then which part of it."""
        folder = str(self._settings.recording_folder)
        name, _ = QFileDialog.getOpenFileName(self._messages.window(), "Continue a recording", folder, FILTER)
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Read an audio file aside, then ask which part of it is to be continued."""
        preset = self._player.preset
        config = self._catalogue.config(preset) if preset else None
        if why_not := self.why_not():
            self.reported.emit(why_not, "warning")
            return
        assert config is not None
        self.reported.emit(f"Reading {path.name} …", "info")

        def work() -> tuple[PrimeSound, Pyramid]:
            sound = open_prime(path, config)
            return sound, Pyramid.of(sound.samples)

        self._reader.run(work, lambda found: self._ask(path, config, *found), self.not_opened)

    @Slot()
    def look(self) -> None:
        """Something else sounds now, or nothing."""
        if self.dialog is not None:
            self.dialog.show_sounding(bool(self._player.sound))

    def stop(self) -> None:
        """Begin nothing any more. Can be called twice."""
        self._reader.drop()
        if self.dialog is not None:
            self.dialog.reject()

    @Slot(str)
    def dropped(self, path: str) -> None:
        """Go on with the audio file that was dropped on the window, or else say it again."""
        if self.why_not():
            self._recordings.open(Path(path))
        else:
            self.open(Path(path))

    def _ask(self, path: Path, config: ModelConfig, sound: PrimeSound, pyramid: Pyramid) -> None:
        player = self._player
        preset = player.preset
        if preset is None or self._catalogue.config(preset) is not config:  # another one by now
            self.reported.emit(f"Another preset was chosen; open {path.name} again", "info")
            return
        self._messages.clear()
        self._settings.recording_folder = path.parent
        if self.dialog is not None:
            self.dialog.reject()
        plot = RegionPlot(pyramid, sound.sample_rate, sound.seconds, longest_region(config))
        plot.theme = THEMES[self._settings.theme]
        plot.choose(*proposed_region(sound, config))
        can_say = self._catalogue.first_that_says() is not None
        dialog = PrimeDialog(sound.name, plot, preset.name, can_say=can_say, parent=self._messages.window())
        dialog.listen_asked.connect(lambda: self._listen(sound, plot.region, config))
        dialog.stop_asked.connect(player.stop)
        dialog.say_asked.connect(lambda: self._recordings.open(path))
        dialog.accepted.connect(lambda: self._go_on(sound, plot.region, config))
        dialog.finished.connect(self._closed)
        self.dialog, self.plot = dialog, plot
        dialog.open()

    def _listen(self, sound: PrimeSound, region: tuple[float, float], config: ModelConfig) -> None:
        """Play the part as the model hears it."""
        player = self._player

        def play(samples: object) -> None:
            if self.dialog is not None:
                player.play_sound(f"“{sound.name}”", samples, sound.sample_rate)  # type: ignore[arg-type]
                self.look()

        player.files.run(
            lambda: primed_sound(config, prime_codes(sound, region, config)),
            play,
            lambda why: self.reported.emit(why, "error"),
        )

    def _go_on(self, sound: PrimeSound, region: tuple[float, float], config: ModelConfig) -> None:
        player = self._player
        preset = player.preset
        if preset is None:
            return
        scored = player.score is not None and not player.why_no_score()
        request = start_request(player, preset, player.seeds.next(), self._catalogue)
        request = dataclasses.replace(request, score=None, recording=None)

        def begin(prime: str) -> None:
            player.begin(dataclasses.replace(request, prime=prime))
            without = ", without the score" if scored else ""
            self.reported.emit(f"“{preset.name}” goes on from “{sound.name}”{without}", "info")

        player.files.run(
            lambda: pack_codes(prime_codes(sound, region, config)),
            begin,
            lambda why: self.reported.emit(why, "error"),
        )

    @Slot()
    def _closed(self) -> None:
        dialog, self.dialog, self.plot = self.dialog, None, None
        if dialog is not None:
            dialog.deleteLater()
        if self._player.sound:
            self._player.stop()
