from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import stats

from engine.wavenet import continuous
from engine.wavenet.config import ModelConfig
from engine.wavenet.distributions import Sampling, bits_of, draw_code, level_bits, predicted
from engine.wavenet.mulaw import encode

LOGISTICS = ModelConfig(output="logistics", components=3)
GAUSSIAN = ModelConfig(output="gaussian")
ALL_CODES = np.arange(-32768, 32768).astype(np.int16)

# Logits, means, log scales of three logistics; mean and log scale of a Gaussian.
MIXED = np.array([0.3, -0.5, 1.0, -0.4, 0.02, 0.6, -3.0, -6.5, -2.0], np.float32)
SINGLE = np.array([0.1, -2.5], np.float32)


def mixture(outputs: np.ndarray) -> tuple[np.ndarray, list[stats.rv_continuous]]:
    """Shares and scipy's own distributions, for MIXED."""
    logits, means, log_scales = outputs.astype(float).reshape(3, 3)
    shares = np.exp(logits) / np.exp(logits).sum()
    return shares, [stats.logistic(m, np.exp(s)) for m, s in zip(means, log_scales, strict=True)]


def edges(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values = codes.astype(float)
    low = np.where(values == -32768, -np.inf, (values - 0.5) / 32768)
    return low, np.where(values == 32767, np.inf, (values + 0.5) / 32768)


def test_bits_of_a_mixture_of_logistics_are_scipys() -> None:
    codes = np.array([-32768, -32767, -13000, 0, 1, 655, 20000, 32766, 32767], np.int16)
    shares, parts = mixture(MIXED)
    low, high = edges(codes)
    mass = sum(share * (part.cdf(high) - part.cdf(low)) for share, part in zip(shares, parts, strict=True))
    found = bits_of(LOGISTICS, np.tile(MIXED, (len(codes), 1)), codes)
    assert found == pytest.approx(-np.log2(mass), rel=1e-6)


def test_bits_of_a_gaussian_are_scipys() -> None:
    codes = np.array([-32768, -20000, -5000, 0, 3277, 15000], np.int16)
    low, high = edges(codes)
    part = stats.norm(float(SINGLE[0]), np.exp(float(SINGLE[1])))
    found = bits_of(GAUSSIAN, np.tile(SINGLE, (len(codes), 1)), codes)
    assert found == pytest.approx(-np.log2(part.cdf(high) - part.cdf(low)), rel=1e-6)


@pytest.mark.parametrize("log_scale", [-16.0, -9.0, -5.0, -1.0, 0.0, 3.0, 40.0])
@pytest.mark.parametrize("mean", [-1.5, -1.0, 0.0, 0.3, 7.0])
def test_the_probabilities_of_all_codes_sum_to_one(mean: float, log_scale: float) -> None:
    gaussian = np.array([mean, log_scale], np.float32)
    logistics = np.array([0, 1, 2, mean, 0.1, -mean, log_scale, -4, log_scale / 2], np.float32)
    for config, outputs in ((GAUSSIAN, gaussian), (LOGISTICS, logistics)):
        found = bits_of(config, np.tile(outputs, (65536, 1)), ALL_CODES)
        assert (2.0**-found).sum() == pytest.approx(1.0, abs=1e-9)


def test_the_logarithm_of_the_normal_distributions_cdf_is_torchs() -> None:
    x = np.concatenate([np.linspace(-2000.0, 10.0, 5001), np.linspace(-31.0, -29.0, 101)])
    assert continuous.log_normal_cdf(x) == pytest.approx(
        torch.special.log_ndtr(torch.from_numpy(x)).numpy(), rel=1e-9
    )


@pytest.mark.parametrize("config", [LOGISTICS, GAUSSIAN])
def test_bits_are_finite_for_all_finite_outputs(config: ModelConfig) -> None:
    rng = np.random.default_rng(0)
    for size in (1.0, 30.0, 1e3, 1e6, 1e12, 1e30):
        outputs = (size * rng.standard_normal((500, config.outputs))).astype(np.float32)
        codes = rng.choice(np.array([-32768, -32767, -3, 0, 500, 32767], np.int16), 500)
        found = bits_of(config, outputs, codes)
        assert np.isfinite(found).all()
        assert (found > -1e-9).all()


def test_the_far_tail_of_a_gaussian_is_its_density_times_the_step() -> None:
    # 300 standard deviations away: ln of the mass is ln of the density, -c²/2 - ln(σ √(2π)), plus the ln of
    # the step, and ln of sinh(c δ / 2) / (c δ / 2) for its slope over the step, δ in standard deviations.
    scale, mean = 1e-3, 0.0
    delta = 1.0 / 32768 / scale
    code = np.array([round(300.0 * scale * 32768)], np.int16)
    c = code[0] / 32768 / scale
    nats = -(c**2) / 2 - np.log(scale * np.sqrt(2 * np.pi)) + np.log(1 / 32768)
    nats += np.log(np.sinh(c * delta / 2) / (c * delta / 2))
    found = bits_of(GAUSSIAN, np.array([[mean, np.log(scale)]], np.float32), code)
    assert found[0] == pytest.approx(-nats / np.log(2), rel=1e-5)


def test_log_scales_below_the_models_smallest_count_as_it() -> None:
    floor = ModelConfig(output="gaussian", log_scale_min=-5.0)
    low, at = (np.array([[0.0, value]], np.float32) for value in (-9.0, -5.0))
    code = np.array([100], np.int16)
    assert bits_of(floor, low, code) == bits_of(floor, at, code)
    assert bits_of(GAUSSIAN, low, code) != bits_of(GAUSSIAN, at, code)


def draws(config: ModelConfig, outputs: np.ndarray, sampling: Sampling, n: int = 4_000) -> np.ndarray:
    return np.array([draw_code(config, outputs, sampling, 77, clock) for clock in range(n)])


def chi_square(codes: np.ndarray, cdf: np.ndarray, bounds: np.ndarray) -> float:
    """p-value of drawn codes against the cumulative distribution at ``bounds`` (amplitudes)."""
    counts = np.histogram(codes / 32768, np.concatenate([[-9], bounds, [9]]))[0]
    share = np.diff(np.concatenate([[0.0], cdf, [1.0]]))
    return float(stats.chisquare(counts, share * len(codes)).pvalue)


@pytest.mark.parametrize("temperature", [1.0, 0.6])
def test_draws_from_logistics_follow_the_mixture_at_that_temperature(temperature: float) -> None:
    shaped = MIXED.astype(float).reshape(3, 3) / [[temperature], [1.0], [1.0]]
    shaped[2] += np.log(temperature)
    shares, parts = mixture(shaped.reshape(-1))
    bounds = np.array([-0.6, -0.45, -0.4, -0.3, 0.0, 0.0199, 0.0215, 0.1, 0.4, 0.55, 0.6, 0.7, 0.9])
    cdf = sum(share * part.cdf(bounds) for share, part in zip(shares, parts, strict=True))
    assert chi_square(draws(LOGISTICS, MIXED, Sampling(temperature)), cdf, bounds) > 0.001


@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_draws_from_a_gaussian_follow_it_at_that_temperature(temperature: float) -> None:
    scale = np.exp(float(SINGLE[1])) * temperature
    bounds = 0.1 + scale * np.linspace(-2.5, 2.5, 21)
    cdf = stats.norm(float(SINGLE[0]), scale).cdf(bounds)
    assert chi_square(draws(GAUSSIAN, SINGLE, Sampling(temperature)), cdf, bounds) > 0.001


def test_at_temperature_zero_the_mean_of_the_most_probable_component_is_drawn() -> None:
    assert set(draws(LOGISTICS, MIXED, Sampling(0.0), 50)) == {round(0.6 * 32768)}
    assert set(draws(GAUSSIAN, SINGLE, Sampling(0.0), 50)) == {round(0.1 * 32768)}


def test_top_k_and_top_p_leave_out_improbable_components() -> None:
    narrow = MIXED.copy()
    narrow[6:] = -9.0
    near = {
        "one": draws(LOGISTICS, narrow, Sampling(top_k=1), 500),
        "most": draws(LOGISTICS, narrow, Sampling(top_p=0.8), 500),  # of 0.29, 0.13 and 0.58
        "all": draws(LOGISTICS, narrow, Sampling(), 500),
    }
    found = {
        name: {int(i) for i in np.abs(codes[:, None] / 32768 - [-0.4, 0.02, 0.6]).argmin(1)}
        for name, codes in near.items()
    }
    assert found == {"one": {2}, "most": {0, 2}, "all": {0, 1, 2}}


def test_draws_clip_at_full_scale() -> None:
    for mean, code in ((3.0, 32767), (-3.0, -32768)):
        assert set(draws(GAUSSIAN, np.array([mean, -3.0], np.float32), Sampling(), 50)) == {code}


def test_a_draw_is_the_inverse_of_the_cumulative_distribution() -> None:
    words = (0, 3 * 2**30, 2**30, 0)  # u = 3/4 and a quarter turn
    assert continuous.value(LOGISTICS, 0.5, 0.1, words) == pytest.approx(
        stats.logistic(0.5, 0.1).ppf(0.75), abs=1e-9
    )
    assert continuous.value(GAUSSIAN, 0.5, 0.1, words) == pytest.approx(0.5, abs=1e-9)  # cos of it is 0


@pytest.mark.parametrize("temperature", [1.0, 0.5])
def test_the_predicted_mulaw_codes_are_those_of_the_amplitudes_that_are_drawn(temperature: float) -> None:
    for config, outputs in ((LOGISTICS, MIXED), (GAUSSIAN, SINGLE)):
        expected = predicted(config, outputs, Sampling(temperature))
        assert expected.shape == (256,)
        assert expected.sum() == pytest.approx(1.0, abs=1e-9)
        codes = encode(draws(config, outputs, Sampling(temperature)) / 32768)
        counts = np.bincount(codes, minlength=256)
        common = expected * len(codes) >= 10
        seen = np.append(counts[common], counts[~common].sum())
        share = np.append(expected[common], expected[~common].sum())
        assert stats.chisquare(seen, share * len(codes)).pvalue > 0.001


def test_predicted_is_certain_at_temperature_zero() -> None:
    assert predicted(GAUSSIAN, SINGLE, Sampling(0.0)).tolist() == np.eye(256)[encode(0.1)].tolist()


@pytest.mark.parametrize(("config", "outputs"), [(LOGISTICS, MIXED), (GAUSSIAN, SINGLE)])
def test_the_bits_of_a_level_sum_up_the_probability_of_all_codes_in_it(
    config: ModelConfig, outputs: np.ndarray
) -> None:
    codes = np.array([-32768, -9000, -3, 0, 700, 3277, 32767], np.int16)
    found = level_bits(config, np.tile(outputs, (len(codes), 1)), codes)
    every = 2.0 ** -bits_of(config, np.tile(outputs, (65536, 1)), ALL_CODES)
    levels = encode(ALL_CODES / 32768)
    alike = [levels == encode(code / 32768) for code in codes]
    summed = np.array([every[those].sum() for those in alike])
    counts = np.array([those.sum() for those in alike])
    assert counts.min() == 5
    # A level's two edges cut through codes: half a code's probability each, more or less.
    assert (np.abs(2.0**-found - summed) <= summed / counts).all()
