"""The help menu: the page of shortcuts, and what this program is."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from app.action_table import SPECS
from app.controllers.reporter import Reporter
from app.dialogs.help import AboutDialog, ShortcutsDialog
from engine.library.paths import ROOT

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.event_bridge import Background


class HelpController(Reporter):
    """Opens both dialogs over the window."""

    def __init__(self, window: QWidget, actions: Actions, background: Background) -> None:
        super().__init__()
        self._window, self._background = window, background
        actions["shortcuts"].triggered.connect(self._show_shortcuts)
        actions["about"].triggered.connect(self._ask_version)

    @Slot()
    def _show_shortcuts(self) -> None:
        rows = [
            (
                spec.menu.replace("&", ""),
                QKeySequence(spec.keys[0]).toString(QKeySequence.SequenceFormat.NativeText),
                spec.text.removesuffix(" …"),
            )
            for spec in SPECS
            if spec.keys and spec.listed
        ]
        dialog = ShortcutsDialog(rows, self._window)
        dialog.exec()
        dialog.deleteLater()

    @Slot()
    def _ask_version(self) -> None:
        self._background.run(version, self._show_about, self._not_read)

    def _show_about(self, found: str) -> None:
        dialog = AboutDialog(found, self._window)
        dialog.exec()
        dialog.deleteLater()

    def _not_read(self, why: str) -> None:
        self.reported.emit(why, "error")


def version() -> str:
    """This program's version. Reads a file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])
