from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from engine.kernels import draw
from engine.wavenet import distributions
from engine.wavenet.distributions import Sampling


@njit
def drawn(*arguments: object) -> int:
    return draw.draw(*arguments)  # type: ignore[arg-type]


def compiled(logits: np.ndarray, sampling: Sampling, word: int) -> int:
    weights, sums = np.empty(256, np.int32), np.empty(16, np.int64)
    temperature = np.float32(sampling.temperature)
    top_k, top_p = sampling.top_k, sampling.top_p
    return int(drawn(logits, 0, temperature, top_k, top_p, np.uint64(word), weights, sums))


def plain(logits: np.ndarray, sampling: Sampling, word: int) -> int:
    return distributions.draw(distributions.shape(logits, sampling), (word >> 8) * 2.0**-24)


def row(*probabilities: float) -> np.ndarray:
    logits = np.full(256, -1e4, np.float32)
    logits[: len(probabilities)] = np.log(probabilities)
    return logits


@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(),
        Sampling(temperature=0.0),
        Sampling(temperature=0.3),
        Sampling(temperature=4.0),
        Sampling(top_k=1),
        Sampling(top_k=17),
        Sampling(top_k=256),
        Sampling(top_p=0.1),
        Sampling(top_p=0.95),
        Sampling(0.9, 50, 0.8),
    ],
    ids=str,
)
def test_a_draw_is_the_one_of_distributions(sampling: Sampling) -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        logits = rng.normal(0, rng.uniform(0.1, 8), 256).astype(np.float32)
        word = int(rng.integers(0, 2**32))
        assert compiled(logits, sampling, word) == plain(logits, sampling, word)


@pytest.mark.parametrize("word", [0, 2**32 - 1])
def test_the_ends_of_the_range_give_the_first_and_the_last_possible_code(word: int) -> None:
    logits = np.full(256, -1e4, np.float32)
    logits[[9, 200]] = 0.0
    assert compiled(logits, Sampling(), word) == (200 if word else 9)


def test_equal_values_are_kept_in_order_of_their_code() -> None:
    equal = np.zeros(256, np.float32)
    for sampling, kept in ((Sampling(top_k=3), 3), (Sampling(top_p=0.5), 128), (Sampling(top_p=0.001), 1)):
        drawn = {compiled(equal, sampling, word) for word in range(0, 2**32, 2**23)}
        assert drawn == set(range(kept))


def test_the_nucleus_ends_where_it_reaches_p() -> None:
    logits = row(0.5, 0.3, 0.15, 0.05)
    for p, kept in ((0.5, {0}), (0.51, {0, 1}), (0.81, {0, 1, 2}), (1.0, {0, 1, 2, 3})):
        drawn = {compiled(logits, Sampling(top_p=p), word) for word in range(0, 2**32, 2**24)}
        assert drawn == kept


def test_the_tiniest_temperature_takes_the_largest() -> None:
    logits = np.random.default_rng(1).normal(size=256).astype(np.float32)
    assert compiled(logits, Sampling(temperature=1e-40), 123456789) == logits.argmax()
