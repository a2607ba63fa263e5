from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from engine.kernels.base import Biases
from engine.kernels.cpu import CpuKernel
from engine.wavenet import distributions, mulaw
from engine.wavenet.distributions import Sampling
from engine.wavenet.model_file import ModelFile
from engine.wavenet.philox import uniform
from tests.models import save_tiny_model


@pytest.fixture
def model(tmp_path: Path) -> ModelFile:
    return save_tiny_model(tmp_path / "m.safetensors")


@pytest.fixture
def kernel(model: ModelFile) -> CpuKernel:
    return CpuKernel(model)


def nothing_chosen(kernel: CpuKernel) -> Biases:
    return kernel.project(np.zeros(5, np.float32))


@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(),
        Sampling(temperature=0.0),
        Sampling(temperature=0.6),
        Sampling(temperature=2.0),
        Sampling(top_k=5),
        Sampling(top_p=0.7),
        Sampling(temperature=1.3, top_k=40, top_p=0.9),
    ],
    ids=str,
)
def test_values_are_drawn_by_the_rules_of_distributions(kernel: CpuKernel, sampling: Sampling) -> None:
    state = kernel.new_state([5])
    biases = nothing_chosen(kernel)
    same = 0
    for _ in range(300):
        position = state.position
        (block,) = kernel.generate(state, biases, sampling, 1)
        expected = distributions.draw(distributions.shape(block.outputs, sampling), uniform(5, position))
        same += int(block.codes[0]) == expected
    # float32 and float64 may round a boundary of the cumulative sum to either side of the draw.
    assert same >= 298


def test_the_logits_of_a_block_are_those_of_its_last_sample(kernel: CpuKernel) -> None:
    biases = nothing_chosen(kernel)
    state = kernel.new_state([5])
    (block,) = kernel.generate(state, biases, Sampling(), 20)
    again = kernel.new_state([5])
    assert np.array_equal(block.outputs, kernel.advance(again, biases, block.codes)[0, -1])


def test_given_samples_leave_the_state_that_drawing_them_would(kernel: CpuKernel) -> None:
    biases = nothing_chosen(kernel)
    drawn, given = (kernel.new_state([5]) for _ in range(2))
    codes = kernel.generate(drawn, biases, Sampling(), 333)[0].codes
    kernel.advance(given, biases, codes)
    assert np.array_equal(drawn.rings.rows, given.rings.rows)
    assert np.array_equal(drawn.rings.units, given.rings.units)
    assert (drawn.position, drawn.previous) == (given.position, given.previous) == (333, int(codes[-1]))


def test_samples_can_be_fed_without_their_logits(kernel: CpuKernel) -> None:
    biases = nothing_chosen(kernel)
    one, two = (kernel.new_state([5]) for _ in range(2))
    codes = np.arange(200, dtype=np.uint8)
    kernel.advance(one, biases, codes)
    assert kernel.advance(two, biases, codes, outputs=False).shape == (1, 0, 256)
    assert np.array_equal(one.rings.rows, two.rings.rows)
    assert np.array_equal(one.rings.units, two.rings.units)


def test_given_samples_may_be_read_only(kernel: CpuKernel) -> None:
    codes = np.frombuffer(bytes(range(100)), np.uint8)
    logits = kernel.advance(kernel.new_state([5]), nothing_chosen(kernel), codes)
    assert np.isfinite(logits).all()


def test_streams_on_several_threads_may_share_a_kernel(kernel: CpuKernel) -> None:
    biases = nothing_chosen(kernel)

    def play(seed: int) -> list[int]:
        state = kernel.new_state([seed])
        return [int(c) for _ in range(20) for c in kernel.generate(state, biases, Sampling(), 100)[0].codes]

    alone = [play(seed) for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(play, range(4))) == alone


def test_a_restored_stream_goes_on_as_if_nothing_had_been(kernel: CpuKernel) -> None:
    biases = nothing_chosen(kernel)
    state = kernel.new_state([5])
    kernel.generate(state, biases, Sampling(), 77)
    saved = kernel.snapshot(state)
    first = kernel.generate(state, biases, Sampling(), 200)[0].codes
    again = kernel.restore(saved)
    assert np.array_equal(kernel.generate(again, biases, Sampling(), 200)[0].codes, first)


def test_another_seed_draws_other_samples(kernel: CpuKernel) -> None:
    biases = nothing_chosen(kernel)
    one, two = (kernel.new_state([seed]) for seed in (1, 2**64 - 1))
    a, b = (kernel.generate(state, biases, Sampling(), 100)[0].codes for state in (one, two))
    assert not np.array_equal(a, b)


@pytest.mark.parametrize("precision", ["int8", "int16", "float32"])
def test_infinity_in_the_activations_stops_the_stream_at_its_sample(model: ModelFile, precision: str) -> None:
    weights = {key: value.copy() for key, value in model.weights.items()}
    weights["embedding.weight"][77, 3] = np.inf
    broken = CpuKernel(ModelFile(model.header, weights), precision=precision)
    state = broken.new_state([5])
    codes = np.array([mulaw.SILENCE, 3, 77, 5], np.uint8)
    with pytest.raises(FloatingPointError, match="sample 3"):
        broken.advance(state, nothing_chosen(broken), codes)


def test_the_version_tells_the_precision(model: ModelFile) -> None:
    versions = {CpuKernel(model, precision=precision).version for precision in ("int8", "int16", "float32")}
    assert len(versions) == 3
    with pytest.raises(ValueError, match="float16"):
        CpuKernel(model, precision="float16")
