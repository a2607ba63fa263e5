"""Where a branch begins: the same stream up to a sample, from which on it has another future."""

from __future__ import annotations

from dataclasses import dataclass

from engine.generation.retracing import Past
from engine.library.control_events import ControlEvent, params_at, seed_at
from engine.library.packed_codes import unpack_codes
from engine.library.takes import Take
from engine.wavenet.codes import Codes
from engine.wavenet.config import GenerationParams


@dataclass(frozen=True)
class Origin:
    """A take up to a sample."""

    take_id: str
    """Of the take that is branched off."""
    codes: Codes
    """[n]: what it had drawn by then; n is the branch's first own sample."""
    start: GenerationParams
    """What it began with."""
    seed: int
    """The same of its seed."""
    events: tuple[ControlEvent, ...] = ()
    """What changed before sample n."""
    prime: str = ""
    """What it continued: see ``Settings.prime``."""

    @classmethod
    def of(cls, take: Take, sample: int) -> Origin:
        """``take`` up to ``sample``, which is cut to its samples."""
        sample = min(max(0, sample), len(take.codes))
        events = tuple(event for event in take.events if event.sample < sample)
        return cls(take.id, take.codes[:sample], take.preset.params(), take.seed, events, take.prime)

    @property
    def sample(self) -> int:
        """The first sample that is the branch's own."""
        return len(self.codes)

    @property
    def params(self) -> GenerationParams:
        """The parameters that held last. Raises StudioError where an event makes no sense."""
        return params_at(self.start, self.events)

    @property
    def seed_now(self) -> int:
        """The seed that was drawn with last. Raises StudioError where an event holds none."""
        return seed_at(self.seed, self.events)

    def past(self) -> Past:
        """The same for a generator. Raises StudioError where an event makes no sense."""
        return past_of(self.codes, self.start, self.events, self.prime)


def past_of(codes: Codes, start: GenerationParams, events: tuple[ControlEvent, ...], prime: str = "") -> Past:
    """What a stream went through that drew ``codes`` [n], with ``events`` before sample n.

    Raises StudioError where an event or the packed ``prime`` makes no sense.
    """
    primed = unpack_codes(prime, codes.dtype.type)
    changes = [(0, start)]
    for event in sorted(events, key=lambda event: event.sample):
        changes.append((len(primed) + event.sample, params_at(changes[-1][1], [event])))
    return Past(primed, codes, changes)
