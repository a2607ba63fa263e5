"""Takes dragged out of the window as WAV files: each lies ready before the drag begins."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication

from engine.files.writing import make_folder
from engine.library.export import ExportOptions, export, safe_name

if TYPE_CHECKING:
    from app.controllers.event_bridge import Background
    from app.panels.takes import TakePanel
    from engine.library.take_store import TakeStore
    from engine.library.takes import Take

AT_ONCE_S = 60.0
"""A take no longer than this is written when the mouse is pressed; a longer one when it is dragged."""
STAYS_S = 7 * 24 * 3600.0
"""How long a file stays: what it was dragged to may read it where it lies."""


class DragOut(QObject):
    """A press on a row writes the file aside; the drag begins with it, at once where it lies there."""

    refused = Signal(str)
    """Why a take cannot be dragged."""

    def __init__(self, panel: TakePanel, store: TakeStore, folder: Path, background: Background) -> None:
        """``folder`` is for these files alone; it need not exist."""
        super().__init__()
        self._panel, self._store, self._folder, self._background = panel, store, folder, background
        self._ready: dict[str, Path] = {}
        self._making: set[str] = set()
        self._wanted = ""
        panel.list.grabbed.connect(self._prepare)
        panel.list.drag_asked.connect(self._drag)

    @Slot(str)
    def _prepare(self, take_id: str) -> None:
        take = self._store.find(take_id)
        if take is not None and take.seconds <= AT_ONCE_S and self._path(take) != self._ready.get(take_id):
            self._make(take)

    def _make(self, take: Take) -> None:
        if take.id in self._making:
            return
        self._making.add(take.id)
        path = self._path(take)

        def work() -> Path:
            _drop_old(self._folder)
            make_folder(path.parent)
            export(path, take.samples(), take.sample_rate, take.as_settings(), ExportOptions(title=take.name))
            return path

        self._background.run(work, lambda path: self._made(take.id, path), self._failed)

    @Slot(str)
    def _drag(self, take_id: str) -> None:
        take = self._store.find(take_id)
        if take is None:
            return
        path = self._path(take)
        if self._ready.get(take_id) == path:
            self._begin(path)
        else:
            self._wanted = take_id
            self._make(take)

    def _made(self, take_id: str, path: Path) -> None:
        self._making.discard(take_id)
        self._ready[take_id] = path
        wanted, self._wanted = self._wanted, ""
        if wanted == take_id and QApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self._begin(path)

    def _failed(self, why: str) -> None:
        self._making.clear()
        self._wanted = ""
        self.refused.emit(f"Cannot be dragged: {why}")

    def _begin(self, path: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        drag = QDrag(self._panel.list)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)

    def _path(self, take: Take) -> Path:
        return self._folder / take.id / f"{safe_name(take.name)}.wav"


def _drop_old(folder: Path) -> None:
    """Let go of what was dragged long ago."""
    now = time.time()
    for old in folder.glob("*") if folder.is_dir() else ():
        if now - old.stat().st_mtime > STAYS_S:
            shutil.rmtree(old, ignore_errors=True)
