"""How much audio is kept ready: as little as this machine allows, since a change is heard only after it."""

from __future__ import annotations

START_S = 0.048
"""Seconds kept ready at first: it should do on a busy machine too."""
LEAST_S = 0.032
CAUTIOUS_S = 0.072
"""As far as it grows before anything was heard to break."""
LONGEST_S = 0.25
TIGHT_S = 0.008
"""A ring that was ever so close to empty asks for a longer buffer, …"""
AMPLE_S = 0.024
"""… and one that never was for ``WINDOW_S`` can do with a shorter one."""
STEP_S = 0.008
"""What it grows by then."""
SHRINK = 0.9
WINDOW_S = 5.0
GROWTH = 1.5
"""What an underrun multiplies the buffer by."""
HOLD_S = 20.0
"""So long after an underrun the buffer is not made shorter; after the next one, twice as long, …"""
LONGEST_HOLD_S = 80.0
"""… up to this: a machine that was busy may be idle by now."""


class Latency:
    """Watches how empty the ring gets, and decides how full it should be."""

    def __init__(self) -> None:
        self.seconds = START_S
        """What should be kept ready now."""
        self._hold_s = HOLD_S
        self._held_until = 0.0
        self._lowest = float("inf")
        self._since = 0.0

    def watch(self, fill_s: float, now: float) -> None:
        """Note how many seconds are left in a ring that is being played; ``now`` on a monotonic clock."""
        self._lowest = min(self._lowest, fill_s)
        if self._lowest < TIGHT_S:
            self.seconds = max(self.seconds, min(CAUTIOUS_S, self.seconds + STEP_S))
        elif now - self._since < WINDOW_S:
            return
        elif self._lowest > AMPLE_S and now >= self._held_until:
            self.seconds = max(LEAST_S, self.seconds * SHRINK)
        self.rest(now)

    def underrun(self, now: float) -> None:
        """The ring ran dry."""
        self._held_until = now + self._hold_s
        self._hold_s = min(LONGEST_HOLD_S, 2.0 * self._hold_s)
        self.seconds = min(LONGEST_S, self.seconds * GROWTH)

    def rest(self, now: float) -> None:
        """Begin to watch anew: what was seen before says nothing about what comes."""
        self._lowest, self._since = float("inf"), now
