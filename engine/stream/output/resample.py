"""Another sample rate for a sound card that does not know the model's."""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray


class Resampler:
    """Streaming soxr from one rate (Hz) to another; passes everything on untouched where they are equal."""

    def __init__(self, source_rate: int, target_rate: int) -> None:
        # The variable-rate filter hands out samples evenly; the others keep up to 57 ms back and then
        # let go of them at once, which the ring would have to be longer for.
        self._stream = (
            None if source_rate == target_rate else soxr.ResampleStream(source_rate, target_rate, 1, vr=True)
        )
        self._source, self._target = source_rate, target_rate
        self._taken = self._given = 0

    def process(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """[n] float32 in; what is ready comes out, [about n · target / source] float32."""
        if self._stream is None:
            return samples
        out: NDArray[np.float32] = self._stream.resample_chunk(np.ascontiguousarray(samples))
        self._taken += len(samples)
        self._given += len(out)
        return out

    @property
    def delay_s(self) -> float:
        """Seconds of sound that went in and have not come out yet."""
        return self._taken / self._source - self._given / self._target
