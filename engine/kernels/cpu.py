"""The CPU engine: whole blocks of samples in compiled code, one core, the interpreter's lock released."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import typeof
from numpy.typing import NDArray

from engine.checkpoint import ModelFile
from engine.distributions import Sampling
from engine.kernels.base import Block
from engine.kernels.cache import compiled
from engine.kernels.pack import PRECISIONS, Floats, add_condition, pack, pack_biases, widths
from engine.kernels.step import run
from engine.mulaw import LEVELS
from engine.state import StreamState

VERSION = "2"


class CpuKernel:
    """The incremental WaveNet on one core. All scratch belongs to a call: threads may share a kernel.

    ``int8``, the default: weights as int8 (the head's as int16) with a scale for each output, activations
    as int16, sums exact in int32. ``int16``: all weights as int16. ``float32`` is within 1e-4 of the
    parallel forward's logits. None depends on the processor's vector width.
    """

    name = "cpu"

    def __init__(
        self,
        model: ModelFile,
        progress: Callable[[str], None] | None = None,
        precision: str = "int8",
    ) -> None:
        """Pack the weights and make the compiled loop ready.

        ``progress`` is told where code has to be compiled, which happens once a machine and precision
        and takes seconds. Raises ValueError on an unknown precision.
        """
        if precision not in PRECISIONS:
            raise ValueError(f"precision {precision!r} is none of {', '.join(PRECISIONS)}")
        self.config = model.config
        self.precision = precision
        self.version = f"{VERSION}-{precision}"
        self._projection = _projection(model)
        self._size = widths(model.config)
        self._packed = pack(model, precision)
        self._biases = pack_biases(model)
        condition = self.condition(np.zeros(len(model.config.tags) + len(model.config.speakers), np.float32))
        nothing = np.empty(0, np.uint8), True, np.empty(0, np.float32)
        arguments = self._arguments(StreamState.empty(model.config, 0), condition, Sampling(), *nothing)
        self._compiled = compiled(run, tuple(typeof(argument) for argument in arguments), progress)

    def condition(self, choices: NDArray[np.float32]) -> Floats:
        """See ``base.Kernel.condition``."""
        return (self._projection @ choices).astype(np.float32)

    def generate(self, state: StreamState, biases: Floats, sampling: Sampling, n: int) -> Block:
        """See ``base.Kernel.generate``."""
        codes = np.empty(n, dtype=np.uint8)
        logits = np.empty(LEVELS, dtype=np.float32)
        self._run(state, biases, sampling, codes, False, logits)
        return Block(codes, logits)

    def advance(
        self, state: StreamState, biases: Floats, codes: NDArray[np.uint8], logits: bool = True
    ) -> Floats:
        """See ``base.Kernel.advance``."""
        found = np.empty((len(codes) if logits else 0, LEVELS), dtype=np.float32)
        self._run(state, biases, Sampling(), np.array(codes, dtype=np.uint8), True, found.reshape(-1))
        return found

    def _run(
        self,
        state: StreamState,
        biases: Floats,
        sampling: Sampling,
        codes: NDArray[np.uint8],
        given: bool,
        logits: Floats,
    ) -> None:
        done = self._compiled(*self._arguments(state, biases, sampling, codes, given, logits))
        if done < len(codes):
            raise FloatingPointError(f"the model gave NaN or infinity at sample {state.clock + done}")
        state.clock += len(codes)
        if len(codes):
            state.previous = int(codes[-1])

    def _arguments(
        self,
        state: StreamState,
        biases: Floats,
        sampling: Sampling,
        codes: NDArray[np.uint8],
        given: bool,
        logits: Floats,
    ) -> tuple[Any, ...]:
        """What ``step.run`` takes, of the very types that it was compiled for."""
        return (
            self._packed,
            add_condition(self._biases, np.asarray(biases, np.float32), self.config),
            self._size,
            state.history.reshape(-1),
            np.uint64(state.seed),
            int(state.clock),
            int(state.previous),
            np.float32(sampling.temperature),
            int(sampling.top_k),
            float(sampling.top_p),
            codes,
            bool(given),
            logits,
        )


def _projection(model: ModelFile) -> NDArray[np.float64]:
    """[layers · 2G + S, tags + speakers]: what each tag or speaker adds to the biases.

    In float64, so that the order of sums, which numpy leaves to the processor, is lost in rounding.
    """
    c, w = model.config, model.weights
    if not c.conditioned:
        return np.zeros((c.layers * 2 * c.gate_channels + c.skip_channels, 0))
    parts = [*(w[f"layers.{i}.condition.weight"] for i in range(c.layers)), w["skip_condition.weight"]]
    return np.concatenate(parts).astype(np.float64) @ w["condition.weight"].astype(np.float64)
