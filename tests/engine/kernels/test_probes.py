"""That the probes do all the work they are timed for: their sums tell."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import pytest

from engine.kernels.probes import Multiplier, Reader


def test_every_word_of_the_buffer_is_read_in_every_pass() -> None:
    reader = Reader(100_000)
    assert 90_000 < reader.bytes <= 100_000
    assert reader.run(7) == 7 * reader.bytes // 4  # the buffer holds ones


@pytest.mark.parametrize("precision", ["int8", "int16", "float32"])
def test_every_product_is_added(precision: str) -> None:
    multiplier = Multiplier(precision)
    assert multiplier.run(5) == 5 * multiplier.products  # ones times ones


@pytest.mark.parametrize(
    "make",
    [lambda: Reader(50_000), *(partial(Multiplier, kind) for kind in ("int8", "int16", "float32"))],
)
def test_more_passes_take_longer_in_proportion(make: Callable[[], Reader | Multiplier]) -> None:
    run = make().run

    def fastest(passes: int) -> float:
        times = []
        for _ in range(20):
            started = time.perf_counter()
            run(passes)
            times.append(time.perf_counter() - started)
        return min(times)

    assert fastest(16_000) == pytest.approx(16 * fastest(1_000), rel=0.5)
