"""The deck on whatever output there is just now: devices lost, found again, or swapped for another rate."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.stream.messages import DeviceChanged, Event
from engine.stream.output.chain import Deck
from engine.stream.output.latency import Lead
from engine.stream.output.null_output import Output
from engine.stream.output.selector import Outlet

STORM = 4
"""Gaps in the sound card within ``STORM_S``, from which on it is asked to hold more."""
STORM_S = 1.0
DRAIN_S = 0.4
"""Longest wait for the end of what was written."""
SETTLE_S = 0.05
"""Seconds between two looks at an output that plays on although nothing is written any more."""


class Playout:
    """Only the worker thread calls it; ``deck`` may be read from any other."""

    def __init__(self, outlet: Outlet, rate: int, volume: float, emit: Callable[[Event], None]) -> None:
        """Opens the output."""
        self._outlet = outlet
        self._emit = emit
        self._dropouts = 0
        self._dropouts_at = 0.0
        self.deck = Deck(outlet.open(rate), rate, volume, Lead())
        emit(DeviceChanged(self.deck.output.text))

    def check(self) -> None:
        """Notice a device that went away, and look for one now and then where there is none."""
        if self._outlet.retry_in_s() == 0.0:
            self.rescan()
        if self.deck.sounding and self.deck.output.stalled():
            self._use(self._outlet.lose(self.deck.sample_rate, "the sound card stopped responding"))
        if self._storm():
            longer = self._outlet.lengthen(self.deck.sample_rate)
            if longer is not None:
                self._use(longer)

    def rest_s(self) -> float | None:
        """Seconds until the next ``check`` while nothing is written; None where there need be none."""
        return SETTLE_S if self.deck.output.fill else self._outlet.retry_in_s()

    def use_device(self, device: str | None) -> None:
        """Play on another output from now on."""
        self._outlet.device = device
        self.rescan()

    def rescan(self) -> None:
        """Look for devices again and open the chosen one."""
        self._use(self._outlet.reopen(self.deck.sample_rate))

    def change_rate(self, rate: int) -> None:
        """Make ready for sound at another rate, once what was written has been heard."""
        self.drain()
        old = self.deck
        self.deck = Deck(self._outlet.open(rate), rate, old.volume, old.lead)
        self._tell(old.output.text)

    def drain(self) -> None:
        """Wait until the output has taken everything."""
        deadline = time.monotonic() + DRAIN_S
        while self.deck.output.fill and time.monotonic() < deadline:
            time.sleep(0.005)

    def close(self) -> None:
        """Let go of the output. Can be called twice."""
        self._outlet.close()

    def _storm(self) -> bool:
        """Whether the sound card itself runs dry again and again."""
        now, dropouts = time.monotonic(), self.deck.output.dropouts
        if now - self._dropouts_at > STORM_S or dropouts < self._dropouts:
            self._dropouts, self._dropouts_at = dropouts, now
        return dropouts - self._dropouts >= STORM

    def _use(self, output: Output) -> None:
        before = self.deck.output.text
        self.deck.change_output(output)
        self._tell(before)

    def _tell(self, before: str) -> None:
        if self.deck.output.text != before:
            self._emit(DeviceChanged(self.deck.output.text))
