"""From codes to sound: decoded, and the model's pre-emphasis undone, block by block."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.stream.dsp.stage import ring_length
from engine.stream.machine import routine
from engine.wavenet.codes import Codes, decode
from engine.wavenet.emphasis import Emphasis


class DecoderArrays(NamedTuple):
    """What undoes the filter, see ``wavenet.emphasis``."""

    at: NDArray[np.int64]
    totals: NDArray[np.float64]
    """Ring of what came out, before it was clipped."""
    table: NDArray[np.float32]
    """[256 or 65536]: the amplitude of each code."""
    coefficient: float
    gain: float


class Decoder:
    """Codes of one type in, sound out."""

    def __init__(self, kind: type[np.integer[Any]], emphasis: Emphasis, sample_rate: int) -> None:
        """``kind``: of the codes; ``emphasis``: what they went through."""
        every = np.arange(1 << 8 * np.dtype(kind).itemsize, dtype=f"u{np.dtype(kind).itemsize}").view(kind)
        self.arrays = DecoderArrays(
            np.zeros(1, np.int64),
            np.zeros(ring_length(1, sample_rate)),
            decode(every),
            float(emphasis.coefficient),
            float(emphasis.gain),
        )

    @property
    def before(self) -> float:
        """How the sample before the latest sounds; 0 where nothing is undone."""
        totals = self.arrays.totals
        return float(totals[(int(self.arrays.at[0]) - 2) % len(totals)])

    def process(self, codes: Codes) -> NDArray[np.float32]:
        """The next codes [n] as they sound, float32 in ±1."""
        codes = np.ascontiguousarray(codes)
        out = np.empty(len(codes), np.float32)
        routine("dsp.compiled", "decode", self.arrays, codes, out)()
        return out

    def go_on(self, codes: Codes, count: int) -> None:
        """Stand where the last of ``codes`` [n] was decoded, as the ``count``-th of all that ever came."""
        self.arrays.at[0] = count - len(codes)
        self.arrays.totals[:] = 0.0
        self.process(codes)

    def take_back(self, n: int) -> None:
        """Let the last ``n`` codes not have come yet."""
        self.arrays.at[0] -= n
