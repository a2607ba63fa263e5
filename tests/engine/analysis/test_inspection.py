"""All measurements of a sound at once, on the network of two sines and on a small random one."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.analysis.inspection import (
    Inspection,
    Reach,
    Sound,
    as_json,
    correlations,
    inspect,
    moments,
    over_time,
    work,
)
from engine.analysis.network import Given
from engine.wavenet.codes import decode, encode
from engine.wavenet.config import ModelConfig
from tests.engine.analysis.two_sines import CONFIG, before_and_earlier, sines, two_sines_model
from tests.models import TINY, random_model


def sound_of(codes: np.ndarray, channels: int) -> Sound:
    return Sound("a sound", codes, decode(codes), Given(np.zeros(channels, np.float32)))


@pytest.fixture(scope="module")
def two_sines() -> Inspection:
    """The first half second holds the 4 kHz that layer A lets through, the second the 2 kHz of layer B."""
    four, two = sines(8000)
    return inspect(two_sines_model(), sound_of(encode(CONFIG, np.concatenate([four, two])), 0))


def test_over_time_the_layer_contributes_whose_sine_sounds(two_sines: Inspection) -> None:
    assert two_sines.over_time.shape == (2, 100)
    assert (two_sines.over_time[0, 1:50] > 0.99).all()
    assert (two_sines.over_time[1, 51:] > 0.99).all()
    np.testing.assert_allclose(two_sines.parts, [0.5, 0.5], atol=0.01)


def test_bits_without_a_layer_are_a_gaussians_around_what_is_left(two_sines: Inspection) -> None:
    """-log2 of a Gaussian's density times a code's step, its log scale -5, its mean the layers' sum."""
    samples, sigma = two_sines.sound.samples.astype(np.float64), np.exp(-5.0)
    last, earlier = before_and_earlier(samples)
    a, b = np.tanh(0.5 * last + 0.5 * earlier), np.tanh(0.5 * last - 0.5 * earlier)
    wanted = [
        np.mean((samples - mean) ** 2) / (2 * sigma**2 * np.log(2))
        + np.log2(sigma * np.sqrt(2 * np.pi) * 32768)
        for mean in (a + b, b, a)
    ]
    np.testing.assert_allclose([two_sines.bits, *two_sines.bits_without], wanted, rtol=0.01)


def test_the_gradient_lies_in_two_lags_and_its_shares_follow(two_sines: Inspection) -> None:
    found = Reach(np.array([6.0, 0.0, 3.0, 1.0]), np.zeros(4, np.float32), (4,))
    assert [found.holding(share) for share in (0.5, 0.6, 0.61, 0.9, 0.99)] == [1, 1, 3, 3, 4]
    assert two_sines.reach.holding(0.9) <= 5
    assert len(two_sines.reach.sizes) == 9


def test_moments_are_the_ends_of_quarters() -> None:
    assert moments(1600) == (399, 799, 1199, 1599)
    assert moments(2) == (1,)


def test_over_time_leaves_out_what_fills_no_step() -> None:
    shares = np.array([[1, 1, 0, 0, 9], [1, 1, -2, 2, 9]], np.float32)
    np.testing.assert_allclose(over_time(shares, 2), [[0.5, 0.0], [0.5, 1.0]])
    np.testing.assert_allclose(over_time(shares, 10), [[11 / 26], [15 / 26]], atol=1e-6)


def test_a_longer_dilation_with_a_lower_centre_correlates_to_minus_one(two_sines: Inspection) -> None:
    """Of three layers, dilations 1, 4 and 1024; the last one's own frequency is below the bands."""
    config = ModelConfig(**{**TINY, "dilations": (1, 4, 1024)})
    gains = np.zeros((3, 21))
    gains[[0, 1, 2], [18, 12, 15]] = 1.0
    one = two_sines.sweep._replace(gains=gains, energies=gains)
    found = two_sines._replace(model=random_model(config), sweep=one, noise=one, from_sound=one)
    for each in correlations(found).values():
        assert each.resolved == pytest.approx(-1.0)
        assert each.every == pytest.approx(-0.5)


def test_progress_tells_all_the_work_and_the_figures_are_the_same_each_time() -> None:
    model = random_model(ModelConfig(**TINY), seed=6)
    sound = sound_of(np.random.default_rng(6).integers(0, 256, 1600).astype(np.uint8), 5)
    done: list[int] = []
    first, second = inspect(model, sound, done.append), inspect(model, sound)
    assert sum(done) == work(model, 1600)
    assert json.dumps(as_json(first)) == json.dumps(as_json(second))


def test_the_json_has_a_number_a_layer_and_names_its_units(two_sines: Inspection) -> None:
    found = json.loads(json.dumps(as_json(two_sines)))
    assert found["dilations"] == [4, 4]
    assert found["contributions"]["step_seconds"] == 0.01
    assert [len(row) for row in found["contributions"]["over_time"]] == [100, 100]
    responses = found["responses"]
    assert len(responses["bands_hz"]) == 21
    for name in ("sweep", "noise", "sound"):
        assert [len(row) for row in responses[name]["gains"]] == [21, 21]
        assert len(responses[name]["centre_hz"]) == 2
    assert responses["sound"]["gains"][0][0] is None  # nothing sounds at 50 Hz
    field = found["receptive_field"]
    assert field["samples"] == 9
    assert field["lags"][0] == 1
    assert field["lags"][-1] == 10
    assert sum(field["sums"]) == pytest.approx(float(two_sines.reach.sizes.sum()), rel=1e-5)
