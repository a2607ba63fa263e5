from __future__ import annotations

import math

import numpy as np
import pytest

from engine.wavenet import mulaw


def formula(x: float) -> int:
    y = math.copysign(math.log(1 + 255 * abs(x)) / math.log(256), x)
    return math.floor((y + 1) / 2 * 255 + 0.5)


def test_encoding_follows_the_papers_formula() -> None:
    values = np.linspace(-1, 1, 2001)
    assert mulaw.encode(values).tolist() == [formula(float(x)) for x in values]


def test_the_ends_and_the_middle_are_where_they_should_be() -> None:
    assert mulaw.encode([-1.0, 0.0, 1.0]).tolist() == [0, mulaw.SILENCE, 255]


def test_every_code_survives_decoding_and_encoding() -> None:
    codes = np.arange(256)
    assert np.array_equal(mulaw.encode(mulaw.decode(codes)), codes)


def test_decoding_inverts_the_companding_curve() -> None:
    # x = sign(y) (256^|y| - 1) / 255 at y = 2 · 200 / 255 - 1
    y = 400 / 255 - 1
    assert mulaw.decode(200) == pytest.approx((256**y - 1) / 255, rel=1e-6)


def test_values_beyond_one_are_clipped() -> None:
    assert mulaw.encode([-7.0, 7.0]).tolist() == [0, 255]


def test_nan_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        mulaw.encode([0.0, math.nan])
