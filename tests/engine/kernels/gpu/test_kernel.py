"""The card's samples and outputs against the reference engine and the rules of ``distributions``."""

from __future__ import annotations

import numpy as np
import pytest

from engine.generation.batch import StreamBatch
from engine.kernels.gpu.kernel import GpuKernel, unsupported
from engine.wavenet.codes import FULL_SCALE, mix_feedback
from engine.wavenet.conditions import Feedback, LocalRows
from engine.wavenet.config import ContextConfig, GenerationParams, ModelConfig
from engine.wavenet.distributions import Sampling
from tests.engine.kernels.gpu.cases import (
    SHAPED,
    SMALL,
    agreement,
    card,
    device,
    every_case,
    features,
    local_rows,
    reference,
    some_codes,
)
from tests.models import random_model


@every_case
def test_outputs_are_the_references_within_a_ten_thousandth(case: str) -> None:
    codes, rows = some_codes(case, 90), local_rows(case, 90)
    found = [
        kernel.advance(kernel.new_state([1]), kernel.project(features(case, 0.5, 1.0)), codes, True, rows)
        for kernel in (card(case), reference(case))
    ]
    np.testing.assert_allclose(found[0], found[1], rtol=1e-4, atol=1e-4)


@every_case
def test_layers_that_are_muted_or_not_skipped_are_those_of_the_reference(case: str) -> None:
    codes, rows = some_codes(case, 60), local_rows(case, 60)
    found = [
        kernel.advance(kernel.new_state([1]), kernel.project(features(case), (1,), (0,)), codes, True, rows)
        for kernel in (card(case), reference(case))
        if kernel.config.layers > 1
    ]
    if found:
        np.testing.assert_allclose(found[0], found[1], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("items", [1, 48, 256])
def test_the_size_of_a_group_changes_nothing_but_rounding(items: int) -> None:
    codes = some_codes("plain", 40)
    kernel, other = card("plain", items), reference("plain")
    found = kernel.advance(kernel.new_state([1]), kernel.project(features("plain")), codes)
    expected = other.advance(other.new_state([1]), other.project(features("plain")), codes)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@every_case
@pytest.mark.parametrize("sampling", [Sampling(), SHAPED, Sampling(temperature=0.0)], ids=str)
def test_samples_are_drawn_by_the_rules_from_the_references_outputs(case: str, sampling: Sampling) -> None:
    kernel, other, rows = card(case), reference(case), local_rows(case, 200)
    (block,) = kernel.generate(kernel.new_state([77]), kernel.project(features(case)), sampling, 200, rows)
    outputs = other.advance(other.new_state([0]), other.project(features(case)), block.codes, True, rows)[0]
    assert agreement(case, outputs, block.codes, sampling, 77) >= 0.99
    np.testing.assert_allclose(block.outputs, outputs[-1], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("sampling", [Sampling(top_k=1), Sampling(top_k=7), Sampling(top_p=0.3)], ids=str)
def test_top_k_and_top_p_leave_out_what_the_rules_leave_out(sampling: Sampling) -> None:
    kernel = card("plain")
    biases, state = kernel.project(features("plain")), kernel.new_state([5])
    (block,) = kernel.generate(state, biases, sampling, 300)
    outputs = kernel.advance(kernel.new_state([0]), biases, block.codes)[0]
    assert agreement("plain", outputs, block.codes, sampling, 5) >= 0.99


def test_equal_chances_are_kept_by_the_order_of_their_codes() -> None:
    model = random_model(ModelConfig(**SMALL))
    model.weights["output.weight"][:] = 0.0
    model.weights["output.bias"][:] = 0.0
    kernel = GpuKernel(model, device(), items=32)
    (block,) = kernel.generate(
        kernel.new_state([1]), kernel.project(features("plain")), Sampling(top_k=3), 200
    )
    assert set(block.codes.tolist()) == {0, 1, 2}


def test_seeds_and_positions_beyond_32_bits_count_whole() -> None:
    kernel, other, seed = card("plain"), reference("plain"), 2**63 + 2**40 + 9
    states = kernel.new_state([seed]), other.new_state([seed])
    codes = []
    for each, state in zip((kernel, other), states, strict=True):
        each.skip(state, 2**34 + 3, 200)
        codes.append(each.generate(state, each.project(features("plain")), Sampling(), 60)[0].codes)
    assert states[0].position == 2**34 + 63
    np.testing.assert_array_equal(codes[0], codes[1])


@every_case
@pytest.mark.parametrize("block", [1, 7, 64])
def test_samples_do_not_depend_on_the_block_size(case: str, block: int) -> None:
    kernel, rows = card(case), local_rows(case, 128)
    biases, whole, cut = kernel.project(features(case)), kernel.new_state([4]), kernel.new_state([4])
    expected = kernel.generate(whole, biases, SHAPED, 128, rows)[0].codes
    found = []
    for start in range(0, 128, block):
        part = slice(start, min(128, start + block))
        found += kernel.generate(cut, biases, SHAPED, part.stop - start, rows and rows.part(part))
    np.testing.assert_array_equal(np.concatenate([each.codes for each in found]), expected)


def test_more_samples_than_one_launch_takes_are_the_same_as_in_blocks() -> None:
    kernel = card("plain")
    biases, whole, cut = kernel.project(features("plain")), kernel.new_state([4]), kernel.new_state([4])
    expected = kernel.generate(whole, biases, Sampling(), 1100)[0].codes
    found = [kernel.generate(cut, biases, Sampling(), 100)[0].codes for _ in range(11)]
    np.testing.assert_array_equal(np.concatenate(found), expected)
    outputs = kernel.advance(kernel.new_state([4]), biases, expected)
    assert outputs.shape == (1, 1100, 256)
    assert agreement("plain", outputs[0], expected, Sampling(), 4) >= 0.99


@pytest.mark.parametrize("streams", [2, 5])
def test_streams_together_draw_what_each_draws_alone(streams: int) -> None:
    kernel, params = card("plain"), GenerationParams(tags=(("calm", 1.0),))
    together = StreamBatch(kernel, params, range(streams)).step(90)
    for seed, codes in enumerate(together):
        np.testing.assert_array_equal(StreamBatch(kernel, params, [seed]).step(90)[0], codes)


def test_a_snapshot_is_gone_on_from_as_often_as_wanted() -> None:
    kernel = card("plain")
    biases, state = kernel.project(features("plain", 1.0)), kernel.new_state([8, 9])
    kernel.generate(state, biases, Sampling(), 33)
    kept = kernel.snapshot(state)
    expected = [block.codes for block in kernel.generate(state, biases, Sampling(), 50)]
    for _ in range(2):
        again = kernel.restore(kept)
        found = [block.codes for block in kernel.generate(again, biases, Sampling(), 50)]
        np.testing.assert_array_equal(found, expected)
        assert again.position == 83


def test_a_fork_with_another_seed_goes_its_own_way_and_leaves_the_first_alone() -> None:
    kernel = card("plain")
    biases, state = kernel.project(features("plain")), kernel.new_state([8])
    kernel.generate(state, biases, Sampling(), 33)
    fork = kernel.restore(kernel.snapshot(state))
    kernel.reseed(fork, [9])
    others = kernel.generate(fork, biases, Sampling(), 60)[0].codes
    own = kernel.generate(state, biases, Sampling(), 60)[0].codes
    unforked = kernel.generate(kernel.new_state([8]), biases, Sampling(), 93)[0].codes
    np.testing.assert_array_equal(own, unforked[33:])
    assert np.mean(others != own) > 0.5


def test_controls_that_change_between_blocks_hold_from_the_next_sample_on() -> None:
    kernel, other = card("plain"), reference("plain")
    moves = [(Sampling(), 0.0), (SHAPED, 0.0), (SHAPED, 2.0), (Sampling(temperature=1.5), 1.0)]
    state, known = kernel.new_state([6]), other.new_state([0])
    for sampling, weight in moves:
        chosen, start = features("plain", weight), state.position
        (block,) = kernel.generate(state, kernel.project(chosen), sampling, 40)
        outputs = other.advance(known, other.project(chosen), block.codes)[0]
        assert agreement("plain", outputs, block.codes, sampling, 6, start) >= 0.97


@pytest.mark.parametrize("case", ["plain", "logistics"])
def test_a_guided_stream_hears_what_the_feedback_makes_of_its_samples(case: str) -> None:
    kernel, other, rng = card(case), reference(case), np.random.default_rng(5)
    gain = rng.integers(0, FULL_SCALE + 1, 150).astype(np.int32)
    offset = rng.integers(-9000, 9000, 150).astype(np.int32)
    gain[60:80], offset[60:80] = FULL_SCALE, 0
    state, guide = kernel.new_state([3]), Feedback(gain, offset)
    (block,) = kernel.generate(state, kernel.project(features(case)), Sampling(), 150, None, guide)
    heard = mix_feedback(block.codes, gain, offset)
    assert np.mean(heard != block.codes) > 0.5
    outputs = other.advance(other.new_state([0]), other.project(features(case)), heard)[0]
    assert agreement(case, outputs, block.codes, Sampling(), 3) >= 0.99


def test_each_sample_has_its_own_temperature() -> None:
    kernel, rows = card("local"), local_rows("local", 100)
    assert rows is not None
    cold = np.ones(100, np.float32)
    cold[40:] = 0.0
    rows = LocalRows(rows.rows, rows.index, rows.mix, cold)
    biases = kernel.project(features("local"))
    (block,) = kernel.generate(kernel.new_state([3]), biases, Sampling(), 100, rows)
    outputs = kernel.advance(kernel.new_state([3]), biases, block.codes, True, rows)[0]
    np.testing.assert_array_equal(block.codes[40:], outputs[40:].argmax(axis=1))
    assert np.mean(block.codes[:40] != outputs[:40].argmax(axis=1)) > 0.5


def test_weights_stored_as_float16_stay_within_a_fiftieth() -> None:
    kernel, other, codes = card("plain", precision="float16"), reference("plain"), some_codes("plain", 90)
    found = kernel.advance(kernel.new_state([1]), kernel.project(features("plain")), codes)
    expected = other.advance(other.new_state([1]), other.project(features("plain")), codes)
    apart = np.abs(found - expected).max()
    assert 1e-6 < apart < 2e-2
    assert kernel.version != card("plain").version


def test_a_stream_of_skipped_samples_is_itself_again_after_a_receptive_field() -> None:
    kernel, codes = card("three taps"), some_codes("three taps", 130)
    biases = kernel.project(features("three taps"))
    heard, skipped = kernel.new_state([1]), kernel.new_state([1])
    field = kernel.config.receptive_field
    expected = kernel.advance(heard, biases, codes)[0]
    kernel.skip(skipped, 100 - field, int(codes[100 - field - 1]))
    kernel.advance(skipped, biases, codes[100 - field : 100], False)
    np.testing.assert_allclose(kernel.advance(skipped, biases, codes[100:])[0], expected[100:], atol=1e-6)


def test_an_activation_that_is_no_number_names_its_sample() -> None:
    model = random_model(ModelConfig(**SMALL))
    model.weights["embedding.weight"][9, 2] = np.nan
    kernel = GpuKernel(model, device(), items=32)
    state, codes = kernel.new_state([1]), np.full(30, 4, np.uint8)
    codes[12] = 9
    with pytest.raises(FloatingPointError, match="the model gave NaN or infinity at sample 13"):
        kernel.advance(state, kernel.project(features("plain")), codes)


def test_what_the_card_cannot_do_is_refused_by_name() -> None:
    stacks = ModelConfig(**SMALL, contexts=(ContextConfig(pooling=6, dilations=(1, 2), channels=4),))
    with pytest.raises(ValueError, match="context stacks do not run on a graphics card yet"):
        GpuKernel(random_model(stacks), device())
    wide = ModelConfig(**{**SMALL, "skip_channels": 16_384})
    assert unsupported(wide, 1 << 20, 256) == ""
    assert unsupported(wide, 49_152, 256).startswith("its layers are too wide: ")
    with pytest.raises(ValueError, match="precision 'int4' is none of float32, float16"):
        GpuKernel(random_model(ModelConfig(**SMALL)), device(), "int4")
    with pytest.raises(ValueError, match="0 seeds: a state of this model holds 1 to 1024"):
        card("plain").new_state([])
    with pytest.raises(ValueError, match="5 samples cannot be taken back: 0 are kept at sample 0"):
        card("plain").rewind(card("plain").new_state([1]), 5)
    with pytest.raises(ValueError, match="local rows were given to a model without them"):
        card("local").generate(card("local").new_state([1]), None, Sampling(), 3)
