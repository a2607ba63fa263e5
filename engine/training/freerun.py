"""What a free-running model does, in numbers that tell music and speech from silence, buzz and noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.generation.conditions import Condition, StreamConditions
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.wavenet import distributions, mulaw
from engine.wavenet.codes import Codes, decode
from engine.wavenet.config import GenerationParams
from engine.wavenet.distributions import Sampling

FRAME = 512
BLOCK = 64
SILENT_DB = -50.0
LOUDER_DB = 12.0
"""Above the corpus: what runs away in level ends some 15 dB above it."""
STUCK_SHARE = 0.5
STEADY_DB = 0.5
STEADY_FLUX = 0.05
CLIPPED_SHARE = 0.001


@dataclass(frozen=True)
class Character:
    """Figures of a clip; frames of 512 samples."""

    level_db: float
    """RMS of the whole clip, dBFS."""
    variation_db: float
    """Standard deviation of the frames' levels, dB."""
    centroid: float
    """Spectral centroid as a share of half the sample rate."""
    flatness: float
    """Mean spectral flatness of the sounding frames: 1 is white noise, 0 a pure tone."""
    flux: float
    """Mean change of the normalised spectrum from frame to frame, 0…2."""
    stuck: float
    """Share of the samples in runs of one mu-law value longer than 64."""
    clipped: float
    """Share of the samples at the lowest or the highest mu-law value."""
    entropy: float | None
    """Mean entropy of the predicted distributions, bits; None for recordings."""


def free_run(
    kernel: Kernel, params: GenerationParams, n: int, seed: int, local: Condition | None = None
) -> tuple[Codes, float]:
    """Codes [n] from an empty state under ``params``, and the mean entropy of the predictions (once a block).

    ``local`` conditions them, for models that say what they are told. The entropy is that of the mu-law code,
    in bits, whatever the model draws.
    """
    generator = Generator(kernel, params, seed, StreamConditions(local))
    blocks = [generator.step(BLOCK) for _ in range(-(-n // BLOCK))]
    entropies = [
        distributions.entropy(distributions.predicted(kernel.config, block.outputs, Sampling()))
        for block in blocks
    ]
    return np.concatenate([block.codes for block in blocks])[:n], float(np.mean(entropies))


def character(codes: Codes, entropy: float | None) -> Character:
    """The figures of ``codes`` [n], n ≥ 1024."""
    samples = decode(codes).astype(np.float64)
    mulaw_codes = codes if codes.dtype == np.uint8 else mulaw.encode(samples)
    samples = samples - samples.mean()
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    power = (frames**2).mean(axis=1) + 1e-10
    spectrum = np.abs(np.fft.rfft(frames * np.hanning(FRAME), axis=1)) ** 2 + 1e-12
    shape = spectrum / spectrum.sum(axis=1, keepdims=True)
    loud = power >= power.max() * 1e-4
    flatness = np.exp(np.log(spectrum).mean(axis=1)) / spectrum.mean(axis=1)
    bins = np.linspace(0.0, 1.0, spectrum.shape[1])
    return Character(
        level_db=float(10 * np.log10(power.mean())),
        variation_db=float((10 * np.log10(power)).std()),
        centroid=float((shape[loud] @ bins).mean()),
        flatness=float(flatness[loud].mean()),
        flux=float(np.abs(np.diff(shape, axis=0)).sum(axis=1).mean()),
        stuck=_stuck_share(mulaw_codes),
        clipped=float(((mulaw_codes == 0) | (mulaw_codes == mulaw.LEVELS - 1)).mean()),
        entropy=entropy,
    )


def verdict(run: Character, corpus: Character) -> str:
    """``alive``, or what is wrong with a free run, judged beside the corpus's own clips."""
    if run.level_db < SILENT_DB or run.level_db < corpus.level_db - 25.0:
        return "silent"
    if run.stuck > max(STUCK_SHARE, 2 * corpus.stuck):
        return "stuck"
    if run.clipped > max(CLIPPED_SHARE, 2 * corpus.clipped):
        return "clipped"
    if run.level_db > corpus.level_db + LOUDER_DB:
        return "too loud"
    if run.variation_db < STEADY_DB and run.flux < STEADY_FLUX:
        return "a steady buzz"
    if run.flatness > max(0.3, 3 * corpus.flatness):
        return "noise"
    return "alive"


def _stuck_share(codes: Codes, longest: int = 64) -> float:
    edges = np.flatnonzero(np.diff(codes.astype(np.int16)) != 0)
    runs = np.diff(np.concatenate([[-1], edges, [len(codes) - 1]]))
    return float(runs[runs > longest].sum() / len(codes))
