from __future__ import annotations

import pytest

from engine.stream.sources import block_size


@pytest.mark.parametrize(("rate", "samples"), [(16_000, 128), (48_000, 128), (8_000, 64), (10, 1)])
def test_a_block_lasts_8_ms_or_128_samples_at_most(rate: int, samples: int) -> None:
    assert block_size(rate) == samples
