"""Streams of one model in lockstep: the same settings and conditions, a seed each. No input or output."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.generation.conditions import UNCONDITIONED, StreamConditions
from engine.kernels.base import Biases, Block, Kernel, Native, Snapshot
from engine.kernels.watching import layer_inputs
from engine.wavenet.codes import Codes, code_type, mix_feedback, silence
from engine.wavenet.conditioning import condition_inputs
from engine.wavenet.conditions import LocalRows
from engine.wavenet.config import GenerationParams
from engine.wavenet.distributions import Sampling


class SeenLayers(NamedTuple):
    """What the layers of a stream saw before n samples."""

    taps: NDArray[np.float32]
    """[layers, n, kR]: ``kernels.watching.layer_inputs``."""
    features: NDArray[np.float32]
    """[global_channels]."""
    local: LocalRows | None


class Streams:
    """Streams of one model on one engine, which all hear the same conditions."""

    def __init__(
        self,
        kernel: Kernel,
        params: GenerationParams,
        seeds: Sequence[int],
        conditions: StreamConditions = UNCONDITIONED,
        *,
        rewindable: bool = False,
    ) -> None:
        """Empty streams, one for each of ``seeds``, 0…2^64 - 1; at most ``kernel.max_streams``.

        Raises StudioError on an unknown tag or speaker, and ValueError on a wrong number of seeds.
        """
        self.kernel = kernel
        self._rewindable = rewindable
        self.state = kernel.new_state(seeds, rewindable=rewindable)
        self.conditions = conditions
        self._biases = _BiasCache(kernel)
        self.set(params)

    @property
    def position(self) -> int:
        """Samples fed or drawn so far."""
        return self.state.position

    @property
    def params(self) -> GenerationParams:
        """The parameters in force for the next sample."""
        return self._params

    def set(self, params: GenerationParams) -> None:
        """Let ``params`` hold from the next sample on. Raises StudioError, changing nothing."""
        self._biases.set(params)
        self._sampling = Sampling(params.temperature, params.top_k, params.top_p)
        self._params = params

    def step(self, n: int) -> list[Block]:
        """Draw the next ``n`` ≥ 1 samples of each. Raises FloatingPointError on NaN or infinity."""
        parts = [self._draw(part) for part in self._cut(n)]
        return [
            Block(np.concatenate([block.codes for block in blocks]), blocks[-1].outputs)
            for blocks in zip(*parts, strict=True)
        ]

    def feed(self, codes: Codes, *, outputs: bool) -> NDArray[np.float32]:
        """Let every stream take ``codes`` [n] as its own.

        Returns the outputs [streams, n, config.outputs] before each of them, or [streams, 0, …] without
        ``outputs``. Raises FloatingPointError on NaN or infinity.
        """
        local = self._rows(len(codes)) if len(codes) else None
        return self.kernel.advance(self.state, self._biases.get(feedback_flag=False), codes, outputs, local)

    def prime(self, codes: Codes) -> None:
        """Let every stream continue ``codes`` [n]: afterwards it is as if it had made them itself.

        Only the receptive field's worth is read. Raises FloatingPointError on NaN or infinity.
        """
        config = self.kernel.config
        whole = math.lcm(*(context.pooling for context in config.contexts))
        unread = max(0, len(codes) - config.receptive_field)
        unread -= (self.position + unread) % whole
        if unread > 0:
            self.kernel.skip(self.state, unread, int(codes[unread - 1]))
            codes = codes[unread:]
        self.feed(codes, outputs=False)

    def follow(self, codes: Codes) -> None:
        """Take ``codes`` [n] for what every stream has drawn, and heard as the feedback track has it.

        Raises FloatingPointError on NaN or infinity.
        """
        for inputs, guided in self._as_inputs(codes):
            biases = self._biases.get(feedback_flag=guided)
            self.kernel.advance(self.state, biases, inputs, False, self._rows(len(inputs)))

    def skim(self, codes: Codes) -> None:
        """Pass over ``codes`` [n], of which the context stacks alone take notice, as ``follow`` does."""
        for inputs, _ in self._as_inputs(codes):
            self.kernel.skim(self.state, inputs)

    def skip(self, n: int, code: int) -> None:
        """Move on by ``n`` samples that nothing hears, the last of them ``code``: see ``Kernel.skip``."""
        self.kernel.skip(self.state, n, code)

    def reseed(self, seeds: Sequence[int]) -> None:
        """Let the streams draw with other ``seeds``, one for each, from the next sample on."""
        self.kernel.reseed(self.state, seeds)

    def snapshot(self) -> Snapshot:
        """A copy of the state: restore it here or in other streams of the same kernel."""
        return self.kernel.snapshot(self.state)

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from ``snapshot``."""
        self.state = self.kernel.restore(snapshot, rewindable=self._rewindable)

    @property
    def max_rewind(self) -> int:
        """How many samples can be taken back at most; 0 unless made ``rewindable``, and for some kernels."""
        return self.kernel.max_rewind if self._rewindable else 0

    @property
    def steady(self) -> int:
        """Samples since the feedback track turned last, or since the beginning.

        More than ``max_rewind`` of them are not told apart.
        """
        track, first = self.conditions.feedback, max(0, self.position - self.kernel.max_rewind)
        turns = track.turns(first, self.position + 1) if track else []
        return self.position - max(turns, default=first)

    def rewind(self, n: int) -> None:
        """Take the last ``n`` samples back: what is drawn next is as if they had never been.

        The parameters stay. Raises ValueError as ``kernel.rewind`` does.
        """
        self.kernel.rewind(self.state, n)

    def native(self, n: int) -> Native | None:
        """Up to ``n`` of the next samples, for compiled code to make: see ``Kernel.native``.

        None also where the streams rest. Raises ValueError as ``step`` does.
        """
        n, track = self._cut(n)[0], self.conditions.feedback
        if track is not None and track.rests_from is not None and self.position >= track.rests_from:
            return None
        feedback = track.samples(self.position, n) if track else None
        biases = self._biases.get(feedback_flag=feedback is not None)
        return self.kernel.native(self.state, biases, self._sampling, n, self._rows(n), feedback)

    def seen(self, times: NDArray[np.int64]) -> SeenLayers | None:
        """What the layers saw as samples ``times`` [n], rising, were drawn; None: see ``layer_inputs``.

        Parameters are those in force now.
        """
        taps = layer_inputs(self.state, self.kernel.config, times)
        if taps is None:
            return None
        first, last, track = int(times[0]), int(times[-1]), self.conditions.feedback
        local = self._rows_of(first, last + 1 - first)
        flag = track is not None and track.samples(last, 1) is not None
        features = self._biases.features(feedback_flag=flag)
        return SeenLayers(taps, features, local and local.at(times - first))

    def _cut(self, n: int) -> list[int]:
        """The lengths that the next ``n`` ≥ 0 samples are cut to where the feedback track turns."""
        track = self.conditions.feedback
        turns = track.turns(self.position + 1, self.position + n) if track else []
        ends = [*sorted({turn - self.position for turn in turns}), n] if n else []
        return [end - start for start, end in pairwise([0, *ends])]

    def _draw(self, n: int) -> list[Block]:
        """The next ``n`` samples, in which no feedback track ends or rests."""
        track = self.conditions.feedback
        rests_from = track.rests_from if track else None
        if rests_from is not None and self.position >= rests_from:
            codes = np.full(n, silence(self.kernel.config), code_type(self.kernel.config))
            return [Block(codes, each[-1]) for each in self.feed(codes, outputs=True)]
        feedback = track.samples(self.position, n) if track else None
        biases = self._biases.get(feedback_flag=feedback is not None)
        return self.kernel.generate(self.state, biases, self._sampling, n, self._rows(n), feedback)

    def _as_inputs(self, codes: Codes) -> Iterator[tuple[Codes, bool]]:
        """``codes`` [n] from here on as the streams hear what they draw, part by part.

        With each part, whether the feedback track says how; the position moves on from one to the next.
        """
        track, done = self.conditions.feedback, 0
        for n in self._cut(len(codes)):
            part, done = codes[done : done + n], done + n
            rests = track is not None and track.rests_from is not None and self.position >= track.rests_from
            feedback = track.samples(self.position, n) if track and not rests else None
            mixed = part if feedback is None else mix_feedback(part, feedback.gain, feedback.offset)
            yield mixed, feedback is not None

    def _rows(self, n: int) -> LocalRows | None:
        """The local condition of the next ``n`` ≥ 1 samples."""
        return self._rows_of(self.position, n)

    def _rows_of(self, start: int, n: int) -> LocalRows | None:
        """The local condition of ``n`` ≥ 1 samples from ``start`` on."""
        config = self.kernel.config.local
        if config is None:
            return None
        if self.conditions.local is None:
            return LocalRows.constant(np.zeros(config.encoded, np.float32), n)
        return self.conditions.local.rows(start, n)


class _BiasCache:
    """What tags, speaker, free vector and muted layers add to the model's biases: made when they change."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._features: dict[bool, NDArray[np.float32]] = {}
        self._off: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
        """Layers that are muted, and that are not skipped."""
        self._biases: dict[bool, Biases] = {}

    def set(self, params: GenerationParams) -> None:
        """Raises StudioError on an unknown tag or speaker, changing nothing."""
        config = self._kernel.config
        features = {flag: condition_inputs(config, params, guided=flag) for flag in {False, config.guided}}
        same = self._features and np.array_equal(features[False], self._features[False])
        off = params.muted, params.unskipped
        if not same or off != self._off:
            self._features, self._off, self._biases = features, off, {}

    def features(self, *, feedback_flag: bool) -> NDArray[np.float32]:
        """``conditioning.condition_inputs`` of the parameters in force."""
        return self._features[feedback_flag and self._kernel.config.guided]

    def get(self, *, feedback_flag: bool) -> Biases:
        """For samples that are drawn while the stream hears a guide, of which not every model is told."""
        flag = feedback_flag and self._kernel.config.guided
        if flag not in self._biases:
            self._biases[flag] = self._kernel.project(self._features[flag], *self._off)
        return self._biases[flag]
