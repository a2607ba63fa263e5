"""Several takes of one preset at once: the same settings, a seed each, every weight read once for all."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine.generation.conditions import UNCONDITIONED, StreamConditions
from engine.generation.streams import Streams
from engine.kernels.base import Kernel
from engine.wavenet.codes import Codes
from engine.wavenet.config import GenerationParams


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

    def step(self, n: int) -> list[Codes]:
        """The next ``n`` ≥ 1 samples of every stream, in the order of the seeds.

        Raises FloatingPointError on NaN or infinity.
        """
        with ThreadPoolExecutor(len(self._shares)) as pool:
            parts = pool.map(lambda share: [streams.step(n) for streams in share], self._shares)
            return [block.codes for part in parts for blocks in part for block in blocks]
