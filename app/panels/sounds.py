"""The sounds that a model is to learn: where they are dropped, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel

from app.actions import Actions
from app.look.colours import Theme
from app.widgets.buttons import Button
from app.widgets.card import Card
from app.widgets.flow import FlowLayout

ASK = "Drop a folder or files here: ten minutes of one instrument or one voice are good."


class SoundsPanel(Card):
    """``dropped`` carries the paths that were dropped on it."""

    dropped = Signal(list)

    def __init__(self, actions: Actions) -> None:
        super().__init__("Your sounds")
        self.setAcceptDrops(True)
        self.summary, self.findings = QLabel(ASK), QLabel()
        self.summary.setObjectName("hint")
        self.findings.setObjectName("warning")
        for label in (self.summary, self.findings):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            self.body.addWidget(label)
        self.findings.hide()
        self.buttons = {
            name: Button() for name in ("train_files", "train_folder", "train_record", "train_clear")
        }
        line = FlowLayout(spacing=4)
        for name, button in self.buttons.items():
            button.follow(actions[name], text=name == "train_files")
            line.addWidget(button)
        self.body.addLayout(line)

    def show_sounds(self, summary: str, findings: Sequence[str]) -> None:
        """What there is, and what is wrong with it; an empty ``summary`` asks for sounds."""
        self.summary.setText(summary or ASK)
        self.findings.setText("\n".join(f"• {finding}" for finding in findings))
        self.findings.setVisible(bool(findings))

    def set_theme(self, theme: Theme) -> None:
        for button in self.buttons.values():
            button.set_theme(theme)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if paths_of(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = paths_of(event)
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)


def paths_of(event: QDropEvent) -> list[Path]:
    """The files and folders of this computer that are dragged."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
