"""Which frequencies a layer lets through: what comes out at it of a sweep, of noise and of sounds.

What comes out is o_l = W_l z_l, a layer's share of the skip sum, less what comes out of silence. A gain is
measured over a whole record, the tail included that the layers' memory gives:

    gain_l(band)² = Σ_f Σ_channels |O_l(f)|² / Σ_f |U(f)|²,   f in the band

with O and U the spectra of o_l and of the samples as the model works on them. Bands are thirds of an octave.
For layers that were linear it is their gain from the sample on, through all layers before; what a layer's
nonlinearity puts into other bands is counted where it comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.analysis.network import Floats, Given, LayerNetwork
from engine.wavenet.codes import Codes, decode, encode, silence
from engine.wavenet.config import ModelConfig

LOWEST_HZ = 50.0
PER_OCTAVE = 3
SEED = 20_160_912
LEVEL = 0.1
"""Root mean square of noise; a sweep's amplitude is √2 times as much."""
PRESENT = 1e-5
"""A band counts where it has so much of the loudest one's energy: 50 dB below it."""


class Response(NamedTuple):
    """What comes out of each layer by bands."""

    gains: NDArray[np.float64]
    """[L, bands]; NaN in bands of which the input has next to nothing."""
    energies: NDArray[np.float64]
    """[L, bands]: energy that comes out."""


def bands(sample_rate: int) -> NDArray[np.float64]:
    """[bands, 2]: lowest and highest Hz of each third of an octave from 50 Hz to half the rate."""
    count = int(np.floor(np.log2(sample_rate / 2.0 / LOWEST_HZ) * PER_OCTAVE + 1e-9))
    edges = LOWEST_HZ * 2.0 ** (np.arange(count + 1) / PER_OCTAVE)
    return np.stack([edges[:-1], edges[1:]], axis=1)


def middles(sample_rate: int) -> NDArray[np.float64]:
    """[bands]: Hz in the middle of each, on a log axis."""
    edges = bands(sample_rate)
    return np.sqrt(edges[:, 0] * edges[:, 1])


def sweep(sample_rate: int, seconds: float) -> Floats:
    """A sine from 50 Hz to half the rate, [n] float32, rising by equal parts of an octave in equal times."""
    t = np.arange(int(seconds * sample_rate)) / sample_rate
    rate = np.log(sample_rate / 2.0 / LOWEST_HZ) / seconds
    phase = 2.0 * np.pi * LOWEST_HZ * np.expm1(rate * t) / rate
    made: Floats = (LEVEL * np.sqrt(2.0) * np.sin(phase)).astype(np.float32)
    return made


def noise(sample_rate: int, seconds: float) -> Floats:
    """Even noise [n] float32, always the same."""
    width = LEVEL * np.sqrt(3.0)
    drawn = np.random.default_rng(SEED).uniform(-width, width, int(seconds * sample_rate))
    return drawn.astype(np.float32)


def probe(config: ModelConfig, samples: Floats) -> Codes:
    """``samples`` [n] as the codes that a model works on, without pre-emphasis, and silence to its reach."""
    tail = np.full(config.receptive_field, silence(config))
    codes = encode(config, samples)
    return np.concatenate([codes, tail.astype(codes.dtype)])


def response(network: LayerNetwork, codes: Codes, given: Given) -> Response:
    """Of ``codes`` [n], which the layers take from an empty state on: see the module.

    ``given.local`` is left out, which is features of zero. What silence gives is taken away sample by sample.
    """
    return _measured(network, codes, _beyond_silence(network, codes, given))


def gains_by_layer(network: LayerNetwork, codes: Codes, given: Given) -> Iterator[NDArray[np.float64]]:
    """``response(…).gains`` layer by layer, [bands] each: the next one is measured when it is asked for."""
    outputs = _beyond_silence(network, codes, given)
    for came in _energies(network, outputs):
        yield _gains(came, codes, network.config.sample_rate)


def _beyond_silence(network: LayerNetwork, codes: Codes, given: Given) -> Iterator[Floats]:
    """Each layer's z [n, G], less what it is in silence."""
    alone = given._replace(local=None)
    quiet = np.full(len(codes), silence(network.config), codes.dtype)
    walks = (network.walk(network.before(each), alone) for each in (codes, quiet))
    return (sounding.z - silent.z for sounding, silent in zip(*walks, strict=True))


def response_to_sound(network: LayerNetwork, codes: Codes, given: Given) -> Response:
    """The same of a sound with its conditions; each channel's mean is taken away, not what silence gives."""
    walk = network.walk(network.before(codes), given)
    return _measured(network, codes, (layer.z - layer.z.mean(axis=0) for layer in walk))


def _measured(network: LayerNetwork, codes: Codes, outputs: Iterable[Floats]) -> Response:
    """Of each layer's z [n, G], less what is not counted."""
    came = np.stack(list(_energies(network, outputs)))
    return Response(_gains(came, codes, network.config.sample_rate), came)


def _energies(network: LayerNetwork, outputs: Iterable[Floats]) -> Iterator[NDArray[np.float64]]:
    """[bands] of each layer."""
    rate = network.config.sample_rate
    return (band_energies(z, rate, network.skip_weight(layer)) for layer, z in enumerate(outputs))


def _gains(came: NDArray[np.float64], codes: Codes, rate: int) -> NDArray[np.float64]:
    """[…, bands]: amplitudes by those of ``codes``; NaN in bands of which they have next to nothing."""
    into = band_energies(decode(codes)[:, None], rate)
    there = into > PRESENT * into.max()
    gains = np.full(came.shape, np.nan)
    gains[..., there] = np.sqrt(came[..., there] / into[there])
    return gains


def band_energies(signal: Floats, sample_rate: int, weight: Floats | None = None) -> NDArray[np.float64]:
    """[bands]: energy of ``signal`` [n, channels], or of its product with ``weight`` [S, channels]."""
    spectrum = np.fft.rfft(signal, axis=0).astype(np.complex64)
    through = spectrum if weight is None else spectrum @ weight.T
    power = np.sum(np.abs(through) ** 2, axis=1, dtype=np.float64)
    hertz = np.fft.rfftfreq(len(signal), 1.0 / sample_rate)
    first, after = np.searchsorted(hertz, bands(sample_rate).T)
    summed = np.concatenate([[0.0], np.cumsum(power)])
    energy: NDArray[np.float64] = summed[after] - summed[first]
    return energy


def centres(weights: NDArray[np.float64], sample_rate: int) -> NDArray[np.float64]:
    """[L]: Hz, the mean of log frequency, of ``weights`` [L, bands] ≥ 0; NaN counts as 0."""
    octaves = np.log2(middles(sample_rate))
    known = np.nan_to_num(weights)
    total = known.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        hertz: NDArray[np.float64] = 2.0 ** (known @ octaves / total)
    return hertz


def widths(weights: NDArray[np.float64], sample_rate: int) -> NDArray[np.float64]:
    """[L]: octaves, twice the standard deviation of log frequency, of ``weights`` as in ``centres``."""
    octaves = np.log2(middles(sample_rate))
    known = np.nan_to_num(weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        away = (octaves - np.log2(centres(weights, sample_rate))[:, None]) ** 2
        spread: NDArray[np.float64] = 2.0 * np.sqrt(np.sum(known * away, axis=1) / known.sum(axis=1))
    return spread


def rank_correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Spearman's: of the ranks of two rows [n], equal values sharing theirs; 0 where one is constant."""
    ranks = [_ranks(values) for values in (one, other)]
    deviations = [rank - rank.mean() for rank in ranks]
    norm = float(np.sqrt(np.prod([np.sum(each**2) for each in deviations])))
    return float(np.sum(deviations[0] * deviations[1])) / norm if norm else 0.0


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2.0)[inverse]
