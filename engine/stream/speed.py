"""How quick a stream is: seconds of audio for a second of work."""

from __future__ import annotations

AVERAGED_S = 1.0
"""Seconds of audio over which it is averaged."""


class Speed:
    """Of the blocks that were made lately."""

    def __init__(self) -> None:
        self._audio_s = self._work_s = 0.0

    @property
    def factor(self) -> float:
        """Seconds of audio per second of work; 0 before the first block."""
        return self._audio_s / self._work_s if self._work_s else 0.0

    def add(self, audio_s: float, work_s: float) -> None:
        """Note how long it took to make so much audio."""
        share = max(0.0, 1.0 - audio_s / AVERAGED_S)
        self._audio_s = self._audio_s * share + audio_s
        self._work_s = self._work_s * share + work_s
