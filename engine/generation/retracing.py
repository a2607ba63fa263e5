"""A stream is brought to where it once stood, from the codes that it drew: it goes on as if never stopped.

Only what bears on the samples to come is heard again: the receptive field's worth, and of what is older
only as much as the context stacks reach back for, at their own low rate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from engine.generation.streams import Streams
from engine.wavenet.codes import Codes
from engine.wavenet.config import GenerationParams


class Past(NamedTuple):
    """What a stream went through."""

    primed: Codes
    """[n]: what it continued."""
    drawn: Codes
    """[m]: what it drew afterwards."""
    changes: Sequence[tuple[int, GenerationParams]]
    """(the first sample, counted from the first of ``primed``, that parameters held for; they), in order."""

    @property
    def end(self) -> int:
        """The sample that is drawn next."""
        return len(self.primed) + len(self.drawn)

    def until(self, end: int) -> Past:
        """The same up to sample ``end``."""
        n = len(self.primed)
        return self._replace(primed=self.primed[:end], drawn=self.drawn[: max(0, end - n)])

    def codes(self, start: int, stop: int) -> Codes:
        """Samples ``start`` … ``stop - 1``."""
        n = len(self.primed)
        drawn = self.drawn[max(0, start - n) : max(0, stop - n)]
        return np.concatenate([self.primed[start:stop], drawn]) if start < n else np.asarray(drawn)


def retrace(streams: Streams, past: Past) -> None:
    """Let ``streams``, new or at an earlier sample of this very past, stand at its end.

    They are, bit for bit, as if they had never stopped there, with the last of its parameters. Raises
    StudioError on a tag or speaker that the model does not know, and FloatingPointError on NaN or infinity.
    """
    config = streams.kernel.config
    own = max(streams.position, past.end - config.own_receptive_field)
    # A context stack must not be left in the midst of a step.
    first = max(0, past.end - config.receptive_field)
    first -= first % math.lcm(*(context.pooling for context in config.contexts))
    if first > streams.position:
        streams.skip(first - streams.position, int(past.codes(first - 1, first)[0]))
    for start, stop in _parts(streams.position, own, [len(past.primed)]):
        codes = past.codes(start, stop)
        streams.kernel.skim(streams.state, codes) if stop <= len(past.primed) else streams.skim(codes)
    changes = list(past.changes)
    for start, stop in _parts(own, past.end, [len(past.primed), *(at for at, _ in changes)]):
        _set_last(streams, changes, start)
        codes = past.codes(start, stop)
        streams.feed(codes, outputs=False) if stop <= len(past.primed) else streams.follow(codes)
    _set_last(streams, changes, past.end)


def _set_last(streams: Streams, changes: list[tuple[int, GenerationParams]], sample: int) -> None:
    """Let those of the parameters hold that held at ``sample``."""
    latest = [params for at, params in changes if at <= sample]
    if latest:
        streams.set(latest[-1])


def _parts(start: int, stop: int, cuts: Sequence[int]) -> list[tuple[int, int]]:
    """``start`` … ``stop`` in parts that begin or end at each of ``cuts`` among them."""
    inside = sorted({cut for cut in cuts if start < cut < stop})
    return list(pairwise([start, *inside, stop])) if start < stop else []
