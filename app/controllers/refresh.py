"""Looks at the session 30 times a second and paints it; five times a second for what is text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.look.time_text import format_time
from app.panels.statusbar import Readout
from engine.stream.dsp.envelope import BUCKET
from engine.stream.states import State
from engine.wavenet import mulaw
from engine.wavenet.distributions import entropy

if TYPE_CHECKING:
    from app.window import MainWindow
    from engine.stream.messages import Distribution, Status
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


class Display(QObject):
    """Pulls snapshots; ``state_changed`` when the session's state is another than before."""

    state_changed = Signal()
    position_changed = Signal(float)
    """Seconds of the take that are heard by now; below 0 where nothing sounds. 30 times a second."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__()
        self._session = session
        self._window = window
        self._state: State | None = None
        self._shown: Distribution | None = None
        self._preparing = ""
        self._playback = STATES[State.PLAYBACK]
        self._bits: tuple[float, float] | None = None
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
        """Tell the state once more, whether it changed or not."""
        self._state = None
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
        self._window.meter.show_level(reading.peak, reading.rms, reading.clipped)
        if status.sample_rate:
            self._wave(status)
            self._window.transport.set_time(format_time(status.played / status.sample_rate, 1))
        sounds = status.sample_rate and status.state not in (State.IDLE, State.PREPARING)
        self.position_changed.emit(status.played / status.sample_rate if sounds else -1.0)
        distribution = self._session.distribution()
        if distribution is not None and distribution is not self._shown:
            self._shown = distribution
            self._draw(distribution)

    @Slot()
    def text(self) -> None:
        """One reading of the figures."""
        window, status = self._window, self._session.status()
        window.status.show_readout(
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
        window.transport.set_state(self._words(status), busy=busy)
        window.transport.show_stop(status.state not in (State.IDLE, State.PAUSED))
        window.stage.waveform.set_hint(self._hint(status.state))
        window.meter.describe()
        if self._bits is not None:
            before, after = (f"{bits:.2f}" for bits in self._bits)
            window.stage.entropy.setText(f"{after} bits" if before == after else f"{before} → {after} bits")

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
        return "Press Space to play" if state is State.IDLE else self._preparing

    def _wave(self, status: Status) -> None:
        snapshot = self._session.envelope()
        bucket_s = BUCKET / status.sample_rate
        # The envelope runs on from take to take; until there is something of this one, the picture stays.
        origin = snapshot.origin(status.request_id)
        if origin is not None:
            audible_s, origin_s = status.played / status.sample_rate, origin / status.sample_rate
            self._window.stage.waveform.show_envelope(
                snapshot.low, snapshot.high, snapshot.first, bucket_s, audible_s, origin_s
            )

    def _draw(self, distribution: Distribution) -> None:
        before, after = distribution.predicted(), distribution.shaped()
        self._bits = (entropy(before), entropy(after))
        drawn = int(mulaw.encode(distribution.amplitude))
        self._window.stage.distribution.show_distribution(
            distribution.audible(before), distribution.audible(after), drawn
        )
