"""Nine snapshots of the controls, one a button, and a slider from one of them to another."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from app.look.colours import Theme
from app.widgets.buttons import Button
from app.widgets.card import Card
from app.widgets.slider import Slider

DIGITS = range(1, 10)
FULL = "Set the controls as they were stored: {0}. Ctrl+{0}, or Ctrl with a click, stores those of now."
EMPTY = "Store the controls of now here: Ctrl+{0}, or a click. {0} then brings them back."


class SnapshotPanel(Card):
    """Signals carry a snapshot's digit, 1…9."""

    recall_asked = Signal(int)
    store_asked = Signal(int)
    morphed = Signal(int, int, float)
    """From which snapshot, to which, and how far: 0…1."""

    def __init__(self) -> None:
        super().__init__("Snapshots")
        self.heading.hide()
        self._stored: list[int] = []
        self._compact = False
        self.buttons: dict[int, Button] = {}
        row = QHBoxLayout()
        row.setSpacing(3)
        for digit in DIGITS:
            button = Button(str(digit), style="slot")
            button.setAccessibleName(f"Snapshot {digit}")
            button.setSizePolicy(button.sizePolicy().Policy.Ignored, button.sizePolicy().Policy.Fixed)
            button.clicked.connect(lambda _=False, digit=digit: self._pressed(digit))
            self.buttons[digit] = button
            row.addWidget(button)
        self.first, self.second = QComboBox(), QComboBox()
        self.slider = Slider(0.0, 1.0, 0.005)
        self.slider.wheel_needs_focus = True
        for widget, name, tip in (
            (self.first, "Morph from", "The snapshot at the left end"),
            (self.slider, "Morph", "Move all controls from one snapshot to the other, while it plays"),
            (self.second, "Morph to", "The snapshot at the right end"),
        ):
            widget.setAccessibleName(name)
            widget.setAccessibleDescription(tip)
            widget.setToolTip(tip)
        self.morph = QWidget()
        line = QHBoxLayout(self.morph)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        label = QLabel("Morph")
        line.addWidget(label)
        line.addWidget(self.first)
        line.addWidget(self.slider, 1)
        line.addWidget(self.second)
        self.body.addLayout(row)
        self.body.addWidget(self.morph)
        self.slider.value_moved.connect(self._slid)
        self.slider.reset_asked.connect(self._reset)
        self.show_stored([])

    def show_stored(self, digits: Sequence[int]) -> None:
        """Which of them hold something; with two of them, there is a way between."""
        new = [digit for digit in digits if digit not in self._stored]
        self._stored = list(digits)
        for digit, button in self.buttons.items():
            full = digit in digits
            button.setProperty("full", full)
            button.style().polish(button)
            button.setToolTip((FULL if full else EMPTY).format(digit))
            button.setAccessibleDescription("stored" if full else "empty")
        ends = (self.first.currentData(), self.second.currentData())
        for box, end, otherwise in ((self.first, ends[0], 0), (self.second, ends[1], -1)):
            box.clear()
            for digit in digits:
                box.addItem(str(digit), digit)
            if digits:
                wanted = end if end in digits and not (box is self.second and new) else digits[otherwise]
                box.setCurrentIndex(box.findData(wanted))
        self._show_morph()

    def set_compact(self, compact: bool) -> None:
        """Whether to save room: the digits stay, the way between two of them goes."""
        self._compact = compact
        self._show_morph()

    def set_theme(self, theme: Theme) -> None:
        self.slider.set_theme(theme)
        for button in self.buttons.values():
            button.set_theme(theme)

    def _show_morph(self) -> None:
        self.morph.setVisible(len(self._stored) > 1 and not self._compact)

    def _pressed(self, digit: int) -> None:
        ctrl = QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier
        if ctrl or digit not in self._stored:
            self.store_asked.emit(digit)
        else:
            self.recall_asked.emit(digit)

    @Slot(float)
    def _slid(self, share: float) -> None:
        if self.first.count() and self.second.count():
            self.morphed.emit(self.first.currentData(), self.second.currentData(), share)

    @Slot()
    def _reset(self) -> None:
        self.slider.setValue(0)
