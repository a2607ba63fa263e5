"""How much audio is kept ready: as little as this machine allows, since a change is heard only after it.

Where what is ready can be taken back it costs no time to change it: then a little more is kept ready.
"""

from __future__ import annotations

from typing import NamedTuple


class Policy(NamedTuple):
    """When the buffer is made longer or shorter; seconds."""

    start: float
    """Kept ready at first: it should do on a busy machine too."""
    least: float
    cautious: float
    """As far as it grows before anything was heard to break."""
    tight: float
    """A ring that was ever so close to empty asks for a longer buffer, …"""
    ample: float
    """… and one that never was for ``window`` can do with a shorter one."""
    step: float
    """What it grows by then."""
    window: float
    hold: float
    """So long after an underrun the buffer is not made shorter; after the next one, twice as long, …"""
    longest_hold: float
    """… up to this: a machine that was busy may be idle by now."""


FORWARD = Policy(0.048, 0.032, 0.072, 0.008, 0.024, 0.008, 5.0, 20.0, 80.0)
"""Where what is ready is heard whatever happens."""
BACK = Policy(0.080, 0.060, 0.160, 0.025, 0.045, 0.020, 1.0, 4.0, 16.0)
"""Where it can be taken back."""
LONGEST_S = 0.25
SHRINK = 0.9
GROWTH = 1.5
"""What an underrun multiplies the buffer by."""


class Latency:
    """Watches how empty the ring gets, and decides how full it should be."""

    def __init__(self) -> None:
        self._policy = FORWARD
        self.seconds = FORWARD.start
        """What should be kept ready now."""
        self._hold_s = FORWARD.hold
        self._held_until = 0.0
        self._lowest = float("inf")
        self._since = 0.0

    def follow(self, policy: Policy, now: float) -> None:
        """Go by ``policy`` from now on, as far above its start as by the one before."""
        if policy is not self._policy:
            self.seconds = max(policy.least, self.seconds - self._policy.start + policy.start)
            self._policy, self._hold_s = policy, policy.hold
            self.rest(now)

    def watch(self, fill_s: float, now: float) -> None:
        """Note how many seconds are left in a ring that is being played; ``now`` on a monotonic clock."""
        policy = self._policy
        self._lowest = min(self._lowest, fill_s)
        if self._lowest < policy.tight:
            self.seconds = max(self.seconds, min(policy.cautious, self.seconds + policy.step))
        elif now - self._since < policy.window:
            return
        elif self._lowest > policy.ample and now >= self._held_until:
            self.seconds = max(policy.least, self.seconds * SHRINK)
        self.rest(now)

    def underrun(self, now: float) -> None:
        """The ring ran dry."""
        self._held_until = now + self._hold_s
        self._hold_s = min(self._policy.longest_hold, 2.0 * self._hold_s)
        self.seconds = min(LONGEST_S, self.seconds * GROWTH)

    def rest(self, now: float) -> None:
        """Begin to watch anew: what was seen before says nothing about what comes."""
        self._lowest, self._since = float("inf"), now
