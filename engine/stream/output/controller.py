"""The chain on whatever output there is just now: devices lost, found again, or swapped for another rate."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.stream.messages import DeviceChanged, Event
from engine.stream.output.chain import Chain
from engine.stream.output.latency import Latency
from engine.stream.output.null_output import Output
from engine.stream.output.selector import OutputSelector

STORM = 4
"""Gaps in the sound card within ``STORM_S``, from which on it is asked to hold more."""
STORM_S = 1.0
DRAIN_S = 0.4
"""Longest wait for the end of what was written."""
SETTLE_S = 0.05
"""Seconds between two looks at an output that plays on although nothing is written any more."""


class OutputController:
    """Only the worker thread calls it; ``chain`` may be read from any other."""

    def __init__(
        self,
        selector: OutputSelector,
        rate: int,
        volume: float,
        emit: Callable[[Event], None],
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Opens the output. ``now`` and ``sleep`` (seconds) are a test's clock in tests."""
        self._now, self._sleep = now, sleep
        self._selector = selector
        self._emit = emit
        self._dropouts = 0
        self._dropouts_at = 0.0
        self.chain = Chain(selector.open(rate), rate, volume, Latency(), now)
        emit(DeviceChanged(self.chain.output.text))

    def check(self) -> None:
        """Notice a device that went away, and look for one now and then where there is none."""
        if self._selector.retry_in_s() == 0.0:
            self.rescan()
        if self.chain.sounding and self.chain.output.stalled():
            self._use(self._selector.lose(self.chain.sample_rate, "the sound card stopped responding"))
        if self._storm():
            longer = self._selector.lengthen(self.chain.sample_rate)
            if longer is not None:
                self._use(longer)

    def rest_s(self) -> float | None:
        """Seconds until the next ``check`` while nothing is written; None where there need be none."""
        return SETTLE_S if self.chain.output.fill else self._selector.retry_in_s()

    def use_device(self, device: str | None) -> None:
        """Play on another output from now on."""
        self._selector.device = device
        self.rescan()

    def rescan(self) -> None:
        """Look for devices again and open the chosen one."""
        self._use(self._selector.reopen(self.chain.sample_rate))

    def change_rate(self, rate: int) -> None:
        """Make ready for sound at another rate, once what was written has been heard."""
        self.drain()
        old = self.chain
        self.chain = Chain(self._selector.open(rate), rate, old.volume, old.latency, self._now)
        self._tell(old.output.text)

    def drain(self) -> None:
        """Wait until the output has taken everything."""
        deadline = self._now() + DRAIN_S
        while self.chain.output.fill and self._now() < deadline:
            self._sleep(0.005)

    def close(self) -> None:
        """Let go of the output. Can be called twice."""
        self._selector.close()

    def _storm(self) -> bool:
        """Whether the sound card itself runs dry again and again."""
        now, dropouts = self._now(), self.chain.output.dropouts
        if now - self._dropouts_at > STORM_S or dropouts < self._dropouts:
            self._dropouts, self._dropouts_at = dropouts, now
        return dropouts - self._dropouts >= STORM

    def _use(self, output: Output) -> None:
        before = self.chain.output.text
        self.chain.change_output(output)
        self._tell(before)

    def _tell(self, before: str) -> None:
        if self.chain.output.text != before:
            self._emit(DeviceChanged(self.chain.output.text))
