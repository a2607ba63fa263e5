from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from engine.kernels.base import Kernel
from engine.kernels.cpu import CpuKernel
from engine.kernels.reference import ReferenceKernel
from engine.kernels.state import StreamState, history_rows, ring_offsets
from engine.wavenet import mulaw
from engine.wavenet.conditions import LocalRows
from engine.wavenet.config import ContextConfig, LocalConfig, ModelConfig
from engine.wavenet.distributions import Sampling
from tests.models import TINY, random_model

CONFIG = ModelConfig(kernel_size=3, dilations=(1, 4, 2), residual_channels=5)
CONTEXTS = (
    ContextConfig(pooling=8, dilations=(1, 3), channels=4, residual_channels=6),
    ContextConfig(pooling=3, dilations=(2,), channels=2, kernel_size=3, residual_channels=5),
)
WITH_CONTEXTS = ModelConfig(dilations=(1, 2), output="gaussian", contexts=CONTEXTS)
KINDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "contexts": {"contexts": CONTEXTS, "local": LocalConfig(channels=4, hop=10)},
}
both_kernels = pytest.mark.parametrize("engine", [CpuKernel, ReferenceKernel])
every_kind = pytest.mark.parametrize("kind", KINDS)


@cache
def kernel_of(engine: type[CpuKernel] | type[ReferenceKernel], kind: str) -> Kernel:
    return engine(random_model(ModelConfig(**{**TINY, **KINDS[kind]})))


def draw(kernel: Kernel, state: Any, n: int) -> np.ndarray:
    """[streams, n]: the next samples."""
    local = LocalRows.constant(np.ones(4, np.float32), n) if kernel.config.local else None
    biases = kernel.project(np.zeros(kernel.config.global_channels, np.float32))
    return np.stack([block.codes for block in kernel.generate(state, biases, Sampling(), n, local)])


def test_an_empty_state_is_silence() -> None:
    state = StreamState.empty(CONFIG, [7, 8])
    assert state.histories.shape == (2, 2 * (1 + 4 + 2), 5)
    assert not state.histories.any()
    assert (state.position, state.previous.tolist(), state.seeds.tolist()) == (0, 2 * [mulaw.SILENCE], [7, 8])


def test_each_layer_has_a_ring_as_long_as_it_looks_back() -> None:
    assert ring_offsets(CONFIG.kernel_size, CONFIG.dilations).tolist() == [0, 2, 10, 14]
    assert history_rows(CONFIG.kernel_size, CONFIG.dilations) == 14


def test_an_empty_state_has_an_empty_history_for_every_context_stack() -> None:
    state = StreamState.empty(WITH_CONTEXTS, [1])
    shapes = [(c.history.shape, c.pending.shape, c.row.shape) for c in state.contexts]
    assert shapes == [((4, 6), (8,), (4,)), ((4, 5), (3,), (2,))]
    assert not any(c.history.any() or c.pending.any() or c.row.any() for c in state.contexts)
    assert state.previous == [0]  # the linear code of silence


def test_a_copy_shares_no_memory() -> None:
    state = StreamState.empty(WITH_CONTEXTS, [1])
    copy = state.copy()
    assert not np.shares_memory(state.histories, copy.histories)
    assert not np.shares_memory(state.previous, copy.previous)
    for mine, kept in zip(state.contexts, copy.contexts, strict=True):
        for name in ("history", "pending", "row"):
            assert not np.shares_memory(getattr(mine, name), getattr(kept, name))


@both_kernels
@every_kind
def test_a_restored_snapshot_runs_on_to_the_same_samples(engine: Any, kind: str) -> None:
    kernel = kernel_of(engine, kind)
    state = kernel.new_state([5])
    draw(kernel, state, 29)
    snapshot = kernel.snapshot(state)
    first = draw(kernel, state, 60)
    restored = kernel.restore(snapshot)
    assert restored.position == 29
    assert np.array_equal(draw(kernel, restored, 60), first)


@both_kernels
@every_kind
def test_running_on_changes_no_snapshot(engine: Any, kind: str) -> None:
    kernel = kernel_of(engine, kind)
    state = kernel.new_state([5])
    draw(kernel, state, 29)
    snapshot = kernel.snapshot(state)
    expected = draw(kernel, state, 40)
    for _ in range(2):  # neither the stream's running on nor that of one restored from it
        assert np.array_equal(draw(kernel, kernel.restore(snapshot), 40), expected)


def test_several_streams_are_restored_together() -> None:
    kernel = kernel_of(CpuKernel, "plain")
    state = kernel.new_state([1, 2, 3])
    draw(kernel, state, 20)
    snapshot = kernel.snapshot(state)
    expected = draw(kernel, state, 50)
    assert len({tuple(codes) for codes in expected.tolist()}) == 3
    assert np.array_equal(draw(kernel, kernel.restore(snapshot), 50), expected)


@both_kernels
def test_a_skipped_stretch_is_as_if_heard_once_a_receptive_field_has_been_fed(engine: Any) -> None:
    kernel = kernel_of(engine, "plain")
    biases = kernel.project(np.zeros(kernel.config.global_channels, np.float32))
    codes = np.random.default_rng(0).integers(0, 256, 30 + kernel.config.receptive_field).astype(np.uint8)
    heard, skipped = kernel.new_state([5]), kernel.new_state([5])
    kernel.advance(heard, biases, codes)
    kernel.skip(skipped, 30, int(codes[29]))
    assert skipped.position == 30
    kernel.advance(skipped, biases, codes[30:])
    assert np.array_equal(draw(kernel, skipped, 20), draw(kernel, heard, 20))


@both_kernels
@every_kind
def test_a_state_holds_at_least_one_stream_and_at_most_what_its_kernel_says(engine: Any, kind: str) -> None:
    kernel = kernel_of(engine, kind)
    assert kernel.new_state(range(kernel.max_streams)).position == 0
    for seeds in ([], range(kernel.max_streams + 1)):
        with pytest.raises(ValueError, match=f"^{len(seeds)} seeds"):
            kernel.new_state(seeds)


@both_kernels
def test_another_kernels_state_is_refused(engine: Any) -> None:
    class Foreign:
        position = 0

    kernel = kernel_of(engine, "plain")
    with pytest.raises(TypeError, match="Foreign is not a state of this kernel"):
        draw(kernel, Foreign(), 1)
