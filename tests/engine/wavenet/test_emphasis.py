from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter

from engine.generation.generator import Generator
from engine.kernels.cpu import CpuKernel
from engine.wavenet.codes import encode
from engine.wavenet.config import GenerationParams, ModelConfig
from engine.wavenet.distributions import bits_of
from engine.wavenet.emphasis import (
    UNFILTERED,
    Deemphasis,
    audible_odds,
    codes_of,
    emphasis_of,
    emphasised,
    samples_of,
)
from engine.wavenet.mulaw import DECODED
from tests.models import TINY, random_model

C = 0.85
FILTER = emphasis_of(ModelConfig(**TINY, pre_emphasis=C))


def sound(n: int = 4000) -> np.ndarray:
    return (0.2 * np.sin(np.arange(n) * 0.05)).astype(np.float32)


def test_the_filter_is_one_minus_c_over_z_times_its_gain() -> None:
    x = sound()
    np.testing.assert_allclose(
        emphasised(FILTER, x), lfilter([1.0, -C], [1.0], x) * (1.0 - C) ** -0.5, atol=1e-6
    )


def test_another_gain_can_be_set_with_or_without_a_coefficient() -> None:
    for coefficient in (0.0, C):
        config = ModelConfig(**TINY, pre_emphasis=coefficient, emphasis_gain=0.5)
        filtered = 0.5 * lfilter([1.0, -coefficient], [1.0], sound())
        np.testing.assert_array_equal(codes_of(config, sound()), encode(config, filtered))
        np.testing.assert_allclose(samples_of(config, codes_of(config, sound())), sound(), atol=0.03)


def test_undoing_it_gives_the_sound_back_whatever_the_blocks() -> None:
    y = emphasised(FILTER, sound())
    for size in (1, 7, 128, 4000):
        back = Deemphasis(FILTER)
        parts = [back(y[start : start + size]) for start in range(0, len(y), size)]
        np.testing.assert_allclose(np.concatenate(parts), sound(), atol=1e-5)


def test_it_goes_on_from_a_sample_before() -> None:
    x = sound()
    np.testing.assert_allclose(
        emphasised(FILTER, x[100:], float(x[99])), emphasised(FILTER, x)[100:], atol=1e-6
    )
    np.testing.assert_allclose(
        Deemphasis(FILTER, float(x[99]))(emphasised(FILTER, x)[100:]), x[100:], atol=1e-5
    )


def test_without_a_coefficient_nothing_changes() -> None:
    config = ModelConfig(**TINY)
    assert emphasis_of(config) == UNFILTERED == (0.0, 1.0)
    np.testing.assert_array_equal(codes_of(config, sound()), encode(config, sound()))
    np.testing.assert_array_equal(Deemphasis(UNFILTERED)(sound()), sound())


@pytest.mark.parametrize(("output", "closeness"), [("softmax", 0.02), ("gaussian", 2e-4)])
def test_codes_of_a_sound_sound_like_it(output: str, closeness: float) -> None:
    scalar = "embedding" if output == "softmax" else "scalar"
    config = ModelConfig(**{**TINY, "output": output, "input": scalar, "pre_emphasis": C})
    again = samples_of(config, codes_of(config, sound()))
    assert np.abs(again - sound()).max() < closeness


def test_codes_that_came_before_set_the_filter() -> None:
    config = ModelConfig(**TINY, pre_emphasis=C)
    codes = codes_of(config, sound())
    whole = samples_of(config, codes)
    np.testing.assert_array_equal(samples_of(config, codes[1000:], codes[:1000]), whole[1000:])


def test_what_adds_up_beyond_full_scale_is_clipped() -> None:
    assert Deemphasis(FILTER)(np.ones(200, np.float32)).max() == 1.0


def test_a_recording_is_as_likely_as_the_filtered_one_without_the_field() -> None:
    plain, filtered = ModelConfig(**TINY), ModelConfig(**TINY, pre_emphasis=C)
    bits = []
    whole, by_hand = codes_of(filtered, sound(300)), encode(plain, emphasised(FILTER, sound(300)))
    for config, codes in ((filtered, whole), (plain, by_hand)):
        generator = Generator(CpuKernel(random_model(config)), GenerationParams(), 0)
        bits.append(bits_of(config, generator.score(codes), codes))
    np.testing.assert_array_equal(*bits)


def test_odds_of_a_filtered_sample_are_moved_to_where_it_is_heard() -> None:
    rng = np.random.default_rng(4)
    odds = rng.random(256) ** 6
    odds /= odds.sum()
    before = 0.2
    heard = audible_odds(FILTER, odds, before)
    assert heard.sum() == pytest.approx(1.0)
    assert heard.min() >= 0.0
    # Independent: draw values within each code's interval, filter each back, and count where they fall.
    edges = np.concatenate([DECODED[:1], (DECODED[1:] + DECODED[:-1]) / 2, DECODED[-1:]]).astype(float)
    codes = rng.choice(256, 400_000, p=odds)
    drawn = edges[codes] + rng.random(len(codes)) * np.diff(edges)[codes]
    sounds = np.clip(drawn * (1.0 - C) ** 0.5 + C * before, -1.0, 1.0)
    counted, _ = np.histogram(sounds, edges)
    np.testing.assert_allclose(heard, counted / len(codes), atol=4e-3)


def test_odds_of_a_model_without_a_filter_stay() -> None:
    odds = np.full(256, 1 / 256)
    assert audible_odds(UNFILTERED, odds, 0.7) is odds
