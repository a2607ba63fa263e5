"""A model looked into: all that is measured of its layers on one sound, on a sweep and on noise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.analysis import responses
from engine.analysis.contributions import relative, shares_of
from engine.analysis.network import Floats, Given, LayerNetwork
from engine.analysis.reach import reach
from engine.analysis.responses import Response
from engine.wavenet.codes import Codes
from engine.wavenet.distributions import bits_of
from engine.wavenet.model_file import ModelFile

STEP_S = 0.010
"""Of the picture of contributions over time."""
MOMENTS = 4
"""Samples whose gradient is averaged: the last of each quarter of the sound, or those nearby."""
PROBE_S = 1.0
"""Of sweep and of noise."""
SHARES = (0.5, 0.9, 0.99)


class Sound(NamedTuple):
    """What a model is looked into with."""

    name: str
    """What people are told of it: a file's name, or that it is the model's own."""
    codes: Codes
    """[n]: as the model works on them, from silence on; n ≥ 2."""
    samples: Floats
    """[n] float32 in ±1: how they sound."""
    given: Given
    """``local`` is of all n samples."""


class Reach(NamedTuple):
    """How far back it looks."""

    sizes: NDArray[np.float64]
    """[k]: mean of |r| for each lag from 1 on; k at most the receptive field."""
    last: Floats
    """[k']: r of the last moment, from lag 1 on, to be drawn over the sound."""
    at: tuple[int, ...]
    """The moments, as samples of the sound; the last one last."""

    def holding(self, share: float) -> int:
        """Samples of the past that hold so much, 0…1, of all |r|."""
        total = np.cumsum(self.sizes)
        return 1 + int(np.searchsorted(total, share * total[-1])) if total[-1] > 0.0 else 0


class Inspection(NamedTuple):
    """What was found; L layers."""

    model: ModelFile
    sound: Sound
    parts: Floats
    """[L]: see ``contributions.relative``, over the whole sound."""
    over_time: Floats
    """[L, steps]: the same for each ``STEP_S``."""
    bits: float
    """Bits a sample that the sound takes."""
    bits_without: NDArray[np.float64]
    """[L]: with a layer's share taken out of the skip sum; later layers still see what it gives them."""
    sweep: Response
    noise: Response
    from_sound: Response
    """What comes out of the sound itself."""
    reach: Reach


def work(model: ModelFile, samples: int) -> int:
    """What ``inspect`` tells its ``progress`` in all, for a sound of so many samples."""
    config = model.config
    probes = 2 * (int(PROBE_S * config.sample_rate) + config.receptive_field)
    return 2 * samples + 2 * probes + sum(min(at, config.receptive_field) for at in moments(samples))


def inspect(model: ModelFile, sound: Sound, progress: Callable[[int], object] = lambda _: None) -> Inspection:
    """Measure everything. ``progress`` is told of samples that went through the layers: see ``work``.

    Always the same figures from the same model and sound. Raises StudioError on context stacks.
    """
    network, given, n = LayerNetwork(model), sound.given, len(sound.codes)
    gated = np.stack([layer.z for layer in network.walk(network.before(sound.codes), given)])
    shares = shares_of(network, gated, sound.codes, given).shares
    bits, without = _bits(network, gated, sound)
    del gated
    progress(n)
    found = []
    for signal in (responses.sweep, responses.noise):
        codes = responses.probe(model.config, signal(model.config.sample_rate, PROBE_S))
        found.append(responses.response(network, codes, given))
        progress(2 * len(codes))
    from_sound = responses.response_to_sound(network, sound.codes, given)
    progress(n)
    return Inspection(
        model,
        sound,
        relative(shares),
        over_time(shares, max(1, int(STEP_S * model.config.sample_rate))),
        bits,
        without,
        found[0],
        found[1],
        from_sound,
        _reach(network, sound, progress),
    )


def over_time(shares: Floats, step: int) -> Floats:
    """[L, steps]: ``relative`` of ``shares`` [L, n] for each ``step`` samples, what is left over left out."""
    steps = max(1, shares.shape[1] // step)
    return np.stack([relative(shares[:, i * step : (i + 1) * step]) for i in range(steps)], axis=1)


def moments(samples: int) -> tuple[int, ...]:
    """Samples, 1 or later, whose gradient is looked at, in a sound of ``samples`` ≥ 2."""
    return tuple(sorted({max(1, samples * (i + 1) // MOMENTS - 1) for i in range(MOMENTS)}))


def _bits(network: LayerNetwork, gated: Floats, sound: Sound) -> tuple[float, NDArray[np.float64]]:
    """Mean bits of the sound's codes: whole, and without each layer's share of the skip sum."""
    shares = (z @ network.skip_weight(layer).T for layer, z in enumerate(gated))
    skip = network.skip_bias(sound.given) + sum(shares)

    def mean(skip: Floats) -> float:
        return float(bits_of(network.config, network.head(skip)[1], sound.codes).mean())

    without = [mean(skip - z @ network.skip_weight(layer).T) for layer, z in enumerate(gated)]
    return mean(skip), np.array(without)


def _reach(network: LayerNetwork, sound: Sound, progress: Callable[[int], object]) -> Reach:
    field, at = network.config.receptive_field, moments(len(sound.codes))
    sizes, counts = np.zeros(field), np.zeros(field)
    gradient = np.zeros(0, np.float32)
    for moment in at:
        local = sound.given.local
        if local is not None:
            local = local.part(slice(max(0, moment - field), moment + 1))
        gradient = reach(network, sound.codes, moment, sound.given._replace(local=local))
        sizes[: len(gradient)] += np.abs(gradient)
        counts[: len(gradient)] += 1
        progress(len(gradient))
    known = int(np.count_nonzero(counts))
    return Reach(sizes[:known] / counts[:known], gradient, at)


class Correlation(NamedTuple):
    """Rank correlation of dilation and centre frequency, -1…1.

    Near -1 where longer dilations stand for lower frequencies, layer by layer; near 0 where they do not.
    """

    every: float
    """Over all layers."""
    resolved: float
    """Over those whose own frequency, rate / (2 · dilation), lies in the bands: 50 Hz and more."""


def correlations(found: Inspection) -> dict[str, Correlation]:
    """Of sweep, noise and sound."""
    dilations = np.array(found.model.config.dilations, np.float64)
    resolved = found.model.config.sample_rate / (2.0 * dilations) >= responses.LOWEST_HZ
    return {
        name: Correlation(
            responses.rank_correlation(dilations, centres),
            responses.rank_correlation(dilations[resolved], centres[resolved]),
        )
        for name, (centres, _) in centred(found).items()
    }


def centred(found: Inspection) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Centre [L] in Hz and width [L] in octaves of what comes out.

    Of sweep and of noise by gain; of the sound by energy.
    """
    weights = {
        "sweep": found.sweep.gains**2,
        "noise": found.noise.gains**2,
        "sound": found.from_sound.energies,
    }
    rate = found.model.config.sample_rate
    return {
        name: (responses.centres(each, rate), responses.widths(each, rate)) for name, each in weights.items()
    }


def as_json(found: Inspection) -> dict[str, Any]:
    """A JSON object: docs/inside.md says what each entry is. NaN is null."""
    config, header = found.model.config, found.model.header
    rate = config.sample_rate
    named, centres = {"sweep": found.sweep, "noise": found.noise, "sound": found.from_sound}, centred(found)
    return {
        "format": 1,
        "model": {"name": header.name, "hash": header.hash, "sample_rate": rate},
        "dilations": list(config.dilations),
        "sound": {"name": found.sound.name, "samples": len(found.sound.codes), "bits": round(found.bits, 5)},
        "contributions": {
            "parts": _numbers(found.parts),
            "step_seconds": max(1, int(STEP_S * rate)) / rate,
            "over_time": [_numbers(row) for row in found.over_time],
            "bits_without": _numbers(found.bits_without),
        },
        "responses": {
            "bands_hz": [_numbers(band) for band in responses.bands(rate)],
            **{
                name: {
                    "gains": [_numbers(row) for row in each.gains],
                    "centre_hz": _numbers(centres[name][0]),
                    "width_octaves": _numbers(centres[name][1]),
                }
                for name, each in named.items()
            },
            "rank_correlation": {
                name: {key: round(value, 4) for key, value in each._asdict().items()}
                for name, each in correlations(found).items()
            },
        },
        "receptive_field": {
            "samples": config.receptive_field,
            "moments": list(found.reach.at),
            "holding": {f"{share:g}": found.reach.holding(share) for share in SHARES},
            **_by_lag(found.reach),
        },
    }


def _by_lag(found: Reach) -> dict[str, list[float | int | None]]:
    """Sums of |r| between lags that double every third time."""
    k = len(found.sizes)
    edges = np.unique(np.rint(2.0 ** (np.arange(0, 3 * np.log2(k + 1) + 1) / 3)).astype(np.int64))
    edges = np.append(edges[edges < k + 1], k + 1)
    total = np.concatenate([[0.0], np.cumsum(found.sizes)])
    sums = total[edges[1:] - 1] - total[edges[:-1] - 1]
    return {"lags": [int(edge) for edge in edges], "sums": _numbers(sums)}


def _numbers(values: NDArray[np.floating[Any]]) -> list[float | int | None]:
    """Six significant digits; None for what is no number."""
    return [float(f"{value:.6g}") if np.isfinite(value) else None for value in values.tolist()]
