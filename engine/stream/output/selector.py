"""Which output is open: the chosen device, else the default one, else none until a device comes back."""

from __future__ import annotations

import time
from typing import Protocol

from engine.errors import StudioError
from engine.stream.output import portaudio
from engine.stream.output.null_output import NullOutput, Output
from engine.stream.priority import real_time

RETRY_S = 3.0
"""Seconds until a device is looked for again; each time twice as many, up to ``LONGEST_RETRY_S``."""
LONGEST_RETRY_S = 30.0
LATENCY_S = 0.0225
"""What a sound card is first asked to hold. A quarter of it is one period, and a period of whole
milliseconds is best avoided: where PulseAudio resamples for a sink that works in steps as long, the two
get in each other's way."""
LONGEST_LATENCY_S = 0.15
LATENCY_GROWTH = 1.6


class Cards(Protocol):
    """What there is to play on; the module ``output`` is one."""

    def open_device(self, device: str | None, rate: int, latency_s: float) -> Output:
        """See ``portaudio.open_device``."""
        ...

    def rescan(self) -> None:
        """See ``portaudio.rescan``."""
        ...


class OutputSelector:
    """Opens, loses and finds outputs. Only the worker thread uses it."""

    def __init__(self, device: str | None, cards: Cards = portaudio) -> None:
        self.device = device
        """``Device.id`` of the chosen output; None for the default one."""
        self.current: Output | None = None
        self._cards = cards
        self._latency_s = LATENCY_S
        self._pause_s = RETRY_S
        self._retry_at: float | None = None

    def open(self, rate: int) -> Output:
        """Open an output for sound at ``rate`` Hz in place of the current one."""
        self.close()
        self._retry_at = None
        try:
            with real_time():  # the card's thread inherits it
                self.current = self._open_any(rate)
            self._pause_s = RETRY_S
        except portaudio.NoPortAudioError as error:
            self.current = NullOutput(rate, str(error))
        except StudioError as error:
            self.lose(rate, str(error))
        assert self.current is not None
        return self.current

    def lose(self, rate: int, reason: str) -> Output:
        """Give the device up and let the null output pace the stream."""
        self.close()
        self.current = NullOutput(rate, reason)
        self._retry_at = time.monotonic() + self._pause_s
        self._pause_s = min(LONGEST_RETRY_S, 2 * self._pause_s)
        return self.current

    def retry_in_s(self) -> float | None:
        """Seconds until a device should be looked for again; None where there is one."""
        return None if self._retry_at is None else max(0.0, self._retry_at - time.monotonic())

    def reopen(self, rate: int) -> Output:
        """Look which devices are there now, then ``open``."""
        self.close()
        try:
            self._cards.rescan()
        except StudioError as error:
            return self.lose(rate, str(error))
        return self.open(rate)

    def lengthen(self, rate: int) -> Output | None:
        """Open the same again, but let the sound card hold more; None where that is no use any more."""
        if self._latency_s >= LONGEST_LATENCY_S:
            return None
        self._latency_s *= LATENCY_GROWTH
        return self.open(rate)

    def close(self) -> None:
        """Let go of the output. Can be called twice."""
        if self.current is not None:
            self.current.close()
            self.current = None

    def _open_any(self, rate: int) -> Output:
        if self.device is None:
            return self._cards.open_device(None, rate, self._latency_s)
        try:
            return self._cards.open_device(self.device, rate, self._latency_s)
        except portaudio.NoPortAudioError:
            raise
        except StudioError as error:
            output = self._cards.open_device(None, rate, self._latency_s)
            output.text += f"; {error}"
            return output
