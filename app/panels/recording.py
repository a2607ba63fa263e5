"""The recording: what is said again, how high and how fast, and whose timbre it gets."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSizePolicy, QWidget

from app.actions import Actions
from app.look.colours import Theme
from app.widgets.buttons import Button
from app.widgets.card import Card
from app.widgets.elided import ElidedLabel
from app.widgets.number import NumberRow

EMPTY = "Drop a recording of somebody who speaks here."
RESET = "What plays starts anew. Double-click resets; Shift moves finely."
PITCH = f"Semitones by which the melody is moved.\n{RESET}"
SPEED = f"How many times as fast it is said.\n{RESET}"
TIMBRES = (
    (False, "speaker’s", "Said with the timbre and in the range of the voice that is chosen"),
    (
        True,
        "as recorded",
        "The recording keeps its own timbre and range; the voice only says it in its manner",
    ),
)


class RecordingPanel(Card):
    """``bent`` when the user moved pitch or speed, or chose another timbre."""

    bent = Signal()

    def __init__(self, actions: Actions) -> None:
        super().__init__("Say this")
        self._compact = self._loaded = False
        self.name, self.length = ElidedLabel(), ElidedLabel()
        self.length.setObjectName("hint")
        self.length.setAccessibleName("Length of the recording")
        self._segments = QFrame()
        self._segments.setObjectName("segments")
        self._segments.setAccessibleName("Timbre and range")
        line = QHBoxLayout(self._segments)
        line.setContentsMargins(2, 2, 2, 2)
        line.setSpacing(0)
        self._group = QButtonGroup(self)
        self.timbre_buttons: dict[bool, Button] = {}
        for as_recorded, text, tip in TIMBRES:
            button = Button(text, style="segment", tip=tip, checkable=True)
            self._group.addButton(button)
            self.timbre_buttons[as_recorded] = button
            line.addWidget(button)
        self._group.buttonClicked.connect(self._tell)
        self.pitch = NumberRow(
            "Pitch", PITCH, low=-12.0, high=12.0, step=0.5, default=0.0, decimals=1, suffix=" st"
        )
        self.speed = NumberRow("Speed", SPEED, low=0.5, high=2.0, step=0.05, default=1.0, suffix=" ×")
        self.open, self.open_other, self.clear = Button(style=""), Button(), Button(size=14)
        self.open.follow(actions["open_recording"], text=True)
        self.open_other.follow(actions["open_recording"])
        self.clear.follow(actions["clear_recording"])
        self.header.setStretch(1, 0)
        self.header.setSpacing(5)
        self.header.insertSpacing(1, 4)
        for widget, stretch in ((self.name, 1), (self.length, 0), (self._segments, 0)):
            self.header.addWidget(widget, stretch)
        for button in (self.open, self.open_other, self.clear):
            self.header.addWidget(button)
        self._bends = QWidget()
        rows = QHBoxLayout(self._bends)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(18)
        for row in (self.pitch, self.speed):
            rows.addWidget(row, 1)
            row.changed.connect(self._tell)
        self.body.addWidget(self._bends)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.show_recording("", "")

    @property
    def bend(self) -> tuple[float, float, bool]:
        """(pitch, speed, as recorded), as they are shown."""
        return self.pitch.value, self.speed.value, self.timbre_buttons[True].isChecked()

    def show_recording(self, name: str, length: str) -> None:
        """What is said; an empty name for nothing."""
        loaded = bool(name)
        self.name.setObjectName("value" if loaded else "hint")
        self.name.setText(name or EMPTY)
        self.name.style().polish(self.name)
        self.length.setText(length)
        for widget in (self._segments, self.open_other, self.clear, self._bends):
            widget.setVisible(loaded)
        self.open.setVisible(not loaded)
        self._loaded = loaded
        self._fit()

    def show_bend(self, pitch: float, speed: float, *, as_recorded: bool) -> None:
        """How it is said, without a signal."""
        self.pitch.set_value(pitch)
        self.speed.set_value(speed)
        self.timbre_buttons[as_recorded].setChecked(True)

    def set_compact(self, compact: bool) -> None:
        """Whether there is room for the numbers alone, not for their sliders."""
        self._compact = compact
        for row in (self.pitch, self.speed):
            row.slider.setVisible(not compact)
        self.set_tight(compact)
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        for button in (*self.timbre_buttons.values(), self.open, self.open_other, self.clear):
            button.set_theme(theme)
        for row in (self.pitch, self.speed):
            row.set_theme(theme)

    def _fit(self) -> None:
        self.length.setVisible(self._loaded and not self._compact)
        # Only the outermost layout learns at once that something was hidden; the others would still count it.
        self.header.invalidate()
        self.body.invalidate()
        self.setMaximumHeight(self.sizeHint().height())

    @Slot()
    def _tell(self) -> None:
        self.bent.emit()
