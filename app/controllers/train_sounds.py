"""The sounds that are to be learnt: chosen or dropped, and looked at aside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from app.controllers.latest_work import LatestWork
from app.controllers.reporter import Reporter
from app.controllers.train_words import recording_text, sounds_text
from engine.library.paths import RECORDING_SUFFIXES
from engine.library.training_jobs import recording_path
from engine.stream.recorder import Recorder

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.event_bridge import Background
    from app.panels.sounds import SoundsPanel
    from app.settings import AppSettings
    from engine.corpus.sounds import Finding, Sound

RATE = 16_000
"""Hz of the models that can learn."""
NO_SOUNDS = "Add sounds first"
METER_MS = 250
LOOKING = "The sounds are being looked at"


class TrainSounds(Reporter):
    """``changed`` when they are others, or were looked at."""

    changed = Signal()

    def __init__(
        self, panel: SoundsPanel, actions: Actions, settings: AppSettings, background: Background
    ) -> None:
        super().__init__()
        self._panel, self._actions, self._settings = panel, actions, settings
        self._looker = LatestWork(background)
        self.places: list[Path] = []
        """Files and folders."""
        self._sounds: list[Sound] = []
        self._findings: list[Finding] = []
        panel.dropped.connect(self.add)
        self._recorder: Recorder | None = None
        self._background = background
        self._timer = QTimer(self)
        self._timer.setInterval(METER_MS)
        self._timer.timeout.connect(self._show_recording)
        actions.bind(
            train_files=self._ask_files,
            train_folder=self._ask_folder,
            train_clear=self.clear,
            train_record=self._record,
        )
        self.show()

    @property
    def seconds(self) -> float:
        """How long they are together; 0 where they were not looked at yet."""
        return sum(sound.seconds for sound in self._sounds)

    @property
    def why_not(self) -> str:
        """Why nothing can be learnt from them; empty where something can."""
        if self._looker.waiting:
            return LOOKING
        stops = next((finding.text for finding in self._findings if finding.stops), "")
        return stops if self._sounds else NO_SOUNDS

    @Slot(list)
    def add(self, paths: list[Path]) -> None:
        """Look at these files and folders as well, aside."""
        self.places += [path for path in paths if path not in self.places]
        places = list(self.places)

        def work() -> Any:
            from engine.corpus.sounds import findings, look_at_all

            sounds = look_at_all(places)
            return sounds, findings(sounds, RATE)

        self._looker.run(work, self._looked_at, self._not_looked_at)
        self.show()

    @Slot()
    def clear(self) -> None:
        """Begin with none."""
        self._looker.drop()
        self.places, self._sounds, self._findings = [], [], []
        self.show()

    @Slot()
    def show(self) -> None:
        """Bring the card up to date."""
        summary = "The sounds are looked at …" if self._looker.waiting else sounds_text(self._sounds)
        self._panel.show_sounds(summary, [finding.text for finding in self._findings])
        self._actions.allow("train_clear", "" if self.places else NO_SOUNDS)
        self.changed.emit()

    def stop(self) -> None:
        """Wait for nothing any more; what is being recorded is kept. Can be called twice."""
        self._looker.drop()
        self._timer.stop()
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            self._background.run(recorder.stop, lambda _: None, lambda _: None)

    @Slot()
    def _record(self) -> None:
        """Begin to record, or end it and take what was recorded among the sounds."""
        self._actions.allow("train_record", "The input is being opened or closed")
        if self._recorder is None:
            self._background.run(lambda: Recorder(recording_path()), self._recording, self._not_recording)
        else:
            recorder, self._recorder = self._recorder, None
            self._timer.stop()
            self._background.run(recorder.stop, self._recorded, self._not_recording)

    def _recording(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._actions.describe("train_record", "Stop recording", "End it, and learn from it", "stop")
        self._actions.allow("train_record")
        self._timer.start()
        self._show_recording()

    def _recorded(self, path: Path) -> None:
        self._not_recording("")
        self.add([path])

    def _not_recording(self, why: str) -> None:
        self._actions.restore("train_record")
        self._actions.allow("train_record")
        if why:
            self.reported.emit(why, "error")
        self.show()

    @Slot()
    def _show_recording(self) -> None:
        if self._recorder is not None:
            self._panel.show_sounds(recording_text(self._recorder.seconds, self._recorder.peak()), [])

    def _looked_at(self, found: tuple[list[Sound], list[Finding]]) -> None:
        self._sounds, self._findings = found
        self.show()

    def _not_looked_at(self, why: str) -> None:
        self.clear()
        self.reported.emit(why, "error")

    @Slot()
    def _ask_files(self) -> None:
        kinds = " ".join(f"*{suffix}" for suffix in RECORDING_SUFFIXES)
        folder = str(self._settings.recording_folder)
        names, _ = QFileDialog.getOpenFileNames(self._panel, "Add sounds", folder, f"Sounds ({kinds})")
        if names:
            self.add([Path(name) for name in names])

    @Slot()
    def _ask_folder(self) -> None:
        folder = str(self._settings.recording_folder)
        name = QFileDialog.getExistingDirectory(self._panel, "Add a folder of sounds", folder)
        if name:
            self.add([Path(name)])
