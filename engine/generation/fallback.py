"""An engine on a card, with another one ready: where the card fails, its streams go on there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernels.base import Biases, Block, Kernel, Native, State
from engine.kernels.gpu.device import DeviceFault
from engine.wavenet.codes import Codes, mix_feedback, silence
from engine.wavenet.conditions import Feedback, LocalRows
from engine.wavenet.distributions import Sampling

log = logging.getLogger(__name__)

LOST = object()
"""In place of a result: the card has failed, now or before."""


@dataclass
class BothBiases:
    """Of a global condition, for either engine; None until that one needs them."""

    features: NDArray[np.float32]
    muted: Collection[int]
    unskipped: Collection[int]
    main: Biases | None = None
    spare: Biases | None = None


@dataclass(frozen=True)
class Inputs:
    """Samples as streams heard them, and what conditioned them."""

    codes: Codes
    """[streams, n]."""
    biases: BothBiases
    local: LocalRows | None

    @property
    def length(self) -> int:
        """How many samples."""
        return int(self.codes.shape[1])


@dataclass
class FallbackState:
    """Streams in lockstep, with as much of their past as another engine needs to go on with them."""

    main: Any
    """On the card; of a snapshot, the card's snapshot. None once the card has failed."""
    seeds: list[int]
    before: list[int]
    """The code that each stream heard before ``past``."""
    start: int = 0
    """Index of the first sample of ``past``."""
    past: list[Inputs] = field(default_factory=list)
    spare: list[Any] = field(default_factory=list)
    """Each stream's state on the other engine, once it has moved there."""

    @classmethod
    def own(cls, state: State) -> FallbackState:
        """``state``, which must be one of these. Raises TypeError on another kernel's."""
        if not isinstance(state, cls):
            raise TypeError(f"{type(state).__name__} is not a state of this kernel")
        return state

    @property
    def position(self) -> int:
        """See ``base.State``."""
        if self.spare:
            return int(self.spare[0].position)
        return self.start + sum(inputs.length for inputs in self.past)

    def note(self, inputs: Inputs, reach: int) -> None:
        """Samples were heard; those that no longer bear on the next, ``reach`` of them do, are forgotten."""
        self.past.append(inputs)
        while self.position - self.start - self.past[0].length >= reach:
            oldest = self.past.pop(0)
            self.start += oldest.length
            self.before = [int(code) for code in oldest.codes[:, -1]]


class FallbackKernel:
    """``main`` as long as its card works, then ``spare``: see ``base.Kernel``.

    What it draws after the change is as ``spare`` draws it, from the very samples heard before.
    """

    max_rewind = 0

    def __init__(self, main: Kernel, spare: Kernel) -> None:
        """Two engines that run the same model."""
        self.config = main.config
        self.name = main.name
        self.version = main.version
        """Of the card's engine; with that of the other once it has taken over."""
        self.max_streams = main.max_streams
        self.snapshot_bytes = max(main.snapshot_bytes, spare.snapshot_bytes)
        self.fault: str | None = None
        """Why the card is no longer used."""
        self._main = main
        self._spare = spare

    def project(
        self, features: NDArray[np.float32], muted: Collection[int] = (), unskipped: Collection[int] = ()
    ) -> BothBiases:
        """See ``base.Kernel.project``."""
        made = self._attempt(lambda: self._main.project(features, muted, unskipped))
        return BothBiases(features, muted, unskipped, None if made is LOST else made)

    def new_state(self, seeds: Sequence[int], *, rewindable: bool = False) -> FallbackState:
        """See ``base.Kernel.new_state``."""
        if not 0 < len(seeds) <= self.max_streams:
            raise ValueError(f"{len(seeds)} seeds: a state of this model holds 1 to {self.max_streams}")
        main = self._attempt(lambda: self._main.new_state(seeds))
        quiet = [silence(self.config)] * len(seeds)
        return FallbackState(None if main is LOST else main, list(seeds), quiet)

    def snapshot(self, state: State) -> FallbackState:
        """See ``base.Kernel.snapshot``."""
        return self._copy(FallbackState.own(state), self._main.snapshot, self._spare.snapshot)

    def restore(self, snapshot: FallbackState, *, rewindable: bool = False) -> FallbackState:
        """See ``base.Kernel.restore``."""
        return self._copy(snapshot, self._main.restore, self._spare.restore)

    def rewind(self, state: State, n: int) -> None:
        """See ``base.Kernel.rewind``: every ``n`` but 0 is too many."""
        if n:
            raise ValueError(f"{n} samples cannot be taken back: 0 are kept at sample {state.position}")

    def skip(self, state: State, n: int, code: int) -> None:
        """See ``base.Kernel.skip``."""
        own = FallbackState.own(state)
        position = own.position
        if self._attempt(lambda: self._main.skip(own.main, n, code)) is LOST:
            for stream in self._moved(own):
                self._spare.skip(stream, n, code)
        own.start, own.past, own.before = position + n, [], [code] * len(own.seeds)

    def skim(self, state: State, codes: Codes) -> None:
        """See ``base.Kernel.skim``: what runs on a card has no context stacks."""
        if len(codes):
            self.skip(state, len(codes), int(codes[-1]))

    def reseed(self, state: State, seeds: Sequence[int]) -> None:
        """See ``base.Kernel.reseed``."""
        own = FallbackState.own(state)
        if self._attempt(lambda: self._main.reseed(own.main, seeds)) is LOST:
            for stream, seed in zip(self._moved(own), seeds, strict=True):
                self._spare.reseed(stream, [seed])
        own.seeds = list(seeds)

    def generate(
        self,
        state: State,
        biases: BothBiases,
        sampling: Sampling,
        n: int,
        local: LocalRows | None = None,
        guide: Feedback | None = None,
    ) -> list[Block]:
        """See ``base.Kernel.generate``."""
        own = FallbackState.own(state)
        blocks: Any = self._attempt(
            lambda: self._main.generate(own.main, biases.main, sampling, n, local, guide)
        )
        if blocks is LOST:
            streams, chosen = self._moved(own), self._for_spare(biases)
            return [self._spare.generate(stream, chosen, sampling, n, local, guide)[0] for stream in streams]
        codes = np.stack([block.codes for block in blocks])
        fed_back = codes if guide is None else mix_feedback(codes, guide.gain, guide.offset)
        own.note(Inputs(fed_back, biases, local), self.config.receptive_field)
        return list(blocks)

    def native(
        self,
        state: State,
        biases: BothBiases,
        sampling: Sampling,
        n: int,
        local: LocalRows | None = None,
        guide: Feedback | None = None,
    ) -> Native | None:
        """See ``base.Kernel.native``: of the other engine, once it has taken over."""
        own = FallbackState.own(state)
        if self.fault is None or len(own.seeds) > 1:
            return None
        (stream,) = self._moved(own)
        return self._spare.native(stream, self._for_spare(biases), sampling, n, local, guide)

    def advance(
        self,
        state: State,
        biases: BothBiases,
        codes: Codes,
        outputs: bool = True,
        local: LocalRows | None = None,
    ) -> NDArray[np.float32]:
        """See ``base.Kernel.advance``."""
        own = FallbackState.own(state)
        found: Any = self._attempt(lambda: self._main.advance(own.main, biases.main, codes, outputs, local))
        if found is LOST:
            streams, chosen = self._moved(own), self._for_spare(biases)
            each = [self._spare.advance(stream, chosen, codes, outputs, local) for stream in streams]
            return np.concatenate(each)
        if len(codes):
            fed = np.tile(codes, (len(own.seeds), 1))
            own.note(Inputs(fed, biases, local), self.config.receptive_field)
        made: NDArray[np.float32] = found
        return made

    def _attempt(self, work: Callable[[], Any]) -> Any:
        """What ``work`` returns on the card; LOST where the card fails at it, or has failed before."""
        if self.fault is not None:
            return LOST
        try:
            return work()
        except DeviceFault as fault:
            self.fault = str(fault)
            self.version = f"{self._main.version}, {self._spare.version}"
            log.warning("%s; engine %s goes on", fault, self._spare.name)
            return LOST

    def _for_spare(self, biases: BothBiases) -> Biases:
        if biases.spare is None:
            biases.spare = self._spare.project(biases.features, biases.muted, biases.unskipped)
        return biases.spare

    def _copy(
        self, state: FallbackState, main: Callable[..., Any], spare: Callable[..., Any]
    ) -> FallbackState:
        copied = LOST if state.main is None else self._attempt(lambda: main(state.main))
        return replace(
            state,
            main=None if copied is LOST else copied,
            past=list(state.past),
            spare=[spare(stream) for stream in state.spare],
        )

    def _moved(self, state: FallbackState) -> list[State]:
        """Each stream on the other engine, which hears its past again if it is there for the first time."""
        if not state.spare:
            state.spare = [self._retraced(state, index) for index in range(len(state.seeds))]
            state.main, state.past = None, []
        return state.spare

    def _retraced(self, state: FallbackState, index: int) -> State:
        stream = self._spare.new_state([state.seeds[index]])
        if state.start:
            self._spare.skip(stream, state.start, state.before[index])
        for inputs in state.past:
            chosen = self._for_spare(inputs.biases)
            self._spare.advance(stream, chosen, inputs.codes[index], False, inputs.local)
        return stream
