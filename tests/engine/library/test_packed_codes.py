"""Codes as text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.library.packed_codes import pack_codes, unpack_codes


def test_codes_survive_packing(tmp_path: Path) -> None:
    codes = np.random.default_rng(0).integers(0, 256, 1000, dtype=np.uint8)
    np.testing.assert_array_equal(unpack_codes(pack_codes(codes)), codes)
    assert len(unpack_codes(pack_codes(codes[:0]))) == 0


@pytest.mark.parametrize("text", ["*", "AAAA", "AAA"])
def test_packed_codes_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(StudioError, match="settings of a take: prime: not packed samples"):
        unpack_codes(text)
