"""The bottom line: engine, speed, buffer, latency, underruns, device. Nothing is hidden."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStatusBar

from app.widgets.elided import ElidedLabel


@dataclass(frozen=True)
class Readout:
    """What the status bar shows."""

    engine: str = ""
    real_time_factor: float = 0.0
    buffered_ms: float = 0.0
    hand_to_ear_ms: float = 0.0
    underruns: int = 0
    device: str = ""
    silent: bool = False
    """Whether no device takes the sound."""
    real_time: bool = True
    """Whether the stream has real-time priority."""


FIELDS = {
    "engine": "Engine: what computes the sound",
    "speed": "Seconds of sound made per second of work. Below 1 the machine is too slow for this model.",
    "buffer": "Buffer: sound that is made but not yet heard",
    "latency": "Hand to ear: from moving a control to hearing it, measured the last time that one moved",
    "underruns": "Underruns: gaps, because sound was asked for that was not made yet",
    "device": "Where the sound goes",
}
NO_PRIORITY = ". The system gives this program no real-time priority, which would make them rarer."


class StatusLine(QStatusBar):
    """Labels that are only touched when their text changes."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.setContentsMargins(10, 0, 10, 2)
        self.labels: dict[str, QLabel] = {}
        for name, tip in FIELDS.items():
            label = ElidedLabel() if name == "device" else QLabel()
            label.setToolTip(tip)
            label.setAccessibleName(tip.split(":")[0].split(".")[0])
            label.setTextFormat(Qt.TextFormat.PlainText)
            self.labels[name] = label
            if name == "device":
                self.addPermanentWidget(label)
            else:
                self.addWidget(label)
        self.show_readout(Readout())

    def show_readout(self, readout: Readout) -> None:
        """Show figures; a speed below 1, an underrun or a missing device is set off in colour."""
        known = readout.real_time_factor > 0.0
        self._set("engine", f"Engine {readout.engine or '–'}")
        self._set(
            "speed",
            f"{readout.real_time_factor:.1f} ×RT" if known else "Speed –",
            alarm=known and readout.real_time_factor < 1.0,
        )
        self._set("buffer", f"Buffer {readout.buffered_ms:.0f} ms")
        moved = readout.hand_to_ear_ms > 0.0
        self._set("latency", f"Hand to ear {readout.hand_to_ear_ms:.0f} ms" if moved else "Hand to ear –")
        count = readout.underruns
        self.labels["underruns"].setToolTip(FIELDS["underruns"] + ("" if readout.real_time else NO_PRIORITY))
        self._set("underruns", f"{count} underrun{'' if count == 1 else 's'}", alarm=count > 0)
        self._set("device", readout.device or "No sound yet", alarm=readout.silent)

    def _set(self, name: str, text: str, *, alarm: bool = False) -> None:
        label = self.labels[name]
        if label.text() != text:
            label.setText(text)
        if bool(label.property("alarm")) != alarm:
            label.setProperty("alarm", alarm)
            label.style().polish(label)
