"""A recording that a stream goes on with: read, levelled as what the model learnt from, cut to a region."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.library.audio_files import read_audio
from engine.wavenet.codes import Codes
from engine.wavenet.config import GenerationParams, ModelConfig
from engine.wavenet.distributions import bits_of
from engine.wavenet.emphasis import codes_of, samples_of

LONGEST_S = 1800.0
SHORTEST_S = 0.1
BEFORE_S = 2.0
"""Seconds of a region that are more than the model hears: for the ear, which so knows where it is."""
QUIET = 10.0 ** (-60.0 / 20.0)
"""RMS below which a frame is silent."""
FRAME_S = 0.02
BLOCK = 2048
"""Samples scored at once: 2 MB of outputs."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class PrimeSound:
    """A recording as the model would have learnt from it."""

    name: str
    samples: Floats
    """[n] mono at ``sample_rate``, in ±1."""
    sample_rate: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.sample_rate


def why_not_continued(config: ModelConfig) -> str:
    """Why a model goes on with no recording; empty where it does."""
    if config.local is not None:
        return "this model is told what to say or play, sample by sample; choose a preset of music or speech"
    return ""


def open_prime(path: Path, config: ModelConfig) -> PrimeSound:
    """Read an audio file for a model: mixed to mono, resampled by soxr, at the level of its corpus.

    Music is brought to -20 LUFS, speech to an active level of -22 dBFS. Raises StudioError where it cannot
    be read, is silent, too short or too long, or holds NaN or infinity.
    """
    rate = config.sample_rate
    samples = read_audio(path, rate, most_s=LONGEST_S)
    if len(samples) < SHORTEST_S * rate:
        raise StudioError(f"{path}: {len(samples) / rate:.2f} s is too short; give {SHORTEST_S:g} s or more")
    try:
        level = _levelled(samples, config)
    except ValueError:
        level = None
    if level is None or not np.isfinite(level).all() or _sounding_until(level, rate) is None:
        raise StudioError(f"{path}: it is silent; give a recording of something")
    return PrimeSound(path.name, level, rate)


def longest_region(config: ModelConfig) -> float:
    """Seconds that a region has at most: what the model hears, and BEFORE_S for the ear."""
    return config.receptive_field / config.sample_rate + BEFORE_S


def proposed_region(sound: PrimeSound, config: ModelConfig) -> tuple[float, float]:
    """(first, last) seconds of its last part, up to where it falls silent."""
    last = (_sounding_until(sound.samples, sound.sample_rate) or len(sound.samples)) / sound.sample_rate
    return max(0.0, last - longest_region(config)), last


def prime_codes(sound: PrimeSound, region: tuple[float, float], config: ModelConfig) -> Codes:
    """Codes [n] of a region (seconds), with the model's pre-emphasis.

    Raises StudioError where the region is silent or too short.
    """
    first, last = (min(max(0, round(edge * sound.sample_rate)), len(sound.samples)) for edge in region)
    first = max(first, last - round(longest_region(config) * sound.sample_rate))
    part = sound.samples[first:last]
    if len(part) < SHORTEST_S * sound.sample_rate:
        raise StudioError(f"{sound.name}: the region is too short; choose {SHORTEST_S:g} s or more")
    if _sounding_until(part, sound.sample_rate) is None:
        raise StudioError(f"{sound.name}: the region is silent; choose another one")
    before = max(0, first - 1)  # pre-emphasis takes each sample's difference from the one before
    return codes_of(config, sound.samples[before:last])[first - before :]


def primed_sound(config: ModelConfig, codes: Codes) -> Floats:
    """How a prime [n] sounds: float32 in ±1."""
    return samples_of(config, codes)


def bits_over_time(kernel: Kernel, params: GenerationParams, codes: Codes, parts: int) -> Floats:
    """[parts or fewer]: bits that the model needs for a sample of ``codes`` [n], part by part, on average.

    Raises StudioError on a tag or speaker that the model does not know, FloatingPointError on NaN.
    """
    generator = Generator(kernel, params, seed=0)
    bits = np.concatenate(
        [
            bits_of(kernel.config, generator.score(block), block)
            for block in (codes[start : start + BLOCK] for start in range(0, len(codes), BLOCK))
        ]
    )
    edges = np.linspace(0, len(bits), min(parts, len(bits)), endpoint=False).astype(np.int64)
    counts = np.diff(np.append(edges, len(bits)))
    return np.asarray(np.add.reduceat(bits.astype(np.float64), edges) / counts, np.float32)


def _levelled(samples: Floats, config: ModelConfig) -> Floats | None:
    # With the first recording: most who play never continue one.
    from engine.corpus.readers.level import levelled as levelled_music
    from engine.corpus.speech.level import levelled as levelled_speech

    if config.speakers and not config.tags:
        return np.asarray(levelled_speech(samples, config.sample_rate), np.float32)
    return levelled_music(samples, config.sample_rate, "music")


def _sounding_until(samples: Floats, sample_rate: int) -> int | None:
    """The sample after the last frame that is not silent; None where all are."""
    size = round(FRAME_S * sample_rate)
    frames = samples[: len(samples) // size * size].reshape(-1, size).astype(np.float64)
    loud = np.flatnonzero(np.sqrt(np.mean(frames**2, axis=1)) > QUIET)
    if not len(loud):
        return None
    return len(samples) if loud[-1] == len(frames) - 1 else int(loud[-1] + 1) * size
