from __future__ import annotations

import numpy as np
import pytest

from engine.wavenet import distributions
from engine.wavenet.config import ModelConfig
from engine.wavenet.distributions import (
    Sampling,
    bits_of,
    draw,
    draw_code,
    entropy,
    predicted,
    shape,
    softmax,
)
from engine.wavenet.philox import uniform


def logits_of(*probabilities: float) -> np.ndarray:
    row = np.full(256, -1e4, dtype=np.float32)
    row[: len(probabilities)] = np.log(probabilities)
    return row


def test_softmax_of_equal_logits_is_uniform() -> None:
    assert softmax(np.zeros(256, np.float32)) == pytest.approx(np.full(256, 1 / 256))


def test_temperature_divides_the_logits() -> None:
    # p^(1/T) renormalised: 0.8, 0.2 at T = 0.5 become 0.64 / 0.68 and 0.04 / 0.68
    shaped = shape(logits_of(0.8, 0.2), Sampling(temperature=0.5))
    assert shaped[:2] == pytest.approx([0.64 / 0.68, 0.04 / 0.68], rel=1e-5)


def test_temperature_zero_takes_the_first_of_equal_maxima() -> None:
    shaped = shape(logits_of(0.2, 0.4, 0.4), Sampling(temperature=0.0))
    assert shaped.argmax() == 1
    assert shaped.sum() == 1.0


def test_top_k_keeps_the_k_most_probable() -> None:
    shaped = shape(logits_of(0.1, 0.5, 0.15, 0.25), Sampling(top_k=2))
    assert np.flatnonzero(shaped).tolist() == [1, 3]
    assert shaped[1] == pytest.approx(2 / 3, rel=1e-5)


def test_top_k_drops_ties_in_order_of_their_code() -> None:
    assert np.flatnonzero(shape(logits_of(0.25, 0.25, 0.25, 0.25), Sampling(top_k=3))).tolist() == [0, 1, 2]


def test_top_p_keeps_the_smallest_set_that_reaches_p() -> None:
    # Holtzman et al. 2020: 0.5 + 0.25 reaches 0.7, 0.5 alone does not
    shaped = shape(logits_of(0.1, 0.5, 0.15, 0.25), Sampling(top_p=0.7))
    assert np.flatnonzero(shaped).tolist() == [1, 3]


def test_draws_follow_the_cumulative_distribution() -> None:
    p = np.array([0.25, 0.5, 0.25])
    assert [draw(p, u) for u in (0.0, 0.249, 0.25, 0.749, 0.75, 0.999)] == [0, 0, 1, 1, 2, 2]


def test_a_value_without_probability_is_never_drawn() -> None:
    p = np.array([0.0, 1.0, 0.0])
    assert {draw(p, u) for u in (0.0, 0.5, 1.0 - 2**-24)} == {1}


def test_entropy_of_known_distributions() -> None:
    assert entropy(np.full(256, 1 / 256)) == pytest.approx(8.0)
    assert entropy(np.array([0.5, 0.25, 0.25])) == pytest.approx(1.5)
    assert entropy(np.array([1.0, 0.0])) == 0.0


def test_bits_are_minus_log_two_of_the_probability() -> None:
    rows = np.stack([logits_of(0.5, 0.5), logits_of(0.125, 0.875)])
    assert distributions.bits(rows, np.array([1, 0], np.uint8)) == pytest.approx([1.0, 3.0], rel=1e-5)


SOFTMAX = ModelConfig()


def test_the_bits_of_a_softmax_model_are_those_of_its_codes() -> None:
    rows = np.stack([logits_of(0.5, 0.5), logits_of(0.125, 0.875)])
    assert bits_of(SOFTMAX, rows, np.array([1, 0], np.uint8)) == pytest.approx([1.0, 3.0], rel=1e-5)


def test_a_softmax_models_code_is_drawn_by_the_samples_own_random_number() -> None:
    row = logits_of(0.25, 0.5, 0.25)
    for clock in range(50):
        u = uniform(8, clock)
        expected = 0 if u < 0.25 else 1 if u < 0.75 else 2
        assert draw_code(SOFTMAX, row, Sampling(), 8, clock) == expected
    assert {draw_code(SOFTMAX, row, Sampling(temperature=0.0), 8, clock) for clock in range(50)} == {1}


def test_what_a_softmax_model_predicts_is_its_shaped_distribution() -> None:
    found = predicted(SOFTMAX, logits_of(0.8, 0.2), Sampling(temperature=0.5))
    assert found[:2] == pytest.approx([0.64 / 0.68, 0.04 / 0.68], rel=1e-5)
