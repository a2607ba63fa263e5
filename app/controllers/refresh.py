"""Looks at the session 30 times a second and paints it; five times a second for what is text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.panels.statusbar import Readout
from engine.stream.dsp.envelope import BUCKET
from engine.wavenet import mulaw
from engine.wavenet.distributions import entropy

if TYPE_CHECKING:
    from app.window import MainWindow
    from engine.stream.messages import Distribution, Status
    from engine.stream.session import Session

FRAME_MS = 33
TEXT_MS = 200
STATES = {
    "idle": "Ready",
    "preparing": "Preparing …",
    "playing": "Playing",
    "paused": "Paused",
    "playback": "Playing back",
}
LONGEST_LEAD_S = 0.25
"""More than this waits in a buffer before it comes to the waveform."""
JUMP_S = 0.15
"""How far the envelope's clock may be off before it is set anew."""


class Display(QObject):
    """Pulls snapshots; ``state_changed`` when the session's state is another than before."""

    state_changed = Signal()
    heard = Signal(float)
    """Seconds of the take that are heard by now; below 0 where nothing sounds. 30 times a second."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__()
        self._session = session
        self._window = window
        self._state = ""
        self._origin_s = 0.0
        self._rate = 0
        self._shown: Distribution | None = None
        self._preparing = ""
        self._playback = STATES["playback"]
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
        self._state = ""
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
            self._window.transport.set_time(clock(status.played / status.sample_rate))
        sounds = status.sample_rate and status.state in ("playing", "paused", "playback")
        self.heard.emit(status.played / status.sample_rate if sounds else -1.0)
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
                lead_ms=status.lead_ms,
                latency_ms=status.latency_ms,
                underruns=status.underruns,
                device=status.device,
                silent=status.device.startswith("no device"),
            )
        )
        preparing = status.state == "preparing"
        words = (status.message or self._preparing) if preparing else ""
        state = self._playback if status.state == "playback" else STATES[status.state]
        window.transport.set_state(words or state, busy=preparing)
        window.transport.show_stop(status.state in ("preparing", "playing", "playback"))
        window.waveform.set_hint(self._hint(status.state))
        window.meter.describe()
        if self._bits is not None:
            before, after = (f"{bits:.2f}" for bits in self._bits)
            window.entropy.setText(f"{after} bits" if before == after else f"{before} → {after} bits")

    def _hint(self, state: str) -> str:
        """What to say in the middle of an empty waveform."""
        if state not in ("idle", "preparing") or len(self._session.envelope().low):
            return ""
        return self._preparing if state == "preparing" else "Press Space to play"

    def _wave(self, status: Status) -> None:
        snapshot = self._session.envelope()
        bucket_s = BUCKET / status.sample_rate
        lead_s = min(status.lead_ms / 1000.0, LONGEST_LEAD_S)
        heard_s = status.played / status.sample_rate
        end_s = (snapshot.first + len(snapshot.low)) * bucket_s
        # The envelope runs on from take to take; a take's own clock begins at its start.
        origin_s = end_s - heard_s - lead_s
        if abs(origin_s - self._origin_s) > JUMP_S or status.sample_rate != self._rate:
            self._origin_s, self._rate = origin_s, status.sample_rate
        self._window.waveform.show_envelope(
            snapshot.low, snapshot.high, snapshot.first, bucket_s, heard_s, self._origin_s
        )

    def _draw(self, distribution: Distribution) -> None:
        before, after = distribution.predicted(), distribution.shaped()
        self._bits = (entropy(before), entropy(after))
        drawn = int(mulaw.encode(distribution.drawn))
        self._window.distribution.show_distribution(before, after, drawn)


def clock(seconds: float) -> str:
    """``m:ss.t``."""
    tenths = int(seconds * 10.0)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"
