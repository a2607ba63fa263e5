"""The CPU engine: whole blocks of samples in compiled code, one core, the interpreter's lock released."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.kernels import pack
from engine.kernels.arguments import context_arguments, feedback_arrays, local_arrays
from engine.kernels.base import (
    SLOTS,
    Block,
    Native,
    State,
    Unskipped,
    check_lengths,
    shut_gates,
    temperatures,
)
from engine.kernels.contexts import ContextStacks
from engine.kernels.layout import (
    ALL,
    LAST,
    NONE,
    Arguments,
    Biases,
    Draws,
    Ends,
    Packed,
    Samples,
    StackSize,
    ends,
    scratch_words,
    stack_size,
)
from engine.kernels.machine_code import Routine
from engine.kernels.matrices import Floats, side_by_side
from engine.kernels.rings import RingContext, RingState
from engine.kernels.scratch import Pool
from engine.kernels.words import boxed, layout_of, words_of
from engine.wavenet.codes import Codes, code_type, mix_feedback
from engine.wavenet.conditions import Feedback, LocalRows
from engine.wavenet.distributions import Sampling
from engine.wavenet.model_file import ModelFile

VERSION = "4"
MAX_STREAMS = 64
"""Streams in one pass; more than a few are no faster (docs/performance.md)."""
SPECIALISED_FROM = 100_000
"""Weights of a model that is worth code of its own: smaller ones share what any shape runs on."""
MAX_REWIND = 8192
"""Samples, 0.5 s at 16 kHz. A row of each layer is kept for each: 32 MB at standard size."""


class CpuKernel:
    """The incremental WaveNet on one core. All scratch belongs to a call: threads may share a kernel.

    ``int8``: weights as int8 (the head's as int16) with a scale for each output, activations as int16,
    sums exact in int32. ``int16``: all weights as int16. ``float32`` is within 1e-4 of the parallel
    forward's outputs. None depends on the processor's vector width. Models with a softmax take int8 by
    default, those of 16-bit samples int16.
    """

    name = "cpu"

    def __init__(
        self,
        model: ModelFile,
        progress: Callable[[str], None] | None = None,
        precision: str | None = None,
    ) -> None:
        """Pack the weights and make the compiled loop ready.

        ``progress`` is told where code has to be compiled, which happens once a machine and precision
        and takes seconds. Raises ValueError on an unknown precision.
        """
        if precision is None:
            precision = "int8" if model.config.output == "softmax" else "int16"
        if precision not in pack.PRECISIONS:
            raise ValueError(f"precision {precision!r} is none of {', '.join(pack.PRECISIONS)}")
        self.config = model.config
        self.precision = precision
        self.version = f"{VERSION}-{precision}"
        self.max_streams = 1 if model.config.contexts else MAX_STREAMS
        self.max_rewind = 0 if model.config.contexts else MAX_REWIND
        self.snapshot_bytes = RingState.empty(model.config, precision, [0]).nbytes
        self._projection = pack.pack_projection(model)
        self._size, self._ends = stack_size(model.config, precision), ends(model.config)
        self._packed: Packed = side_by_side(pack.pack(model, precision))
        self._biases = pack.pack_biases(model)
        self._contexts = [pack.pack_context(model, index) for index in range(len(model.config.contexts))]
        self._stacks = ContextStacks(model.config, self._step_context)
        self._pool = Pool()
        self._boxed = boxed(self._packed.stack, self._packed.ends, self._ends, self._size)
        self._latest_biases = self._biases, words_of(self._biases)
        self._progress = progress
        specialised = model.header.weights >= SPECIALISED_FROM
        self._compiled = self._compile(specialised)
        self._general = None if specialised else self._compiled
        if self._contexts:
            arguments, _ = context_arguments(self._contexts[0], RingContext.empty(model.config.contexts[0]))
            layout = layout_of(arguments)
            self._compiled_context = Routine.of("engine.kernels.step:step_context", layout, 1, progress)

    def project(
        self, features: Floats, muted: Collection[int] = (), unskipped: Collection[int] = ()
    ) -> Biases | Unskipped:
        """See ``base.Kernel.project``."""
        condition = (self._projection @ features).astype(np.float32) + shut_gates(self.config, muted)
        biases = pack.add_condition(self._biases, condition, self.config)
        stack = pack.without_skips(self._packed.stack, self._size, unskipped) if unskipped else None
        return Unskipped(biases, stack) if stack else biases

    def new_state(self, seeds: Sequence[int], *, rewindable: bool = False) -> RingState:
        """See ``base.Kernel.new_state``."""
        if len(seeds) > self.max_streams:
            raise ValueError(f"{len(seeds)} seeds: a state of this model holds {self.max_streams} at most")
        spare = self.max_rewind if rewindable else 0
        return RingState.empty(self.config, self.precision, seeds, spare)

    def snapshot(self, state: State) -> RingState:
        """See ``base.Kernel.snapshot``."""
        return RingState.own(state).copy(self.config)

    def restore(self, snapshot: RingState, *, rewindable: bool = False) -> RingState:
        """See ``base.Kernel.restore``."""
        return snapshot.copy(self.config, self.max_rewind if rewindable else 0)

    def rewind(self, state: State, n: int) -> None:
        """See ``base.Kernel.rewind``."""
        RingState.own(state).rewind(n)

    def skip(self, state: State, n: int, code: int) -> None:
        """See ``base.Kernel.skip``."""
        RingState.own(state).skip(n, code)

    def skim(self, state: State, codes: Codes) -> None:
        """See ``base.Kernel.skim``."""
        self._stacks.skim(RingState.own(state), codes)

    def reseed(self, state: State, seeds: Sequence[int]) -> None:
        """See ``base.Kernel.reseed``."""
        RingState.own(state).seeds[:] = np.array(seeds, np.uint64)

    def generate(
        self,
        state: State,
        biases: Biases | Unskipped,
        sampling: Sampling,
        n: int,
        local: LocalRows | None = None,
        guide: Feedback | None = None,
    ) -> list[Block]:
        """See ``base.Kernel.generate``."""
        check_lengths(n, local, guide)
        own = RingState.own(state)
        codes = np.empty((len(own.seeds), n), dtype=code_type(self.config))
        outputs = np.empty((len(own.seeds), self.config.outputs), dtype=np.float32)
        for part in self._stacks.parts(own.position, n):  # several only where there is one stream
            drawn, feedback = codes[:, part], guide and guide.part(part)
            samples = Samples(drawn.shape[1], drawn, False, LAST, outputs.reshape(-1))
            self._run(own, biases, sampling, local and local.part(part), feedback, samples)
            if self._contexts:
                self._stacks.feed(
                    own, mix_feedback(drawn[0], feedback.gain, feedback.offset) if feedback else drawn[0]
                )
        return [Block(*pair) for pair in zip(codes, outputs, strict=True)]

    def native(
        self,
        state: State,
        biases: Biases | Unskipped,
        sampling: Sampling,
        n: int,
        local: LocalRows | None = None,
        guide: Feedback | None = None,
    ) -> Native | None:
        """See ``base.Kernel.native``."""
        own = RingState.own(state)
        if self._contexts or len(own.seeds) > 1:
            return None
        check_lengths(n, local, guide)
        codes = np.empty((1, n), dtype=code_type(self.config))
        outputs = np.zeros((SLOTS, self.config.outputs), dtype=np.float32)
        samples = Samples(n, codes, False, LAST, outputs.reshape(-1))
        arguments = self._arguments(own, biases, sampling, local, guide, samples)

        def finish(made: int) -> None:
            own.overwrite(made)
            own.position += made

        return Native(self._compiled.address, self._box(arguments, own), arguments, codes[0], outputs, finish)

    def advance(
        self,
        state: State,
        biases: Biases | Unskipped,
        codes: Codes,
        outputs: bool = True,
        local: LocalRows | None = None,
    ) -> Floats:
        """See ``base.Kernel.advance``."""
        check_lengths(len(codes), local)
        own, wanted = RingState.own(state), ALL if outputs else NONE
        given: Codes = np.array(codes, dtype=code_type(self.config))
        found = [np.empty((len(own.seeds), 0, self.config.outputs), np.float32)]
        for part in self._stacks.parts(own.position, len(given)):
            fed = np.tile(given[part], (len(own.seeds), 1))
            found.append(
                np.empty((*(fed.shape if outputs else (len(fed), 0)), self.config.outputs), np.float32)
            )
            samples = Samples(fed.shape[1], fed, True, wanted, found[-1].reshape(-1))
            self._run(own, biases, Sampling(), local and local.part(part), None, samples)
            self._stacks.feed(own, given[part])
        return np.concatenate(found, axis=1)

    def _step_context(self, state: RingState, index: int, number: int) -> None:
        """One step of a context stack. Raises FloatingPointError on NaN or infinity."""
        arguments, row = context_arguments(self._contexts[index], state.contexts[index])
        if not self._compiled_context(boxed(arguments), number):
            raise FloatingPointError(f"a context stack gave NaN or infinity at sample {state.position}")
        state.contexts[index].row[:] = row[: self.config.contexts[index].channels]

    def _run(
        self,
        state: RingState,
        biases: Biases | Unskipped,
        sampling: Sampling,
        local: LocalRows | None,
        guide: Feedback | None,
        samples: Samples,
    ) -> None:
        beside = self._stacks.beside(state, local, samples.n)
        state.overwrite(samples.n)
        compiled = self._compiled if len(state.seeds) == 1 else self._several()
        arguments = self._arguments(state, biases, sampling, beside, guide, samples)
        done = compiled(self._box(arguments, state), 0, samples.n, 0)
        self._pool.give_back(arguments.scratch)
        if done < samples.n:
            raise FloatingPointError(f"the model gave NaN or infinity at sample {state.position + done}")
        state.position += samples.n

    def _arguments(
        self,
        state: RingState,
        biases: Biases | Unskipped,
        sampling: Sampling,
        local: LocalRows | None,
        guide: Feedback | None,
        samples: Samples,
    ) -> Arguments:
        """What ``step.run`` takes, of the very types that it was compiled for; with scratch of the pool."""
        streams = len(state.seeds)
        stack = biases.weights if isinstance(biases, Unskipped) else self._packed.stack
        size = self._size if streams == 1 else self._size._replace(streams=streams)
        return Arguments(
            stack,
            self._packed.ends,
            self._ends,
            size,
            biases.biases if isinstance(biases, Unskipped) else biases,
            state.arrays,
            int(state.position),
            local_arrays(local, self.config.local_channels),
            feedback_arrays(guide),
            Draws(temperatures(sampling, local, samples.n), int(sampling.top_k), float(sampling.top_p)),
            samples,
            self._pool.take(scratch_words(size, self._ends)),
        )

    def _box(self, arguments: Arguments, state: RingState) -> NDArray[np.int64]:
        """Its words; those of the model, for one stream, of the state and of the latest biases are known."""
        if arguments.size.streams > 1:
            return boxed(arguments)
        biases, words = self._latest_biases
        if biases is not arguments.biases:
            biases, words = arguments.biases, words_of(arguments.biases)
            self._latest_biases = biases, words
        known = self._boxed if arguments.stack is self._packed.stack else boxed(*arguments[:4])
        others = [*words, *state.words, *words_of(arguments[6:])]
        box = np.empty(len(known) + len(others), np.int64)
        box[: len(known)], box[len(known) :] = known, others
        return box

    def _compile(self, specialised: bool) -> Routine:
        """``step.run``; if ``specialised``, for one stream of this model's shape alone."""
        codes, outputs = np.empty((1, 0), code_type(self.config)), np.empty(0, np.float32)
        state, samples = self.new_state([0]), Samples(0, codes, True, NONE, outputs)
        arguments = self._arguments(state, self._biases, Sampling(), None, None, samples)
        layout = layout_of(arguments, (StackSize, Ends) if specialised else ())
        return Routine.of("engine.kernels.step:run", layout, 3, self._progress)

    def _several(self) -> Routine:
        """The compiled loop for any number of streams, compiled when it is wanted first."""
        if self._general is None:
            self._general = self._compile(specialised=False)
        return self._general
