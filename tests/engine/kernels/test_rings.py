from __future__ import annotations

import numpy as np
import pytest

from engine.kernels.matrices import pad
from engine.kernels.rings import RingState
from engine.wavenet import mulaw
from engine.wavenet.config import ContextConfig, ModelConfig

CONFIG = ModelConfig(kernel_size=3, dilations=(1, 4, 2), residual_channels=5)
CONTEXTS = (
    ContextConfig(pooling=8, dilations=(1, 3), channels=4, residual_channels=6),
    ContextConfig(pooling=3, dilations=(2,), channels=2, kernel_size=3, residual_channels=5),
)
WITH_CONTEXTS = ModelConfig(dilations=(1, 2), output="gaussian", contexts=CONTEXTS)
ROWS = 2 * (1 + 4 + 2)


@pytest.mark.parametrize(
    ("precision", "kind"), [("int8", np.int16), ("int16", np.int16), ("float32", np.float32)]
)
def test_an_empty_state_is_silence(precision: str, kind: type) -> None:
    state = RingState.empty(CONFIG, precision, [7, 8])
    assert state.rings.rows.shape == (ROWS, 2, pad(5))
    assert state.rings.rows.dtype == kind
    assert state.rings.units.shape == (ROWS, 2)
    assert not state.rings.rows.any()
    assert (state.position, state.previous.tolist(), state.seeds.tolist()) == (0, 2 * [mulaw.SILENCE], [7, 8])


def test_every_ring_of_a_rewindable_state_has_as_many_rows_more() -> None:
    state = RingState.empty(CONFIG, "int8", [7], spare=100)
    assert len(state.rings.rows) == len(state.rings.units) == ROWS + 3 * 100


def test_an_empty_state_has_empty_rings_for_every_context_stack() -> None:
    state = RingState.empty(WITH_CONTEXTS, "int16", [1])
    shapes = [(c.rings.rows.shape, c.pending.shape, c.row.shape) for c in state.contexts]
    assert shapes == [((4, 1, pad(6)), (8,), (4,)), ((4, 1, pad(5)), (3,), (2,))]
    assert all(c.rings.rows.dtype == np.float32 for c in state.contexts)
    assert not any(c.rings.rows.any() or c.pending.any() or c.row.any() for c in state.contexts)
    assert state.previous == [0]  # the linear code of silence


def test_a_copy_shares_no_memory() -> None:
    state = RingState.empty(WITH_CONTEXTS, "int16", [1])
    copy = state.copy(WITH_CONTEXTS)
    assert not np.shares_memory(state.fed_back, copy.fed_back)
    rings = [(state.rings, copy.rings)]
    for mine, kept in zip(state.contexts, copy.contexts, strict=True):
        rings.append((mine.rings, kept.rings))
        assert not np.shares_memory(mine.pending, kept.pending)
        assert not np.shares_memory(mine.row, kept.row)
    for own, other in rings:
        assert not np.shares_memory(own.rows, other.rows)
        assert not np.shares_memory(own.units, other.units)


@pytest.mark.parametrize(("before", "after"), [(0, 7), (7, 0), (5, 11)])
def test_a_copy_with_other_spare_rows_holds_what_the_layers_look_back_to(before: int, after: int) -> None:
    state = RingState.empty(CONFIG, "int16", [1, 2], spare=before)
    state.position = 53
    first = 0
    for layer, dilation in enumerate(CONFIG.dilations):
        length = 2 * dilation + before
        for t in range(53 - length, 53):
            state.rings.rows[first + t % length] = 1000 * layer + t
            state.rings.units[first + t % length] = t
        first += length
    state.previous[:] = [3, 4]
    copy = state.copy(CONFIG, spare=after)
    first = 0
    for layer, dilation in enumerate(CONFIG.dilations):
        length = 2 * dilation + after
        for t in range(53 - 2 * dilation, 53):
            assert (copy.rings.rows[first + t % length] == 1000 * layer + t).all()
            assert (copy.rings.units[first + t % length] == t).all()
        first += length
    assert (copy.previous.tolist(), copy.position, copy.earliest, copy.spare) == ([3, 4], 53, 53, after)
