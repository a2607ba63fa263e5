"""Several takes of one preset at once: the same settings, a seed each, every weight read once for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from engine.generation.conditions import UNCONDITIONED, StreamConditions
from engine.generation.retracing import Past, retrace
from engine.generation.streams import Streams
from engine.kernels.base import Kernel
from engine.wavenet.codes import Codes
from engine.wavenet.config import GenerationParams

Result = TypeVar("Result")


class StreamBatch:
    """Streams of one model in lockstep, each drawing what a ``Generator`` with its seed draws."""

    def __init__(
        self,
        kernel: Kernel,
        params: GenerationParams,
        seeds: Sequence[int],
        conditions: StreamConditions = UNCONDITIONED,
        threads: int = 1,
    ) -> None:
        """Empty streams, one for each of ``seeds``, shared out to ``threads`` ≥ 1.

        Those of a thread go through the kernel in one pass, or in several of as many as it takes at a time.
        Raises StudioError on an unknown tag or speaker.
        """
        most = kernel.max_streams
        shares = [share.tolist() for share in np.array_split(np.array(seeds, dtype=object), threads)]
        self._shares = [
            [
                Streams(kernel, params, share[first : first + most], conditions)
                for first in range(0, len(share), most)
            ]
            for share in shares
            if share
        ]

    def prime(self, codes: Codes) -> None:
        """Let every stream continue ``codes`` [n]. Raises FloatingPointError on NaN or infinity."""
        self._all(lambda streams: streams.prime(codes))

    def retrace(self, past: Past) -> None:
        """Bring every stream to the end of one ``past``, whose future is another for each of the seeds.

        Raises as ``retracing.retrace`` does.
        """
        self._all(lambda streams: retrace(streams, past))

    def set(self, params: GenerationParams) -> None:
        """Let ``params`` hold from the next sample on. Raises StudioError on an unknown tag or speaker."""
        for share in self._shares:
            for streams in share:
                streams.set(params)

    def step(self, n: int) -> list[Codes]:
        """The next ``n`` ≥ 1 samples of every stream, in the order of the seeds.

        Raises FloatingPointError on NaN or infinity.
        """
        parts = self._all(lambda streams: streams.step(n))
        return [block.codes for blocks in parts for block in blocks]

    def _all(self, work: Callable[[Streams], Result]) -> list[Result]:
        """Do something with all streams, the shares at the same time; results in the order of the seeds."""
        with ThreadPoolExecutor(len(self._shares)) as pool:
            parts = pool.map(lambda share: [work(streams) for streams in share], self._shares)
            return [result for part in parts for result in part]
