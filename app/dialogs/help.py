"""The page of all shortcuts, and what the program is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.look.icons import pixmap

ELSEWHERE = (
    ("1 … 9", "Set the controls as in this snapshot"),
    ("Ctrl+1 … 9", "Store the controls as this snapshot"),
    ("Up, Down", "Walk through presets or takes"),
    ("Return", "Presets: play from the start. Takes: play. Buttons: press"),
    ("Left, Right", "Move a slider; with Shift finely"),
    ("Home, End", "A slider's lowest and highest value"),
    ("Backspace", "Reset a slider, as a double-click does"),
    ("+, −", "In the waveform: fewer or more seconds"),
)

ROW = 19
FRAME, TITLE = 60, 60
"""Points above, between and below what a dialog holds, and of what a desktop puts around it."""


class ShortcutsDialog(QDialog):
    """Every action with keys, by menu, then what the keys do in lists and on sliders."""

    def __init__(self, rows: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        """``rows`` are (menu, keys, what they do)."""
        super().__init__(parent)
        self.setWindowTitle("Shortcuts")
        columns = QHBoxLayout()
        columns.setSpacing(40)
        menus = list(dict.fromkeys(menu for menu, _, _ in rows))
        sides: tuple[list[str], list[str]] = (menus[:4], menus[4:])
        for side in sides:
            column = QVBoxLayout()
            column.setSpacing(14)
            for menu in side:
                column.addLayout(_table(menu, [(keys, text) for name, keys, text in rows if name == menu]))
            if side is sides[1]:
                column.addLayout(_table("Lists and controls", ELSEWHERE))
            column.addStretch(1)
            columns.addLayout(column)
        buttons = QDialogButtonBox()
        buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 18)
        layout.setSpacing(16)
        inside = QWidget()
        inside.setLayout(columns)
        columns.setContentsMargins(0, 0, 12, 0)
        area = QScrollArea()  # a small screen has no room for all of them
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        layout.addWidget(area)  # the window's style sheet reaches it now: sizes hold from here on
        area.setMinimumWidth(inside.sizeHint().width() + area.verticalScrollBar().sizeHint().width())
        layout.addWidget(buttons)
        wanted = inside.sizeHint().height() + buttons.sizeHint().height() + FRAME
        self.resize(self.sizeHint().width(), min(wanted, self.screen().availableGeometry().height() - TITLE))


class AboutDialog(QDialog):
    """Name, version, licence, what it stands on."""

    def __init__(self, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About WaveNet Studio")
        sign = QLabel()
        sign.setPixmap(pixmap("app", "#ffffff", 72, self.devicePixelRatioF()))
        title = QLabel("WaveNet Studio")
        title.setObjectName("title")
        text = QLabel(
            f"Version {version}, MIT licence.\n\n"
            "An instrument that makes music and speech one sample at a time, live, after “WaveNet: A "
            "Generative Model for Raw Audio” by van den Oord and others (2016).\n\n"
            "Built on Qt for Python (LGPL), pyqtgraph, numpy, numba, PortAudio, libsndfile and soxr. "
            "The typeface is Inter (SIL Open Font Licence)."
        )
        text.setObjectName("subtitle")
        text.setWordWrap(True)
        text.setMinimumWidth(380)
        buttons = QDialogButtonBox()
        buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        words = QVBoxLayout()
        words.addWidget(title)
        words.addWidget(text)
        top = QHBoxLayout()
        top.setSpacing(20)
        top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 22, 24, 18)
        layout.setSpacing(16)
        layout.addLayout(top)
        layout.addWidget(buttons)


def _table(heading: str, rows: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(5)
    name = QLabel(heading.upper())
    name.setObjectName("heading")
    grid.addWidget(name, 0, 0, 1, 2)
    for number, (keys, text) in enumerate(rows, start=1):
        chip = QLabel(keys)
        chip.setObjectName("chip")
        grid.addWidget(chip, number, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(QLabel(text), number, 1)
        grid.setRowMinimumHeight(number, ROW)
    grid.setColumnMinimumWidth(0, 112)
    grid.setColumnStretch(1, 1)
    return grid
