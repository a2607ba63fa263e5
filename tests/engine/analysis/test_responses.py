"""What layers let through: the known gains of the two-sines network; bands, centres and ranks."""

from __future__ import annotations

import numpy as np
import pytest

from engine.analysis.network import Floats, Given, LayerNetwork
from engine.analysis.responses import (
    bands,
    centres,
    middles,
    noise,
    probe,
    rank_correlation,
    response,
    response_to_sound,
    sweep,
    widths,
)
from engine.wavenet.codes import decode, encode
from tests.engine.analysis.two_sines import CONFIG, DILATION, RATE, sines, two_sines_model

NOTHING = Given(np.zeros(0, np.float32))


def known_gains(signal: Floats) -> np.ndarray:
    """|cos| and |sin| of πf·4/16000, over each band of what the signal holds."""
    power = np.abs(np.fft.rfft(signal.astype(np.float64))) ** 2
    hertz = np.fft.rfftfreq(len(signal), 1 / RATE)
    angle = np.pi * hertz * DILATION / RATE
    found = []
    for gain in (np.cos(angle) ** 2, np.sin(angle) ** 2):
        inside = [(hertz >= low) & (hertz < high) for low, high in bands(RATE)]
        found.append([np.sqrt(np.sum((gain * power)[band]) / np.sum(power[band])) for band in inside])
    return np.array(found)


@pytest.mark.parametrize("signal", [sweep, noise])
def test_gains_of_a_sweep_and_of_noise_are_the_known_ones(signal: object) -> None:
    assert callable(signal)
    codes = probe(CONFIG, signal(RATE, 1.0))
    found = response(LayerNetwork(two_sines_model()), codes, NOTHING)
    np.testing.assert_allclose(found.gains, known_gains(decode(codes)), rtol=0.03, atol=0.01)


def test_layers_of_a_sound_hold_the_energy_of_what_they_let_through() -> None:
    four, two = sines(RATE)
    found = response_to_sound(LayerNetwork(two_sines_model()), encode(CONFIG, four + two), NOTHING)
    at_four, at_two = (int(np.flatnonzero((bands(RATE) > f).any(axis=1))[0]) for f in (4000, 2000))
    for layer, (strong, weak) in enumerate(((at_four, at_two), (at_two, at_four))):
        assert found.energies[layer, strong] > 1000 * found.energies[layer, weak]
        assert found.gains[layer, strong] == pytest.approx(1.0, abs=0.01)
    assert np.isnan(found.gains[:, 0]).all()  # nothing to be let through at 50 Hz


def test_bands_are_thirds_of_an_octave_up_to_half_the_rate() -> None:
    edges = bands(16_000)
    np.testing.assert_allclose(edges[:, 1] / edges[:, 0], 2 ** (1 / 3))
    np.testing.assert_allclose(edges[0], [50.0, 50.0 * 2 ** (1 / 3)])
    assert 8000 / 2 ** (1 / 3) < edges[-1, 1] <= 8000
    assert len(edges) == 21
    np.testing.assert_allclose(middles(16_000), np.sqrt(edges.prod(axis=1)))


def test_a_sweep_rises_by_equal_octaves() -> None:
    """From 50 to 8000 Hz in 2 s: after half the time it stands at their geometric mean, 632 Hz."""
    made = sweep(16_000, 2.0)
    part = made[15_000:17_000] * np.hanning(2000)
    peak = np.argmax(np.abs(np.fft.rfft(part, 1 << 17))) * 16_000 / (1 << 17)
    assert peak == pytest.approx(np.sqrt(50 * 8000), rel=0.02)
    assert np.abs(made).max() == pytest.approx(0.1 * np.sqrt(2), rel=1e-3)
    assert len(made) == 32_000


def test_noise_is_even_and_always_the_same() -> None:
    made = noise(16_000, 1.0)
    assert np.sqrt(np.mean(made**2)) == pytest.approx(0.1, rel=0.02)
    np.testing.assert_array_equal(made, noise(16_000, 1.0))
    power = np.abs(np.fft.rfft(made)) ** 2
    assert power[1:4000].mean() == pytest.approx(power[4000:].mean(), rel=0.1)


def test_centre_and_width_are_mean_and_spread_of_log_frequency() -> None:
    weights = np.zeros((3, 21))
    weights[0, 6] = 2.0
    weights[1, [6, 12]] = 1.0  # two octaves apart
    at = middles(16_000)
    found, wide = centres(weights, 16_000), widths(weights, 16_000)
    np.testing.assert_allclose(found[:2], [at[6], at[9]])
    np.testing.assert_allclose(wide[:2], [0.0, 2.0], atol=1e-6)
    assert np.isnan(found[2])
    assert np.isnan(wide[2])


def test_the_rank_correlation_is_spearmans() -> None:
    rising = np.array([1.0, 2.0, 4.0, 8.0])
    assert rank_correlation(rising, np.array([5.0, 6.0, 7.0, 100.0])) == pytest.approx(1.0)
    assert rank_correlation(rising, -rising) == pytest.approx(-1.0)
    assert rank_correlation(rising, np.ones(4)) == 0.0
    # 1 - 6 Σd² / (n (n² - 1)), without equal values: d = 0, 1, -1, 0
    assert rank_correlation(rising, np.array([1.0, 3.0, 2.0, 4.0])) == pytest.approx(1 - 6 * 2 / 60)
    # ranks 1.5, 1.5, 3 against 1, 2, 3: covariance 1.5, variances 1.5 and 2
    assert rank_correlation(np.array([7.0, 7.0, 9.0]), np.array([1.0, 2.0, 3.0])) == pytest.approx(
        1.5 / 3**0.5
    )
