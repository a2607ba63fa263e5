from __future__ import annotations

import numpy as np

from engine.kernels.state import StreamState, ring_offsets
from engine.wavenet import mulaw
from engine.wavenet.config import ContextConfig, ModelConfig

CONFIG = ModelConfig(kernel_size=3, dilations=(1, 4, 2), residual_channels=5)


def test_an_empty_state_is_silence() -> None:
    state = StreamState.empty(CONFIG, seed=7)
    assert state.history.shape == (2 * (1 + 4 + 2), 5)
    assert not state.history.any()
    assert (state.clock, state.previous, state.seed) == (0, mulaw.SILENCE, 7)


def test_each_layer_has_a_ring_as_long_as_it_looks_back() -> None:
    assert ring_offsets(CONFIG.kernel_size, CONFIG.dilations).tolist() == [0, 2, 10, 14]


def test_a_snapshot_is_independent_of_the_stream() -> None:
    state = StreamState.empty(CONFIG, seed=1)
    saved = state.snapshot()
    state.history += 1.0
    state.clock, state.previous = 9, 3
    assert not saved.history.any()
    state.restore(saved)
    assert not state.history.any()
    assert (state.clock, state.previous) == (0, mulaw.SILENCE)
    state.history += 1.0
    assert not saved.history.any()
    assert not np.shares_memory(state.history, saved.history)


WITH_CONTEXTS = ModelConfig(
    dilations=(1, 2),
    output="gaussian",
    contexts=(
        ContextConfig(pooling=8, dilations=(1, 3), channels=4, residual_channels=6),
        ContextConfig(pooling=3, dilations=(2,), channels=2, kernel_size=3, residual_channels=5),
    ),
)


def test_an_empty_state_has_an_empty_history_for_every_context_stack() -> None:
    state = StreamState.empty(WITH_CONTEXTS, seed=1)
    shapes = [(c.history.shape, c.pending.shape, c.row.shape) for c in state.contexts]
    assert shapes == [((4, 6), (8,), (4,)), ((4, 5), (3,), (2,))]
    assert not any(c.history.any() or c.pending.any() or c.row.any() for c in state.contexts)
    assert state.previous == 0  # the linear code of silence


def test_a_snapshot_holds_its_own_context_stacks() -> None:
    state = StreamState.empty(WITH_CONTEXTS, seed=1)
    for number, context in enumerate(state.contexts, 1):
        context.history += number
        context.pending += number
        context.row += number
    saved = state.snapshot()
    for context in state.contexts:
        context.history[:], context.pending[:], context.row[:] = 9.0, 9.0, 9.0
    state.restore(saved)
    for number, (mine, kept) in enumerate(zip(state.contexts, saved.contexts, strict=True), 1):
        for name in ("history", "pending", "row"):
            assert (getattr(mine, name) == number).all()
            assert not np.shares_memory(getattr(mine, name), getattr(kept, name))
