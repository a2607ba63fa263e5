"""Which score is played: the preset's own, or one that the user opened. A preset's file is read aside."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.controllers.latest_work import LatestWork
from engine.library.scores import PlayedScore

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.controllers.catalogue import Catalogue
    from app.controllers.event_bridge import Background
    from engine.library.presets import Preset
    from engine.music.condition import After


class ScoreChoice(QObject):
    """The score that streams are given. Of several that are read, only the last counts."""

    changed = Signal()
    refused = Signal(str)
    """Why a preset's score is not played."""
    doubted = Signal(str)
    """What of it could not be read."""

    def __init__(self, catalogue: Catalogue, background: Background) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._reader = LatestWork(background)
        self.score: PlayedScore | None = None
        self._by_preset = False
        self._sources: dict[str, str] = {}

    @property
    def reading(self) -> bool:
        """Whether a preset's score is on its way."""
        return self._reader.waiting

    @property
    def source(self) -> str | None:
        """Where the score came from, as a preset names it; None for none."""
        return self._sources.get(self.score.notes) if self.score else None

    def adopt(self, score: PlayedScore | None, source: str = "") -> None:
        """Take this one up, whatever is being read; ``source`` is what a preset would call it."""
        self._reader.drop()
        self.score, self._by_preset = score, False
        if score is not None and source:
            self._sources[score.notes] = source
        self.changed.emit()

    def belong_to(self, preset: Preset) -> None:
        """Let the score go with ``preset`` when another takes its place, if it is that one's own."""
        self._by_preset = preset.score is not None and preset.score == self.source

    def set_after(self, after: After) -> bool:
        """What comes once the score has ended; returns whether that is new."""
        if self.score is None or self.score.after == after:
            return False
        self.score = dataclasses.replace(self.score, after=after)
        self.changed.emit()
        return True

    def follow(self, preset: Preset, then: Callable[[], object]) -> None:
        """Take up the preset's own score, and then do ``then``: at once if no file need be read for it.

        What the user opened stays if the preset has none, or one that cannot be read.
        """
        self._reader.drop()
        known = self.score if preset.score is not None and preset.score == self.source else None
        if preset.score is None or known is not None:
            self._settle(preset, dataclasses.replace(known, after=preset.after) if known else None)
            then()
            return
        doubts: list[str] = []

        def done(score: PlayedScore | None) -> None:
            if doubts:
                self.doubted.emit(reported(doubts))
            self._settle(preset, score)
            then()

        def failed(why: str) -> None:
            self.refused.emit(why)
            self._settle(preset, None)
            then()

        self._reader.run(lambda: self._catalogue.score(preset, doubts.append), done, failed)

    def _settle(self, preset: Preset, score: PlayedScore | None) -> None:
        why_not = self._catalogue.why_no_score(preset) if score is not None else ""
        if why_not:
            self.refused.emit(f"The score of “{preset.name}” is not played: {why_not}")
        if score is not None or self._by_preset:
            self.adopt(score, preset.score or "")
            self._by_preset = score is not None


def reported(doubts: list[str]) -> str:
    """What could not be read of a file, in one line: the first doubt, and how many more there are."""
    more = f" (and {len(doubts) - 1} more)" if len(doubts) > 1 else ""
    return doubts[0] + more
