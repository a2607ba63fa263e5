"""Several takes of one preset at once: the same settings, a seed each, every weight read once for all."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine.generation.conditions import Condition
from engine.generation.generator import Generator, GuideTrack, biases_of, cut
from engine.kernels.base import Kernel
from engine.kernels.cpu import CpuKernel
from engine.kernels.state import StreamState, empty_takes
from engine.wavenet.codes import Codes
from engine.wavenet.config import GenerationParams
from engine.wavenet.distributions import Sampling


class Ensemble:
    """Streams of one model in lockstep, each drawing what a ``Generator`` with its seed draws."""

    def __init__(
        self,
        kernel: Kernel,
        params: GenerationParams,
        seeds: Sequence[int],
        local: Condition | None = None,
        threads: int = 1,
        guide: GuideTrack | None = None,
    ) -> None:
        """Empty streams, one for each of ``seeds``, shared out to ``threads`` ≥ 1.

        Raises StudioError on an unknown tag or speaker.
        """
        shares = [share.tolist() for share in np.array_split(np.array(seeds, dtype=object), threads)]
        self._groups = [_group(kernel, params, share, local, guide) for share in shares if share]

    def step(self, n: int) -> list[Codes]:
        """The next ``n`` ≥ 1 samples of every stream, in the order of the seeds.

        Raises FloatingPointError on NaN or infinity.
        """
        with ThreadPoolExecutor(len(self._groups)) as pool:
            parts = pool.map(lambda group: group.step(n), self._groups)
            return [codes for part in parts for codes in part]


class _Together:
    """Streams that go through the CPU kernel in one pass."""

    def __init__(
        self,
        kernel: CpuKernel,
        params: GenerationParams,
        seeds: Sequence[int],
        local: Condition | None,
        guide: GuideTrack | None,
    ) -> None:
        self._kernel, self._local, self._guide = kernel, local, guide
        self._states: list[StreamState] = empty_takes(kernel.config, seeds)
        self._biases = biases_of(kernel, params)
        self._sampling = Sampling(params.temperature, params.top_k, params.top_p)

    def step(self, n: int) -> list[Codes]:
        turns = [self._guide.ends_at] if self._guide else []
        parts = [self._draw(part) for part in cut(self._states[0].clock, n, turns)]
        return [np.concatenate(codes) for codes in zip(*parts, strict=True)]

    def _draw(self, n: int) -> list[Codes]:
        first = self._states[0]
        local = self._local.rows(first.clock, n) if self._local else None
        guide = self._guide.samples(first.clock, n) if self._guide else None
        biases = self._biases[guide is not None]
        blocks = self._kernel.generate_takes(self._states, biases, self._sampling, n, local, guide)
        return [block.codes for block in blocks]


class _OneByOne:
    """Streams that take turns: engines without a common pass, takes that hear different contexts or rest."""

    def __init__(
        self,
        kernel: Kernel,
        params: GenerationParams,
        seeds: Sequence[int],
        local: Condition | None,
        guide: GuideTrack | None,
    ) -> None:
        self._generators = [Generator(kernel, params, seed, local, guide) for seed in seeds]

    def step(self, n: int) -> list[Codes]:
        return [generator.step(n).codes for generator in self._generators]


def _group(
    kernel: Kernel,
    params: GenerationParams,
    seeds: Sequence[int],
    local: Condition | None,
    guide: GuideTrack | None,
) -> _Together | _OneByOne:
    given = kernel.config.local is None or local is not None
    endless = guide is None or guide.rests_from is None
    if isinstance(kernel, CpuKernel) and not kernel.config.contexts and given and endless:
        return _Together(kernel, params, seeds, local, guide)
    return _OneByOne(kernel, params, seeds, local, guide)
