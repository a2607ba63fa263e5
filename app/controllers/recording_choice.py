"""Which recording is said: the one that the user opened, or else the preset's own, which is read aside."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.controllers.latest_work import LatestWork

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.controllers.catalogue import Catalogue
    from app.controllers.event_bridge import Background
    from engine.library.presets import Preset
    from engine.library.recordings import SpokenRecording


NOTHING_TO_SAY = "There is nothing to say: drop a recording of somebody who speaks on the window"


class RecordingChoice(QObject):
    """The recording that streams are given; the user's own stays from preset to preset."""

    changed = Signal()
    refused = Signal(str)
    """Why a preset's recording is not said."""

    def __init__(self, catalogue: Catalogue, background: Background) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._reader = LatestWork(background)
        self._own: SpokenRecording | None = None
        self._by_preset: SpokenRecording | None = None
        self.problem = ""
        """Why the preset's recording is not said, where it cannot be."""
        self._sources: dict[str, str] = {}
        self._opened: set[str] = set()

    @property
    def recording(self) -> SpokenRecording | None:
        """What is said; None for nothing."""
        return self._own or self._by_preset

    @property
    def is_own(self) -> bool:
        """Whether the user opened it."""
        return self._own is not None

    @property
    def reading(self) -> bool:
        """Whether a preset's recording is on its way."""
        return self._reader.waiting

    @property
    def why_not(self) -> str:
        """Why nothing is said; empty where something is."""
        return "" if self.recording else self.problem or NOTHING_TO_SAY

    @property
    def source(self) -> str | None:
        """Where it came from, as a preset names it; None for none."""
        return self._sources.get(self.recording.frames) if self.recording else None

    def open(self, recording: SpokenRecording, source: str) -> None:
        """Take up what the user opened, whatever is being read; ``source`` is what a preset would call it."""
        self._reader.drop()
        self._sources[recording.frames] = source
        self._opened.add(recording.frames)
        self._own = recording
        self.changed.emit()

    def restore(self, recording: SpokenRecording | None) -> None:
        """Take up what a take said; one that said nothing changes nothing."""
        if recording is None:
            return
        self._reader.drop()
        if recording.frames in self._sources and recording.frames not in self._opened:
            self._own, self._by_preset = None, recording
        else:
            self._own = recording
        self.changed.emit()

    def put_away(self, preset: Preset | None, then: Callable[[], object]) -> None:
        """Let go of the user's own, as ``follow`` does what ``preset`` says itself."""
        self._own = self._by_preset = None
        if preset is None:
            self.changed.emit()
        else:
            self.follow(preset, then)

    def bend(self, pitch: float, speed: float, *, as_recorded: bool) -> bool:
        """Have it said otherwise; returns whether that is new. See ``SpokenRecording``."""
        before = self.recording
        if before is None:
            return False
        bent = dataclasses.replace(before, pitch=pitch, speed=speed, as_recorded=as_recorded)
        if self._own is not None:
            self._own = bent
        else:
            self._by_preset = bent
        if bent != before:
            self.changed.emit()
        return bent != before

    def follow(self, preset: Preset, then: Callable[[], object]) -> None:
        """Take up the preset's own recording, then do ``then``: at once if no file need be read for it."""
        self._reader.drop()
        if preset.recording is None or self._own is not None:
            self._settle(None)
            then()
            return
        source = preset.recording

        def done(recording: SpokenRecording) -> None:
            self._sources[recording.frames] = source
            self._settle(recording)
            then()

        def failed(why: str) -> None:
            self.refused.emit(why)
            self._settle(None)
            self.problem = why
            then()

        self._reader.run(lambda: self._catalogue.recording(preset), done, failed)

    def _settle(self, recording: SpokenRecording | None) -> None:
        self._by_preset, self.problem = recording, ""
        self.changed.emit()
