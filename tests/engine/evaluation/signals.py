"""Signals with known answers: notes as decaying harmonic tones, and corpora of two kinds of sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.corpus.format.reader import Corpus
from engine.corpus.format.writer import CorpusWriter

RATE = 16_000
SECONDS = 8.0


def notes_of(starts: list[float], pitches: list[int], length: float = 0.4) -> NDArray[np.float32]:
    """A notes array of one part, velocity 100."""
    rows = [(start, length, pitch, 100, 0, 0) for start, pitch in sorted(zip(starts, pitches, strict=True))]
    return np.array(rows, np.float32).reshape(-1, 6)


def melody(seed: int, spacing: float = 0.5) -> NDArray[np.float32]:
    """A random melody from 0.25 s on, a note every ``spacing`` seconds, C3 to B4."""
    starts = np.arange(0.25, SECONDS - 0.5, spacing)
    return notes_of(starts.tolist(), np.random.default_rng(seed).integers(48, 72, len(starts)).tolist())


def played(notes: NDArray[np.float32], seconds: float = SECONDS, late: float = 0.0) -> NDArray[np.float32]:
    """The notes as tones of four harmonics that decay, ``late`` seconds after their time."""
    out = np.zeros(round(seconds * RATE))
    for start, length, pitch, velocity, _, _ in notes.astype(np.float64):
        first = round((start + late) * RATE)
        t = np.arange(min(round(length * RATE), len(out) - first)) / RATE
        hz = 440.0 * 2.0 ** ((pitch - 69.0) / 12.0)
        tone = sum(np.sin(2 * np.pi * hz * k * t) / k**2 for k in (1, 2, 3, 4))
        tone *= np.minimum(1.0, (t[-1] - t) / 0.1)  # a note that is cut off ends with a click, an onset
        out[first : first + len(t)] += velocity / 127.0 * 0.2 * tone * np.exp(-5.0 * t)
    return out.astype(np.float32)


def buzz(rng: np.random.Generator, seconds: float) -> NDArray[np.float32]:
    """A swelling low square wave."""
    t = np.arange(round(seconds * RATE)) / RATE
    wave = np.sign(np.sin(2 * np.pi * rng.uniform(90, 130) * t))
    return (0.2 * wave * (0.6 + 0.4 * np.sin(2 * np.pi * 2.0 * t + rng.uniform(0, 6)))).astype(np.float32)


def whistle(rng: np.random.Generator, seconds: float) -> NDArray[np.float32]:
    """A swelling high sine in a little noise."""
    t = np.arange(round(seconds * RATE)) / RATE
    wave = np.sin(2 * np.pi * rng.uniform(1500, 2500) * t) + 0.01 * rng.standard_normal(len(t))
    return (0.2 * wave * (0.6 + 0.4 * np.sin(2 * np.pi * 2.0 * t + rng.uniform(0, 6)))).astype(np.float32)


def two_kinds(folder: Path, pieces: int = 12, seconds: float = 2.0) -> Corpus:
    """Buzzes tagged ``piano`` and whistles tagged ``calm``, both also ``fast``: tags of the tiny model."""
    rng = np.random.default_rng(1)
    with CorpusWriter(folder, kind="music", sample_rate=RATE, seed=1, sources=[]) as writer:
        for index in range(pieces):
            split = {0: "validation", 1: "test", 2: "test"}.get(index, "train")
            for tag, sound in (("piano", buzz), ("calm", whistle)):
                writer.add(f"{tag}-{index}", split, sound(rng, seconds), tags=(tag, "fast"))
    return Corpus(folder)


def tunes(folder: Path, pieces: int = 4) -> Corpus:
    """Test pieces with their notes, tagged ``piano`` and ``calm`` in turn."""
    with CorpusWriter(folder, kind="music", sample_rate=RATE, seed=1, sources=[]) as writer:
        for index in range(pieces):
            tag = ("piano", "calm")[index % 2]
            writer.add(f"{tag}-{index}", "test", played(melody(index)), tags=(tag,), notes=melody(index))
        writer.add("short", "test", played(melody(9)[:1], 1.0), tags=("piano",), notes=melody(9)[:1])
        writer.add("bare", "test", played(melody(8)), tags=("piano",))
    return Corpus(folder)
