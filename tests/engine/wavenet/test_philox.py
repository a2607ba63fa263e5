from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from engine.kernels import draw
from engine.wavenet.philox import philox, uniform, words

FULL = 0xFFFFFFFF


@njit
def words_of(seed: int, index: int) -> tuple[int, int, int, int]:
    return draw.philox_words(seed, index)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((FULL,) * 4, (FULL,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_the_known_answers_of_the_papers_own_library(
    counter: tuple[int, int, int, int], key: tuple[int, int], expected: tuple[int, ...]
) -> None:
    assert philox(counter, key) == expected


def test_the_compiled_words_are_the_plain_ones() -> None:
    for seed in (0, 1, 2**32 + 7, 2**64 - 1):
        for index in (0, 1, 16_000, 2**33 + 5):
            counter, key = (index & FULL, index >> 32, 0, 0), (seed & FULL, seed >> 32)
            found = words_of(np.uint64(seed), np.uint64(index))
            assert tuple(int(word) for word in found) == philox(counter, key)


def test_draws_are_spread_evenly() -> None:
    draws = [uniform(3, index) for index in range(4000)]
    counts = [sum(i / 8 <= d < (i + 1) / 8 for d in draws) for i in range(8)]
    # Chi-squared with 7 degrees of freedom stays under 24.3 in 99.9 % of all cases.
    assert sum((count - 500) ** 2 / 500 for count in counts) < 24.3


def test_a_samples_words_have_the_index_for_counter_and_the_seed_for_key() -> None:
    assert words(0, 0) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)  # the library's first answer
    low, high = 0x243F6A88, 0x85A308D3
    seed = 0x299F31D0_A4093822
    assert words(seed, high << 32 | low) == philox((low, high, 0, 0), (0xA4093822, 0x299F31D0))
    assert uniform(0, 0) == (0x6627E8D5 >> 8) / 2**24


def test_every_word_is_spread_evenly() -> None:
    drawn = np.array([words(11, index) for index in range(4000)])
    for column in drawn.T:
        counts = np.histogram(column, bins=8, range=(0, 2**32))[0]
        assert ((counts - 500) ** 2 / 500).sum() < 24.3  # as above
