"""The CPU engine: whole blocks of samples in compiled code, one core, the interpreter's lock released."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numba import typeof
from numpy.typing import NDArray

from engine.kernels import step
from engine.kernels.base import Block, Guide, LocalRows, temperatures
from engine.kernels.cache import compiled
from engine.kernels.matrices import Floats, Integers, pad, side_by_side
from engine.kernels.pack import PRECISIONS, add_condition, ends, pack, pack_biases, pack_context, stack_size
from engine.kernels.state import ContextState, StreamState
from engine.wavenet.codes import Codes, code_type
from engine.wavenet.distributions import Sampling
from engine.wavenet.model_file import ModelFile

VERSION = "4"
_PREVIOUS = 7
"""Which of its arguments ``step.run`` changes besides histories, codes and outputs."""


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
        if precision not in PRECISIONS:
            raise ValueError(f"precision {precision!r} is none of {', '.join(PRECISIONS)}")
        self.config = model.config
        self.precision = precision
        self.version = f"{VERSION}-{precision}"
        self._projection = _projection(model)
        self._size, self._ends = stack_size(model.config, precision), ends(model.config)
        self._packed = side_by_side(pack(model, precision))
        self._biases = pack_biases(model)
        self._contexts = [pack_context(model, index) for index in range(len(model.config.contexts))]
        arguments = self._arguments([StreamState.empty(model.config, 0)], *self._nothing())
        self._compiled = compiled(step.run, tuple(typeof(a) for a in arguments), progress)
        if self._contexts:
            state = ContextState.empty(model.config.contexts[0])
            kinds = tuple(typeof(a) for a in self._context_arguments(state, 0, 0)[0])
            self._compiled_context = compiled(step.step_context, kinds, progress)

    def condition(self, choices: Floats) -> Floats:
        """See ``base.Kernel.condition``."""
        return (self._projection @ choices).astype(np.float32)

    def generate(
        self,
        state: StreamState,
        biases: Floats,
        sampling: Sampling,
        n: int,
        local: LocalRows | None = None,
        guide: Guide | None = None,
    ) -> Block:
        """See ``base.Kernel.generate``."""
        return self.generate_takes([state], biases, sampling, n, local, guide)[0]

    def generate_takes(
        self,
        states: Sequence[StreamState],
        biases: Floats,
        sampling: Sampling,
        n: int,
        local: LocalRows | None = None,
        guide: Guide | None = None,
    ) -> list[Block]:
        """Draw the next ``n`` ≥ 1 samples of several streams at once, each as ``generate`` would.

        ``states`` come from ``state.empty_takes``, all of them, in its order and at the same clock; or
        it is a single one. Raises ValueError where they do not, FloatingPointError as ``generate``.
        """
        codes = np.empty((len(states), n), dtype=code_type(self.config))
        outputs = np.empty((len(states), self.config.outputs), dtype=np.float32)
        self._run(states, biases, sampling, local, guide, codes, False, step.LAST, outputs)
        return [Block(*pair) for pair in zip(codes, outputs, strict=True)]

    def advance(
        self,
        state: StreamState,
        biases: Floats,
        codes: Codes,
        outputs: bool = True,
        local: LocalRows | None = None,
    ) -> Floats:
        """See ``base.Kernel.advance``."""
        found = np.empty((len(codes) if outputs else 0, self.config.outputs), dtype=np.float32)
        given: Codes = np.array(codes, dtype=code_type(self.config))[None]
        self._run(
            [state], biases, Sampling(), local, None, given, True, step.ALL if outputs else step.NONE, found
        )
        return found

    def step_context(self, state: StreamState, index: int, number: int) -> None:
        """See ``base.Kernel.step_context``. Raises FloatingPointError on NaN or infinity."""
        arguments, row = self._context_arguments(state.contexts[index], index, number)
        if not self._compiled_context(*arguments):
            raise FloatingPointError(f"a context stack gave NaN or infinity at sample {state.clock}")
        state.contexts[index].row[:] = row[: self.config.contexts[index].channels]

    def _run(
        self,
        states: Sequence[StreamState],
        biases: Floats,
        sampling: Sampling,
        local: LocalRows | None,
        guide: Guide | None,
        codes: Codes,
        given: bool,
        wanted: int,
        outputs: Floats,
    ) -> None:
        arguments = self._arguments(states, biases, sampling, local, guide, codes, given, wanted, outputs)
        n = codes.shape[1]
        done = self._compiled(*arguments)
        if done < n:
            raise FloatingPointError(f"the model gave NaN or infinity at sample {states[0].clock + done}")
        for state, heard in zip(states, arguments[_PREVIOUS], strict=True):
            state.clock += n
            state.previous = int(heard)

    def _arguments(
        self,
        states: Sequence[StreamState],
        biases: Floats,
        sampling: Sampling,
        local: LocalRows | None,
        guide: Guide | None,
        codes: Codes,
        given: bool,
        wanted: int,
        outputs: Floats,
    ) -> tuple[Any, ...]:
        """What ``step.run`` takes, of the very types that it was compiled for."""
        return (
            self._packed,
            add_condition(self._biases, np.asarray(biases, np.float32), self.config),
            self._size,
            self._ends,
            _histories(states),
            np.array([state.seed for state in states], dtype=np.uint64),
            int(states[0].clock),
            np.array([state.previous for state in states], dtype=np.int64),
            temperatures(sampling, local, codes.shape[1]),
            int(sampling.top_k),
            float(sampling.top_p),
            *self._local(local, codes.shape[1]),
            *_guide(guide, codes.shape[1]),
            codes,
            bool(given),
            int(wanted),
            outputs.reshape(-1),
        )

    def _local(self, local: LocalRows | None, n: int) -> tuple[Floats, NDArray[np.int64], Floats]:
        """The condition's rows padded, its index and mix. Raises ValueError where they do not fit."""
        width = self.config.local_channels
        if local is None:
            if width and n:
                raise ValueError("this model needs a local condition")
            return np.empty((0, 0), np.float32), np.empty(0, np.int64), np.empty(0, np.float32)
        if local.rows.shape[1] != width or len(local.index) != n or (np.diff(local.index) > 1).any():
            raise ValueError(f"the local condition must have {width} channels, {n} samples and no gaps")
        rows = np.zeros((len(local.rows), pad(width)), np.float32)
        rows[:, :width] = local.rows
        return rows, np.ascontiguousarray(local.index, np.int64), np.ascontiguousarray(local.mix, np.float32)

    def _nothing(self) -> tuple[Any, ...]:
        """What ``_arguments`` takes besides a state, for no samples at all."""
        biases = self.condition(np.zeros(self.config.choices, np.float32))
        codes = np.empty((1, 0), code_type(self.config))
        return biases, Sampling(), None, None, codes, True, step.NONE, np.empty(0, np.float32)

    def _context_arguments(
        self, state: ContextState, index: int, number: int
    ) -> tuple[tuple[Any, ...], Floats]:
        """What ``step.step_context`` takes, and the array that it fills."""
        packed, size = self._contexts[index]
        pending = np.zeros(pad(len(state.pending)), np.float32)
        pending[: len(state.pending)] = state.pending
        row = np.empty(size.skip_pad, np.float32)
        return (packed, size, state.history.reshape(-1), int(number), pending, row), row


def _guide(guide: Guide | None, n: int) -> tuple[Integers, Integers]:
    """What of n samples is kept and what is added; empty without a guide. Raises ValueError on another n."""
    if guide is None:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    if len(guide.kept) != n or len(guide.added) != n:
        raise ValueError(f"the guide must be of {n} samples")
    return np.ascontiguousarray(guide.kept, np.int32), np.ascontiguousarray(guide.added, np.int32)


def _histories(states: Sequence[StreamState]) -> Floats:
    """[takes, …]: the memory that the states' histories lie in. Raises ValueError where they do not."""
    if len(states) == 1:
        return states[0].history.reshape(1, -1)
    together = states[0].history.base
    if (
        together is None
        or len(together) != len(states)
        or any(not np.shares_memory(row, state.history) for row, state in zip(together, states, strict=True))
        or len({state.clock for state in states}) != 1
    ):
        raise ValueError("takes run together only as state.empty_takes made them, at the same clock")
    histories: Floats = together.reshape(len(states), -1)
    return histories


def _projection(model: ModelFile) -> NDArray[np.float64]:
    """[layers · 2G + S, choices]: what each tag, speaker or number of the vector adds to the biases.

    In float64, so that the order of sums, which numpy leaves to the processor, is lost in rounding.
    """
    c, w = model.config, model.weights
    if not c.conditioned:
        return np.zeros((c.layers * 2 * c.gate_channels + c.skip_channels, 0))
    parts = [*(w[f"layers.{i}.condition.weight"] for i in range(c.layers)), w["skip_condition.weight"]]
    return np.concatenate(parts).astype(np.float64) @ w["condition.weight"].astype(np.float64)
