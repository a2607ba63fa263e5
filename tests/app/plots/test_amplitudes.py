from __future__ import annotations

import numpy as np
import pytest

from app.plots.amplitudes import compand, edges, first_codes, row_of
from engine.wavenet.mulaw import LEVELS


def test_the_axis_holds_decoded_amplitudes() -> None:
    linear, spread = edges(spread=False), edges(spread=True)
    assert len(linear) == len(spread) == LEVELS + 1
    # Value 255 is full scale, and mu-law gives the values next to 0 an amplitude of (256^(1/255) - 1) / 255.
    smallest = (256.0 ** (1.0 / 255.0) - 1.0) / 255.0
    assert linear[-1] == pytest.approx(1.0)
    assert linear[128] == pytest.approx(0.0, abs=1e-9)
    assert linear[129] - linear[128] < 3 * smallest
    assert np.allclose(np.diff(spread), 2.0 / LEVELS)


def test_companding_follows_its_formula() -> None:
    assert compand(-1.0) == pytest.approx(-1.0)
    assert compand(0.1) == pytest.approx(np.log(1 + 25.5) / np.log(256))


@pytest.mark.parametrize("height", [60, 200, 256, 900])
@pytest.mark.parametrize("spread", [True, False])
def test_every_value_has_a_row_unless_rows_are_finer_than_values_are_apart(height: int, spread: bool) -> None:
    codes = first_codes(height, spread=spread)
    assert codes[0] == 0
    assert (np.diff(codes) >= 0).all()
    values = np.arange(256.0)
    assert np.maximum.reduceat(values, codes).max() == 255.0


def test_with_as_many_rows_as_values_each_has_its_own() -> None:
    assert first_codes(256, spread=True).tolist() == list(range(256))


def test_silence_lies_in_the_middle_and_full_scale_at_the_edge() -> None:
    assert row_of(0.0, 100.0, spread=True) == pytest.approx(50.0)
    assert row_of(1.0, 100.0, spread=False) == pytest.approx(0.0)
    assert row_of(-1.0, 100.0, spread=False) == pytest.approx(100.0)
