"""A WaveNet that plays: prime it, set its parameters, step it. No threads, no input or output."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.generation.conditions import Condition
from engine.kernels.base import Block, Guide, Kernel, LocalRows
from engine.kernels.state import StreamState
from engine.wavenet.codes import Codes, code_type, decode, hear, silence
from engine.wavenet.conditioning import condition_inputs
from engine.wavenet.config import GenerationParams
from engine.wavenet.distributions import Sampling


class GuideTrack(Protocol):
    """How a stream hears itself, from its first sample on."""

    def samples(self, start: int, n: int) -> Guide | None:
        """Of samples ``start`` … ``start + n - 1``; None where it hears itself as it is."""
        ...

    @property
    def rests_from(self) -> int | None:
        """The sample from which on it is silent, whatever the model would draw; None for never."""
        ...

    @property
    def ends_at(self) -> int | None:
        """The sample from which on ``samples`` gives None; None for never."""
        ...


class Generator:
    """One stream of one model on one engine."""

    def __init__(
        self,
        kernel: Kernel,
        params: GenerationParams,
        seed: int,
        local: Condition | None = None,
        guide: GuideTrack | None = None,
    ) -> None:
        """An empty stream. ``seed`` 0…2^64 - 1.

        ``local`` conditions it from its first sample on; without it, a model with local conditioning
        gets zeros. ``guide`` says how it hears what it draws; what is primed or scored is heard as it is.
        Raises StudioError on an unknown tag or speaker.
        """
        self.kernel = kernel
        self.state = StreamState.empty(kernel.config, seed)
        self.local, self.guide = local, guide
        self.set(params)

    @property
    def clock(self) -> int:
        """Samples primed or drawn so far."""
        return self.state.clock

    @property
    def params(self) -> GenerationParams:
        """The parameters in force for the next sample."""
        return self._params

    def set(self, params: GenerationParams) -> None:
        """Let ``params`` hold from the next sample on. Raises StudioError, changing nothing."""
        self._biases = biases_of(self.kernel, params)
        self._sampling = Sampling(params.temperature, params.top_k, params.top_p)
        self._params = params

    def step(self, n: int) -> Block:
        """Draw the next ``n`` ≥ 1 samples. Raises FloatingPointError on NaN or infinity."""
        blocks = [self._draw(part) for part in self._parts(n)]
        return Block(np.concatenate([block.codes for block in blocks]), blocks[-1].outputs)

    def prime(self, codes: Codes) -> None:
        """Let the stream continue ``codes`` [n]: afterwards it is as if it had made them itself.

        Only the receptive field's worth is read. Raises FloatingPointError on NaN or infinity.
        """
        config = self.kernel.config
        whole = math.lcm(*(context.pooling for context in config.contexts))
        unread = max(0, len(codes) - config.receptive_field)
        unread -= (self.clock + unread) % whole
        if unread > 0:
            self.state.clock += unread
            self.state.previous = int(codes[unread - 1])
            codes = codes[unread:]
        self._advance(codes, outputs=False)

    def score(self, codes: Codes) -> NDArray[np.float32]:
        """Outputs [n, config.outputs] before each of ``codes`` [n], which the stream takes as its own."""
        return self._advance(codes, outputs=True)

    def snapshot(self) -> StreamState:
        """A copy of the state: restore it here or in another generator of the same kernel."""
        return self.state.snapshot()

    def restore(self, saved: StreamState) -> None:
        """Go on from ``saved``."""
        self.state.restore(saved)

    def _draw(self, n: int) -> Block:
        """The next ``n`` samples, which are one of ``_parts``."""
        config = self.kernel.config
        if (
            self.guide is not None
            and self.guide.rests_from is not None
            and self.clock >= self.guide.rests_from
        ):
            codes = np.full(n, silence(config), code_type(config))
            return Block(codes, self._advance(codes, outputs=True)[-1])
        guide = self.guide.samples(self.clock, n) if self.guide else None
        biases = self._biases[guide is not None]
        block = self.kernel.generate(self.state, biases, self._sampling, n, self._rows(n), guide)
        if config.contexts:
            heard = block.codes if guide is None else hear(block.codes, guide.kept, guide.added)
            self._tell_contexts(heard)
        return block

    def _advance(self, codes: Codes, *, outputs: bool) -> NDArray[np.float32]:
        found = [np.empty((0, self.kernel.config.outputs), dtype=np.float32)]
        done = 0
        for part in self._parts(len(codes)):
            given = codes[done : done + part]
            local = self._rows(part)
            found.append(self.kernel.advance(self.state, self._biases[False], given, outputs, local))
            self._tell_contexts(given)
            done += part
        return np.concatenate(found)

    def _parts(self, n: int) -> list[int]:
        """Cut ``n`` samples where a guide ends or rests, and where a context stack steps.

        A stack's row holds for all of a part.
        """
        turns = [self.guide.rests_from, self.guide.ends_at] if self.guide else []
        for context in self.kernel.config.contexts:
            turns += range(self.clock - self.clock % context.pooling, self.clock + n, context.pooling)
        return cut(self.clock, n, turns)

    def _rows(self, n: int) -> LocalRows | None:
        """The local condition of the next ``n`` samples: the frames', then the context stacks'."""
        config = self.kernel.config
        if not config.local_channels:
            return None
        if self.local is not None:
            own = self.local.rows(self.clock, n)
        else:
            width = config.local.encoded if config.local else 0
            own = LocalRows(np.zeros((1, width), np.float32), np.zeros(n, np.int64), np.zeros(n, np.float32))
        rows = [own.rows, *(np.tile(c.row, (len(own.rows), 1)) for c in self.state.contexts)]
        return LocalRows(np.concatenate(rows, axis=1), own.index, own.mix, own.temperature)

    def _tell_contexts(self, codes: Codes) -> None:
        """Let the context stacks hear the latest samples; the state's clock is past them already."""
        for index, (context, state) in enumerate(
            zip(self.kernel.config.contexts, self.state.contexts, strict=True)
        ):
            start = (self.clock - len(codes)) % context.pooling
            state.pending[start : start + len(codes)] = decode(codes)
            if self.clock % context.pooling == 0:
                self.kernel.step_context(self.state, index, self.clock // context.pooling - 1)


def cut(clock: int, n: int, turns: Iterable[int | None]) -> list[int]:
    """The lengths that ``n`` ≥ 0 samples from sample ``clock`` on are cut to, by ``turns`` among them."""
    inside = {turn - clock for turn in turns if turn is not None and clock < turn < clock + n}
    ends = [*sorted(inside), n] if n else []
    return [end - start for start, end in pairwise([0, *ends])]


def biases_of(kernel: Kernel, params: GenerationParams) -> dict[bool, NDArray[np.float32]]:
    """What ``params`` are to a kernel while a stream hears no guide, and while it hears one.

    The same where the model is not told. Raises StudioError on an unknown tag or speaker.
    """
    plain = kernel.condition(condition_inputs(kernel.config, params))
    if not kernel.config.guided:
        return {False: plain, True: plain}
    return {False: plain, True: kernel.condition(condition_inputs(kernel.config, params, guided=True))}
