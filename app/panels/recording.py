"""The recording: what is said again, how high and how fast, and whose timbre it gets."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from app.actions import Actions
from app.look.colours import Theme
from app.widgets.buttons import Button
from app.widgets.card import Card
from app.widgets.elided import ElidedLabel
from app.widgets.number import NumberRow
from app.widgets.segments import Segments

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
        self.name, self.length = ElidedLabel(), ElidedLabel()
        self.length.setObjectName("hint")
        self.length.setAccessibleName("Length of the recording")
        self.timbre = Segments(TIMBRES, "Timbre and range")
        self.timbre.pressed.connect(self._tell)
        self.pitch = NumberRow(
            "Pitch", PITCH, low=-12.0, high=12.0, step=0.5, default=0.0, decimals=1, suffix=" st"
        )
        self.speed = NumberRow("Speed", SPEED, low=0.5, high=2.0, step=0.05, default=1.0, suffix=" ×")
        self.open, self.open_other, self.clear = Button(style=""), Button(), Button(size=14)
        self.open.follow(actions["open_recording"], text=True)
        self.open_other.follow(actions["open_recording"])
        self.clear.follow(actions["clear_recording"])
        for button in (self.open_other, self.clear):
            self.add_tool(button)
        named = QHBoxLayout()
        named.addWidget(self.name, 1)
        named.addWidget(self.length)
        self.body.addLayout(named)
        self.body.addWidget(self.open)
        self.body.addWidget(self.timbre)
        for row in (self.pitch, self.speed):
            self.body.addWidget(row)
            row.changed.connect(self._tell)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.show_recording("", "")

    @property
    def bend(self) -> tuple[float, float, bool]:
        """(pitch, speed, as recorded), as they are shown."""
        return self.pitch.value, self.speed.value, self.timbre.value is True

    def show_recording(self, name: str, length: str) -> None:
        """What is said; an empty name for nothing."""
        loaded = bool(name)
        self.name.setObjectName("value" if loaded else "hint")
        self.name.setText(name or EMPTY)
        self.name.style().polish(self.name)
        self.length.setText(length)
        for widget in (self.timbre, self.open_other, self.clear, self.pitch, self.speed, self.length):
            widget.setVisible(loaded)
        self.open.setVisible(not loaded)

    def show_bend(self, pitch: float, speed: float, *, as_recorded: bool) -> None:
        """How it is said, without a signal."""
        self.pitch.set_value(pitch)
        self.speed.set_value(speed)
        self.timbre.choose(as_recorded)

    def set_theme(self, theme: Theme) -> None:
        for button in (self.timbre, self.open, self.open_other, self.clear):
            button.set_theme(theme)
        for row in (self.pitch, self.speed):
            row.set_theme(theme)

    @Slot()
    def _tell(self) -> None:
        self.bent.emit()
