"""A lane as a picture file, with its scales."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from app.controllers.reporter import Reporter
from engine.errors import StudioError

if TYPE_CHECKING:
    from app.controllers.event_bridge import Background
    from app.settings import AppSettings
    from app.stage import Stage
    from app.widgets.lane import Lane


class PictureController(Reporter):
    """Between the lanes' menus and the disk."""

    def __init__(self, stage: Stage, settings: AppSettings, background: Background) -> None:
        super().__init__()
        self._stage, self._settings, self._background = stage, settings, background
        for lane in stage.lanes.lanes:
            lane.picture_asked.connect(partial(self._ask, lane))

    def save(self, lane: Lane, path: Path) -> None:
        """Write a lane as it is seen, aside."""
        image = lane.grab().toImage()

        def work() -> Path:
            if not image.save(str(path)):
                raise StudioError(f"{path}: the picture cannot be written; choose another folder")
            return path

        self._background.run(work, self._saved, self._not_saved)

    def _ask(self, lane: Lane) -> None:
        name = f"{self._stage.subject.text() or 'take'} {lane.accessibleName().lower()}.png"
        path, _ = QFileDialog.getSaveFileName(
            lane.window(), "Save picture", str(self._settings.export_folder / name), "Pictures (*.png)"
        )
        if path:
            self.save(lane, Path(path).with_suffix(".png"))

    def _saved(self, path: Path) -> None:
        self.reported.emit(f"Saved {path}", "info")

    def _not_saved(self, why: str) -> None:
        self.reported.emit(f"Not saved: {why}", "error")
