"""Looks at the session 30 times a second and paints it; five times a second for what is text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.look.time_text import format_time
from app.panels.statusbar import Readout
from engine.stream.states import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.panels.statusbar import StatusLine
    from app.panels.transport import Transport
    from app.plots.meter import LevelMeter
    from app.stage import Stage
    from engine.stream.messages import Status
    from engine.stream.session import Session

FRAME_MS = 33
TEXT_MS = 200
STATES = {
    State.IDLE: "Ready",
    State.PREPARING: "Preparing …",
    State.BUFFERING: "Buffering …",
    State.PLAYING: "Playing",
    State.PAUSED: "Paused",
    State.PLAYBACK: "Playing back",
}
MUTED = "The volume is at 0: nothing is heard"


class DisplayPanels(Protocol):
    """What it knows of the window."""

    meter: LevelMeter
    transport: Transport
    status: StatusLine
    stage: Stage


class Display(QObject):
    """Pulls snapshots; ``state_changed`` when the session's state is another than before."""

    state_changed = Signal()
    looked = Signal(object)
    """The session's status, 30 times a second."""
    position_changed = Signal(float)
    """Seconds of the take that are heard by now; below 0 where nothing sounds. 30 times a second."""

    def __init__(self, session: Session, panels: DisplayPanels) -> None:
        super().__init__()
        self._session = session
        self._panels = panels
        self._state: State | None = None
        self._preparing = ""
        self._playback = STATES[State.PLAYBACK]
        self.bits: Callable[[], tuple[float, float] | None] = lambda: None
        """Says the entropy before and after shaping; None while nothing is drawn."""
        self._frames, self._texts = QTimer(self), QTimer(self)
        self._frames.setInterval(FRAME_MS)
        self._texts.setInterval(TEXT_MS)
        self._frames.timeout.connect(self.frame)
        self._texts.timeout.connect(self.text)

    def start(self) -> None:
        """Begin to look."""
        self._frames.start()
        self._texts.start()
        self.frame()
        self.text()

    def stop(self) -> None:
        """Look no more. Can be called twice."""
        self._frames.stop()
        self._texts.stop()

    def say_preparing(self, words: str) -> None:
        """What is being prepared, in a few words."""
        self._preparing = words[:1].upper() + words[1:]
        self.text()

    def name_playback(self, words: str) -> None:
        """What is played back, when something is, in a few words."""
        if words != self._playback:
            self._playback = words
            self.text()

    @Slot()
    def look_again(self) -> None:
        """Tell the state once more, whether it changed or not; nothing once the window is gone."""
        self._state = None
        if self._frames.isActive():
            self.frame()

    @Slot()
    def frame(self) -> None:
        """One picture."""
        status = self._session.status()
        if status.state != self._state:
            self._state = status.state
            self.text()
            self.state_changed.emit()
        reading = self._session.meter()
        self._panels.meter.show_level(reading.peak, reading.rms, reading.clipped)
        if status.sample_rate:
            self._panels.transport.set_time(format_time(status.played / status.sample_rate, 1))
        sounds = status.sample_rate and status.state not in (State.IDLE, State.PREPARING)
        self.position_changed.emit(status.played / status.sample_rate if sounds else -1.0)
        self.looked.emit(status)

    @Slot()
    def text(self) -> None:
        """One reading of the figures."""
        panels, status = self._panels, self._session.status()
        panels.status.show_readout(
            Readout(
                engine=status.engine,
                real_time_factor=status.real_time_factor,
                buffered_ms=status.buffered_ms,
                hand_to_ear_ms=status.hand_to_ear_ms,
                underruns=status.underruns,
                real_time=status.real_time,
                device=status.device,
                silent=status.device.startswith("no device"),
            )
        )
        busy = status.state in (State.PREPARING, State.BUFFERING)
        panels.transport.set_state(self._words(status), busy=busy)
        panels.transport.show_stop(status.state not in (State.IDLE, State.PAUSED))
        panels.stage.wave.set_hint(self._hint(status.state))
        panels.meter.describe()
        bits = self.bits()
        before, after = (f"{value:.2f}" for value in bits) if bits else ("", "")
        words = f"{after} bits" if before == after else f"{before} → {after} bits"
        if panels.stage.entropy.text() != (words if bits else ""):
            panels.stage.entropy.setText(words if bits else "")

    def _words(self, status: Status) -> str:
        """What goes on, in a few words."""
        if status.state is State.PREPARING:
            return self._preparing or STATES[status.state]
        if status.state is State.BUFFERING:
            return status.message[:1].upper() + status.message[1:]
        return self._playback if status.state is State.PLAYBACK else STATES[status.state]

    def _hint(self, state: State) -> str:
        """What to say in the middle of an empty waveform, and of one that is flat for a reason."""
        if state in (State.PLAYING, State.PLAYBACK) and self._session.volume == 0.0:
            return MUTED
        if state in (State.PLAYING, State.PAUSED, State.PLAYBACK) or len(self._session.envelope().low):
            return ""
        if state is State.IDLE:
            return "" if self._panels.stage.wave.shows_sound else "Press Space to play"
        return self._preparing
