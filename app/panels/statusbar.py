"""The bottom line: how things go, in words; engine, speed, buffer, latency and underruns a click away."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QStatusBar, QVBoxLayout

from app.look.tips import wrapped
from app.widgets.buttons import Button
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
    """A sentence that says how things go; a click on it shows the figures."""

    rescan_asked = Signal()
    """Look for sound cards again."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.setContentsMargins(10, 0, 10, 2)
        self.summary = Button("Ready", style="plain", tip="Show the figures behind this")
        self.summary.setObjectName("summary")
        self.summary.clicked.connect(self.show_figures)
        self.figures = QFrame(self, Qt.WindowType.Popup)
        self.figures.setObjectName("card")
        column = QVBoxLayout(self.figures)
        column.setContentsMargins(14, 10, 14, 10)
        self.labels: dict[str, QLabel] = {}
        for name, tip in FIELDS.items():
            label = ElidedLabel() if name == "device" else QLabel()
            label.setToolTip(wrapped(tip))
            label.setAccessibleName(tip.split(":")[0].split(".")[0])
            label.setTextFormat(Qt.TextFormat.PlainText)
            self.labels[name] = label
            if name != "device":
                column.addWidget(label)
        self.again = Button("Look again", style="plain", tip="Look for a sound card once more")
        self.again.setObjectName("summary")
        self.again.clicked.connect(self.rescan_asked)
        self.addWidget(self.summary)
        self.addPermanentWidget(self.labels["device"])
        self.addPermanentWidget(self.again)
        self.show_readout(Readout())

    @Slot()
    def show_figures(self) -> None:
        """Open the figures above the line."""
        self.figures.adjustSize()
        corner = self.summary.mapToGlobal(QPoint(0, -self.figures.height() - 4))
        self.figures.move(corner)
        self.figures.show()

    def show_readout(self, readout: Readout) -> None:
        """Show figures; a speed below 1, an underrun or a missing device is set off in colour."""
        known = readout.real_time_factor > 0.0
        self._set("engine", f"Engine {readout.engine or '–'}")
        self._set(
            "speed",
            f"{readout.real_time_factor:.1f} × real time" if known else "Speed –",
            alarm=known and readout.real_time_factor < 1.0,
        )
        self._set("buffer", f"Buffer {readout.buffered_ms:.0f} ms")
        moved = readout.hand_to_ear_ms > 0.0
        self._set("latency", f"Hand to ear {readout.hand_to_ear_ms:.0f} ms" if moved else "Hand to ear –")
        count = readout.underruns
        priority = "" if readout.real_time else NO_PRIORITY
        self.labels["underruns"].setToolTip(wrapped(FIELDS["underruns"] + priority))
        self._set("underruns", f"{count} underrun{'' if count == 1 else 's'}", alarm=count > 0)
        self._set("device", readout.device or "No sound yet", alarm=readout.silent)
        self.again.setVisible(readout.silent)
        words, alarm = summary(readout)
        _show(self.summary, words, alarm=alarm)

    def _set(self, name: str, text: str, *, alarm: bool = False) -> None:
        _show(self.labels[name], text, alarm=alarm)


def summary(readout: Readout) -> tuple[str, bool]:
    """How things go, in a sentence, and whether that is bad."""
    if not readout.real_time_factor:
        return "Ready", False
    if readout.real_time_factor < 1.0:
        return "This machine is too slow to play this live: it plays from a buffer", True
    if readout.underruns:
        return f"{readout.underruns} gap{'' if readout.underruns == 1 else 's'} in this take", True
    moved = readout.hand_to_ear_ms > 0.0
    return f"Running well{f', {readout.hand_to_ear_ms:.0f} ms from hand to ear' if moved else ''}", False


def _show(widget: QLabel | Button, text: str, *, alarm: bool) -> None:
    """Touch a widget only where something about it changes."""
    if widget.text() != text:
        widget.setText(text)
    if bool(widget.property("alarm")) != alarm:
        widget.setProperty("alarm", alarm)
        widget.style().polish(widget)
