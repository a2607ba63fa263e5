from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit

from engine.kernels.matrices import pack_matrix
from engine.kernels.processor import LANES, PAD
from engine.kernels.simd_layers import affine_products

ROWS = 7
# With 512 inputs of -32768 what int8 sums have on the way wraps around, though none of them does.
SHAPES = [(PAD, PAD), (24 + PAD, 3 * PAD), (64, 128), (128, 64 + PAD), (16, 15 * LANES), (512, 3 * PAD)]


@njit
def run(matrix: Any, q: Any, inputs: Any, units: Any, scale: Any, base: Any, out: Any) -> None:
    width = len(scale)
    affine_products(matrix, 0, q, inputs, len(units), units, scale, 0, base, 0, 0, out, 0, width, width)


def problem(inputs: int, outputs: int, kind: Any) -> tuple[np.ndarray, np.ndarray]:
    """Weights [outputs, inputs] and sources [ROWS, inputs], as large as ``kind`` allows in an int32 sum."""
    inputs = -(-inputs // PAD) * PAD
    rng = np.random.default_rng(inputs + outputs)
    if kind == np.float32:
        sources = rng.normal(size=(ROWS, inputs)).astype(np.float32)
        return rng.normal(size=(outputs, inputs)).astype(np.float32), sources
    limit = min(np.iinfo(kind).max, (2**31 - 1) // 32768 // inputs)
    sources = rng.integers(-32768, 32768, (ROWS, inputs)).astype(np.int16)
    sources[0] = -32768
    return rng.integers(-limit, limit + 1, (outputs, inputs)).astype(kind), sources


@pytest.mark.parametrize("kind", [np.int8, np.int16, np.float32])
@pytest.mark.parametrize(("inputs", "outputs"), SHAPES)
def test_products_are_those_of_the_matrix(inputs: int, outputs: int, kind: Any) -> None:
    outputs = -(-outputs // PAD) * PAD
    matrix, sources = problem(inputs, outputs, kind)
    packed = pack_matrix(matrix)
    base, scale = np.arange(outputs, dtype=np.float32), np.linspace(0.5, 2.0, outputs, dtype=np.float32)
    unit, exact = np.array([0.25], np.float32), sources.astype(float) @ matrix.T.astype(float)
    largest = np.abs(exact).max()
    for source, sums in zip(sources, exact, strict=True):
        out = np.empty(outputs, np.float32)
        run(packed, source, len(source), unit, scale, base, out)
        assert np.abs(out - (base + 0.25 * scale * sums)).max() < 1e-6 * largest


@pytest.mark.parametrize("kind", [np.int8, np.int16, np.float32])
def test_many_rows_at_once_give_what_one_row_gives(kind: Any) -> None:
    for inputs, outputs in SHAPES:
        width = -(-outputs // PAD) * PAD
        matrix, sources = problem(inputs, width, kind)
        packed, scale = pack_matrix(matrix), np.linspace(0.5, 2.0, width, dtype=np.float32)
        units, base = np.linspace(0.1, 1.0, ROWS, dtype=np.float32), np.ones(width, np.float32)
        many = np.empty(ROWS * width, np.float32)
        run(packed, sources.ravel(), sources.shape[1], units, scale, base, many)
        for row, source in enumerate(sources):
            one = np.empty(width, np.float32)
            run(packed, source, len(source), units[row : row + 1], scale, base, one)
            assert np.array_equal(many[row * width : (row + 1) * width], one)
