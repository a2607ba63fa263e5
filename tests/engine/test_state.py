from __future__ import annotations

import numpy as np

from engine import mulaw
from engine.config import ModelConfig
from engine.state import StreamState, ring_offsets

CONFIG = ModelConfig(kernel_size=3, dilations=(1, 4, 2), residual_channels=5)


def test_an_empty_state_is_silence() -> None:
    state = StreamState.empty(CONFIG, seed=7)
    assert state.history.shape == (2 * (1 + 4 + 2), 5)
    assert not state.history.any()
    assert (state.clock, state.previous, state.seed) == (0, mulaw.SILENCE, 7)


def test_each_layer_has_a_ring_as_long_as_it_looks_back() -> None:
    assert ring_offsets(CONFIG).tolist() == [0, 2, 10, 14]


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
