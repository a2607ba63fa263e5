from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from engine.kernels.matrices import alternate, groups, pack_matrix, pad, quantise, side_by_side
from engine.kernels.pack import add_condition, pack, pack_biases
from engine.kernels.processor import LANES, PAD
from tests.models import save_tiny_model


def test_widths_are_rounded_up_to_whole_vectors() -> None:
    assert [pad(n) for n in (1, PAD, PAD + 1, 4 * PAD)] == [PAD, PAD, 2 * PAD, 4 * PAD]


@pytest.mark.parametrize("kind", [np.int8, np.int16])
def test_a_quantised_weight_is_within_half_a_step_of_its_own(kind: type) -> None:
    matrix = np.random.default_rng(0).normal(size=(32, 64)).astype(np.float32)
    integers, scale = quantise(matrix, kind)
    assert (np.abs(integers * scale[:, None] - matrix) <= scale[:, None] * 0.5001).all()


def test_eight_bits_are_used_to_the_full() -> None:
    matrix = np.random.default_rng(0).normal(size=(32, 64)).astype(np.float32)
    assert (np.abs(quantise(matrix, np.int8)[0]).max(axis=1) == 127).all()


@pytest.mark.parametrize("kind", [np.int8, np.int16])
@pytest.mark.parametrize("inputs", [16, 128, 2048])
def test_no_sum_of_products_can_overflow(kind: type, inputs: int) -> None:
    matrix = np.random.default_rng(0).uniform(0.99, 1.0, size=(4, inputs)).astype(np.float32)
    integers, _ = quantise(matrix, kind)
    assert (np.abs(integers.astype(np.int64)).sum(axis=1) * 32768 < 2**31).all()


def test_rows_of_zeros_stay_zeros() -> None:
    integers, scale = quantise(np.zeros((8, 16), np.float32), np.int8)
    assert not integers.any()
    assert (scale == 1.0).all()


def test_groups_cover_all_outputs_once_the_largest_first() -> None:
    for outputs in range(LANES, 20 * LANES, LANES):
        found = groups(outputs)
        assert [first for first, _ in found] == np.cumsum([0, *(n for _, n in found)])[:-1].tolist()
        assert sum(n for _, n in found) == outputs
        assert [n for _, n in found] == sorted((n for _, n in found), reverse=True)


def test_two_int8_outputs_share_an_int16_of_which_the_upper_is_the_one_shifted_down() -> None:
    matrix = np.random.default_rng(0).integers(-128, 128, (2 * LANES, 6)).astype(np.int8)
    shared = pack_matrix(matrix).view(np.int16).reshape(3, LANES, 2).astype(int)
    upper = shared >> 8
    lower = shared - 256 * upper - 128
    for first, found in ((0, lower), (LANES, upper)):
        assert np.array_equal(found.transpose(1, 0, 2).reshape(LANES, 6), matrix[first : first + LANES])


def test_filter_and_gate_take_turns_vector_by_vector() -> None:
    places = alternate(2 * LANES)
    assert places.tolist() == [
        *range(LANES),
        *range(2 * LANES, 3 * LANES),
        *range(LANES, 2 * LANES),
        *range(3 * LANES, 4 * LANES),
    ]


def test_a_condition_is_added_to_each_output_that_it_belongs_to(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "m.safetensors", gate_channels=20, dilations=(1,))
    condition = np.arange(1, 57, dtype=np.float32)  # 20 of the filter, 20 of the gate, 16 of the skip sum
    before = pack_biases(model)
    after = add_condition(before, condition, model.config)
    added = np.empty(2 * pad(20))
    added[alternate(pad(20))] = after.gate - before.gate
    assert added[:20] == pytest.approx(np.arange(1, 21), rel=1e-5)
    assert added[pad(20) : pad(20) + 20] == pytest.approx(
        np.arange(21, 41) / 2, rel=1e-5
    )  # the gate wants b / 2
    assert not added[20 : pad(20)].any()
    assert (after.skip - before.skip)[:16] == pytest.approx(np.arange(41, 57), rel=1e-5)


def test_an_integer_model_is_a_quarter_of_a_float_one(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "m.safetensors", residual_channels=PAD, gate_channels=PAD)
    whole, real = pack(model, "int8"), pack(model, "float32")
    assert 4 * whole.stack.current.nbytes == real.stack.current.nbytes
    assert 2 * whole.ends.head.nbytes == real.ends.head.nbytes


class Pair(NamedTuple):
    left: np.ndarray
    right: np.ndarray


class Nested(NamedTuple):
    pair: Pair
    number: int
    last: np.ndarray


def test_arrays_side_by_side_are_the_same_and_start_on_cache_lines() -> None:
    for n in range(1, 40):
        before = Nested(
            Pair(np.arange(n, dtype=np.int8), np.empty(0, np.int64)), 7, np.eye(n, dtype=np.float32)
        )
        after = side_by_side(before)
        assert after.number == 7
        for one, two in zip((*before.pair, before.last), (*after.pair, after.last), strict=True):
            assert two.dtype == one.dtype
            assert np.array_equal(one, two)
            assert two.size == 0 or two.ctypes.data % 64 == 0
        assert 0 < after.last.ctypes.data - after.pair.left.ctypes.data <= 128
