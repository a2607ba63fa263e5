"""What Python writes into words is what compiled code reads there."""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

import numpy as np
import pytest
from numba import typeof
from numba.core import types

from engine.kernels.jit import njit_part
from engine.kernels.layout import Ends, StackSize, ends, stack_size
from engine.kernels.machine_code import Routine
from engine.kernels.word_types import Words, behind, known
from engine.kernels.words import address_of, boxed, layout_of, words_of
from engine.wavenet.config import LocalConfig, ModelConfig

SHAPE = {"residual_channels": 64, "gate_channels": 64, "skip_channels": 128, "head_channels": 128}
OTHER = {"residual_channels": 72, "gate_channels": 40, "skip_channels": 136, "head_channels": 100}


class Inner(NamedTuple):
    counts: np.ndarray
    whole: int
    fraction: float


class Outer(NamedTuple):
    flag: bool
    inner: Inner
    last: int


@njit_part
def summed(outer: Any, place: Any) -> Any:
    inner = outer.inner
    total = behind(inner.counts, 1)[place] + 10 * inner.whole + np.int64(100 * inner.fraction)
    return total + 1000 * outer.last if outer.flag else -total


def test_words_are_addresses_numbers_and_the_bits_of_fractions() -> None:
    counts = np.arange(3)
    value = Outer(True, Inner(counts, -7, 0.1), 5)
    bits = struct.unpack("<q", struct.pack("<d", 0.1))[0]
    assert words_of(value) == [1, counts.ctypes.data, -7, bits, 5]
    assert words_of(np.empty(0)) == [0]


def test_lengths_stand_behind_the_addresses_where_they_are_asked_for() -> None:
    table, bits = np.zeros((2, 5)), struct.unpack("<q", struct.pack("<d", 0.5))[0]
    assert words_of((table, (4, np.empty(0))), lengths=True) == [table.ctypes.data, 2, 5, 4, 0, 0]
    assert boxed(table, 0.5, lengths=True).tolist() == [table.ctypes.data, 2, 5, bits]


def test_a_layout_says_where_each_part_lies_and_what_it_is() -> None:
    value = Outer(True, Inner(np.arange(3, dtype=np.int32), 7, 0.1), 5)
    bare, told = layout_of(value, (Outer,)), layout_of((value, np.zeros((2, 2))), lengths=True)
    assert bare.text == "Outer(flag=bool, inner=Inner(counts=int32*, whole=int64, fraction=float64), last=5)"
    assert [part.at for part in bare.parts.values()] == [0, 1, 4]
    assert told.text == (
        "(0=Outer(flag=bool, inner=Inner(counts=int32*1, whole=int64, fraction=float64), last=int64), "
        "1=float64*2)"
    )
    assert [part.at for part in told.parts.values()] == [0, 6]
    assert (bare.end, told.end) == (5, 9)


@pytest.mark.parametrize(("specialised", "flag"), [((), True), ((Inner,), True), ((), False)])
def test_compiled_code_reads_what_was_written(specialised: tuple[type, ...], flag: bool) -> None:
    counts = np.array([1, 2, 4])
    value = Outer(flag, Inner(counts, 3, 2.5), 6)
    routine = Routine.of("tests.engine.kernels.test_words:summed", layout_of(value, specialised), 1)
    expected = 4 + 10 * 3 + 250
    assert routine(boxed(value), 1) == (expected + 6000 if flag else -expected)


def test_the_address_of_an_array_does_not_depend_on_whether_it_can_be_written() -> None:
    array = np.arange(5.0)
    expected = array.ctypes.data
    assert address_of(array) == expected
    array.flags.writeable = False
    assert address_of(array) == expected


@pytest.mark.parametrize("writeable", [True, False])
def test_an_array_with_gaps_has_no_address(writeable: bool) -> None:
    array = np.arange(6)[::2]
    array.flags.writeable = writeable
    with pytest.raises(ValueError, match=r"gaps|contiguous"):
        address_of(array)


def test_the_type_of_a_shape_says_its_whole_numbers() -> None:
    size = stack_size(ModelConfig(**SHAPE), "int8")
    kind = Words(layout_of(size, (StackSize,)))
    assert (known(kind, "residual_pad"), known(kind, "z_pad")) == (64, 128)
    assert kind.parts["residual_scale"] == types.float64


def test_the_type_of_any_shape_says_no_number() -> None:
    kinds = [Words(layout_of(stack_size(ModelConfig(**shape), "int8"))) for shape in (SHAPE, OTHER)]
    assert kinds[0] == kinds[1]
    assert known(kinds[0], "residual_pad") is None
    assert kinds[0].parts["residual_pad"] == typeof(1)


def test_models_of_one_shape_have_the_same_types_and_those_of_another_do_not() -> None:
    one, other = (ModelConfig(dilations=d, **SHAPE) for d in ((1, 2), (8, 5)))
    frames = ModelConfig(dilations=(1, 2), local=LocalConfig(4, 10), **SHAPE)
    sizes = [Words(layout_of(stack_size(config, "int8"), (StackSize,))) for config in (one, other, frames)]
    assert sizes[0] == sizes[1] == sizes[2]
    found = [Words(layout_of(ends(config), (Ends,))) for config in (one, other, frames)]
    assert found[0] == found[1]
    assert found[0] != found[2]
