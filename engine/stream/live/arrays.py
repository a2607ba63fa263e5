"""What the compiled loop is given, and what it leaves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kernels.base import SLOTS
from engine.stream.dsp.decoder import DecoderArrays
from engine.stream.dsp.envelope import EnvelopeArrays
from engine.stream.dsp.fades import FadeArrays
from engine.stream.dsp.limiter import LimiterArrays
from engine.stream.dsp.meter import MeterArrays
from engine.stream.dsp.volume import VolumeArrays
from engine.wavenet.codes import Codes

CALLED, PLANNED, DRY, NAN, TIME, LATE = range(6)
"""Why the loop returns: it is wanted elsewhere, what was planned is made, a block came too late, NaN or
infinity, its time is over, or it could not take back all that it was to."""
IN_TIME, EMPTY, PASSED = range(3)
"""How ``ports.put`` found the consumer: with something left, with all taken that ever was written, or beyond
the place to write at already."""
MADE, START, BAD, STATE, LOWEST, FULL, PIECES = range(7)
"""In ``Report.counts``."""


SPARE_S = 0.003
"""What lies so close before the consumer stays as it is, beside the most that it took at once lately."""


class Stages(NamedTuple):
    """What every sample goes through, in order."""

    decoder: DecoderArrays
    fade: FadeArrays
    meter: MeterArrays
    limiter: LimiterArrays
    volume: VolumeArrays
    envelope: EnvelopeArrays


class Samples(NamedTuple):
    """What is to be made: see ``kernels.base.Native``."""

    address: int
    box: NDArray[np.int64]
    codes: Codes
    """[n]."""


class Order(NamedTuple):
    """What is to be done."""

    lead: int
    """Samples to keep ready."""
    block: int
    """Samples to make at a time …"""
    first: int
    """… and the first time where samples are taken back."""
    back: int
    """Samples that were made before and are to be made again, but for those that are about to be taken."""
    exact: int
    """1 where it is to be all of them or nothing: what is new begins with the first of them."""
    least: int
    """Samples to have ready before a call is answered: what sounds until the loop is back."""
    seconds: float
    """How long to go on at most."""
    volume: NDArray[np.float64]
    """[1]: the volume that is wanted; another thread sets it."""
    called: NDArray[np.int64]
    """[1]: not 0 once the loop is wanted elsewhere; another thread sets it."""
    request_id: int
    """Whose sound it is, as the envelope's buckets bear it."""
    sample: int
    """Its index of the first sample that leaves the limiter, were all that taken back."""
    replaceable: int
    """Samples before that one that may have another volume."""


class Report(NamedTuple):
    """What was done."""

    counts: NDArray[np.int64]
    """[7]: samples that are there, of which the first were made before; the first new one; the first NaN;
    whether they came in time (see ``ports.put``); the least that was ready while the ring was kept full;
    whether it was; pieces made so far, in earlier calls too."""
    work: NDArray[np.float64]
    """[2]: seconds that making the samples took; when the loop returned, as ``time.monotonic`` gives it."""
    drawn: NDArray[np.float32]
    """[SLOTS]: amplitude of the last sample of the latest pieces, by number."""
    before: NDArray[np.float64]
    """[SLOTS]: how the sample before it sounds."""
    scratch: NDArray[np.float32]
    """[2, MOST]."""


MOST = 256
"""Samples at a time."""


def new_report() -> Report:
    """With nothing done yet."""
    return Report(
        np.zeros(7, np.int64),
        np.zeros(2),
        np.zeros(SLOTS, np.float32),
        np.zeros(SLOTS),
        np.zeros((2, MOST), np.float32),
    )
