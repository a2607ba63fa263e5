"""Context stacks (section 2.6) between the samples: when they step, and what they say to the main stack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.wavenet.codes import Codes, decode
from engine.wavenet.conditions import LocalRows
from engine.wavenet.config import ModelConfig


class ContextRow(Protocol):
    """What a kernel keeps of a context stack, as far as it is read here."""

    pending: NDArray[np.float32]
    """[pooling]: amplitudes of the step that is being filled, at sample t mod pooling."""
    row: NDArray[np.float32]
    """[channels]: what it says to the main stack at present."""


class ContextStream(Protocol):
    """A stream with context stacks."""

    position: int

    @property
    def contexts(self) -> Sequence[ContextRow]:
        """One for each stack."""
        ...

    def skip(self, n: int, code: int) -> None:
        """See ``base.Kernel.skip``."""
        ...


Step = Callable[[Any, int, int], None]
"""Makes one step of a state's context stack: its index and the step's number, from 0."""


class ContextStacks:
    """The context stacks of a model, stepped by its kernel. Nothing to do where a model has none."""

    def __init__(self, config: ModelConfig, step: Step) -> None:
        """``step`` takes the stack's pending amplitudes in and leaves its new row."""
        self._config = config
        self._step = step

    def parts(self, position: int, n: int) -> Iterator[slice]:
        """``n`` ≥ 0 samples from ``position`` on, cut where a stack steps: a row holds for a whole part."""
        steps = {
            sample - position
            for context in self._config.contexts
            for sample in range(position - position % context.pooling, position + n, context.pooling)
            if sample > position
        }
        for start, stop in pairwise([0, *sorted(steps), n] if n else []):
            yield slice(start, stop)

    def beside(self, state: ContextStream, local: LocalRows | None, n: int) -> LocalRows | None:
        """The whole local condition of ``n`` samples: ``local``, and each stack's row beside it.

        None where the model has neither. Raises ValueError where the model's own condition is missing.
        """
        config = self._config
        if not config.local_channels:
            return None
        if local is None:
            if config.local is not None:
                raise ValueError("this model is conditioned locally, and no rows were given")
            local = LocalRows.constant(np.empty(0, np.float32), n)
        if not config.contexts:
            return local
        rows = [local.rows, *(np.tile(c.row, (len(local.rows), 1)) for c in state.contexts)]
        return LocalRows(np.concatenate(rows, axis=1), local.index, local.mix, local.temperature)

    def feed(self, state: ContextStream, codes: Codes) -> None:
        """Tell the stacks the latest samples, a part's; the state's position is past them already."""
        for index, context in enumerate(self._config.contexts):
            start = (state.position - len(codes)) % context.pooling
            state.contexts[index].pending[start : start + len(codes)] = decode(codes)
            if state.position % context.pooling == 0:
                self._step(state, index, state.position // context.pooling - 1)

    def skim(self, state: ContextStream, codes: Codes) -> None:
        """See ``base.Kernel.skim``."""
        for part in self.parts(state.position, len(codes)):
            state.skip(len(codes[part]), int(codes[part][-1]))
            self.feed(state, codes[part])
