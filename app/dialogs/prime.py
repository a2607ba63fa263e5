"""Asks from which part of a recording to go on; it can be heard first, or said in another voice instead."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)


class PrimeDialog(QDialog):
    """``accepted``: go on from the end of the region. Does not wait: it is opened, and tells by signals."""

    listen_asked = Signal()
    stop_asked = Signal()
    say_asked = Signal()

    def __init__(
        self, name: str, plot: QWidget, preset: str, *, can_say: bool, parent: QWidget | None = None
    ) -> None:
        """``plot`` is where the part of ``name`` is chosen with which ``preset`` goes on.

        ``can_say``: some voice can say it instead.
        """
        super().__init__(parent)
        self.setWindowTitle("Continue a recording")
        self._title = QLabel(f"Continue from “{name}”")
        self._title.setObjectName("title")
        note = QLabel(
            f"“{preset}” goes on where the marked part ends. It hears no more than can be marked. "
            "Hearing it stops what plays, which is kept as a take."
        )
        note.setObjectName("hint")
        note.setWordWrap(True)
        self.listen = QPushButton("&Hear it")
        self.say = QPushButton("&Say it in another voice")
        self.say.setToolTip("A natural voice says what the recording says")
        self.say.setVisible(can_say)
        self.buttons = QDialogButtonBox()
        self.cancel = self.buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self.go_on = self.buttons.addButton("&Continue from this", QDialogButtonBox.ButtonRole.AcceptRole)
        self.go_on.setObjectName("primary")
        self.go_on.setDefault(True)
        for button in (self.listen, self.say, self.cancel):
            button.setAutoDefault(False)
        line = QHBoxLayout()
        line.addWidget(self.listen)
        line.addWidget(self.say)
        line.addStretch(1)
        line.addWidget(self.buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 18)
        column.setSpacing(12)
        column.addWidget(self._title)
        column.addWidget(plot)
        column.addWidget(note)
        column.addLayout(line)
        self._sounds = False
        self.listen.clicked.connect(self._listen)
        self.say.clicked.connect(self._say)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def show_sounding(self, on: bool) -> None:
        """Whether the part is heard just now."""
        if on != self._sounds:
            self._sounds = on
            self.listen.setText("&Stop" if on else "&Hear it")

    @Slot()
    def _listen(self) -> None:
        (self.stop_asked if self._sounds else self.listen_asked).emit()

    @Slot()
    def _say(self) -> None:
        self.say_asked.emit()
        self.reject()
