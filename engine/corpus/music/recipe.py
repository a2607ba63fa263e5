"""The music corpus: ten genres, composed from a seed and synthesised, with tags that are heard."""

from __future__ import annotations

import subprocess
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyloudnorm
from numpy.typing import NDArray

from engine.composing import chip, synthesiser
from engine.composing.composer import CHIP_GENRE, GENRES, compose
from engine.corpus.format.reader import Corpus, split_of
from engine.corpus.format.writer import CorpusWriter
from engine.errors import StudioError
from engine.music.roll import Notes, notes_array
from engine.music.score import Score

SAMPLE_RATE = 16000
LOUDNESS = -20.0  # LUFS
PEAK = 0.95
FADED_DB = -26.0
"""What is so much quieter than its piece, at the end of it, is cut off."""
_PIECE_HOURS = 30.0 / 3600.0
_FADE = 0.02  # seconds at the end, where a piece is cut with its last bar


@dataclass(frozen=True)
class Rendered:
    """A finished piece: ``samples`` [n_samples] float32 in ±PEAK."""

    samples: NDArray[np.float32]
    tags: tuple[str, ...]
    details: dict[str, Any]
    notes: NDArray[np.float32]
    """[n, 6], as ``engine.music.roll.notes_array`` gives them."""


def make(
    folder: Path,
    *,
    hours: float,
    seed: int,
    progress: Callable[[float], None],
    workers: int,
    genres: tuple[str, ...] = tuple(GENRES),
) -> Corpus:
    """Write about ``hours`` of music, the genres sharing them equally, with ``workers`` processes.

    The same seed gives the same pieces in the same order, however many processes there are and
    however often the work was interrupted: the same call goes on after the last whole piece.
    ``progress`` is told the share done, 0 to 1. Raises StudioError where ``hours`` is not positive,
    FluidSynth is needed and missing, or the folder already holds a corpus or part of another one.
    """
    if not hours > 0.0:
        raise StudioError(f"a corpus of {hours} hours would be empty; ask for more than 0 hours")
    if set(genres) - {CHIP_GENRE}:
        synthesiser.find()
    each = max(1, round(hours / _PIECE_HOURS / len(genres)))
    names = [(genre, index) for index in range(each) for genre in genres]
    request = {"pieces": each, "genres": list(genres)}
    writer = CorpusWriter(
        folder, kind="music", sample_rate=SAMPLE_RATE, seed=seed, sources=sources(), request=request
    )
    with writer, _pool(workers) as pool:
        first = len(writer.pieces)
        if first:
            progress(first / len(names))
        futures = (pool.submit(render, seed, genre, index) for genre, index in names[first:])
        for done, piece in enumerate(_in_order(futures, 2 * workers), start=first + 1):
            genre, index = names[done - 1]
            writer.add(
                f"{genre}-{index:04d}",
                split_of(index),
                piece.samples,
                tags=piece.tags,
                details=piece.details,
                notes=piece.notes,
            )
            progress(done / len(names))
    return Corpus(folder)


def render(seed: int, genre: str, index: int) -> Rendered:
    """Compose, play and level one piece.

    Raises StudioError where FluidSynth is needed and missing.
    """
    name = f"{seed}-{genre}-{index}"
    rng = Random(name)
    composition = compose(genre, rng)
    score, plan = composition.score, composition.plan
    on_chip = genre == CHIP_GENRE
    raw = chip.play(score, rng, SAMPLE_RATE) if on_chip else synthesiser.play(score, SAMPLE_RATE)
    details = {
        "seed": name,
        "bpm": plan.bpm,
        "beats": plan.beats,
        "key": str(plan.key),
        "mode": plan.key.mode,
        "mood": plan.mood.name,
        "chords": [root + 1 for root in plan.roots],
    }
    samples = level(trim(raw))
    return Rendered(samples, composition.tags, details, audible_notes(score, len(samples) / SAMPLE_RATE))


def audible_notes(score: Score, seconds: float) -> Notes:
    """A score's notes, those that begin in the first ``seconds``, none lasting longer."""
    notes = notes_array(score)
    notes = notes[notes[:, 0] < seconds]
    notes[:, 1] = np.minimum(notes[:, 1], np.float32(seconds) - notes[:, 0])
    return notes


def trim(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Samples [n_samples] without the end in which the last notes have died away.

    Kept are all 50 ms frames up to the last one within FADED_DB of the whole's level.
    """
    frame = SAMPLE_RATE // 20
    frames = samples[: len(samples) // frame * frame].astype(np.float64).reshape(-1, frame)
    levels = frames.std(axis=1)
    heard = np.flatnonzero(levels > samples.astype(np.float64).std() * 10.0 ** (FADED_DB / 20.0))
    return samples[: (heard[-1] + 1) * frame] if len(heard) else samples


def level(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Samples [n_samples] at 16 kHz brought to LOUDNESS, or lower where the peak would pass PEAK.

    Raises ValueError where they are silent.
    """
    wide = samples.astype(np.float64)
    wide -= wide.mean()
    loudness = pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(wide)
    if not np.isfinite(loudness):
        raise ValueError("a silent piece has no loudness")
    fade = round(_FADE * SAMPLE_RATE)
    wide[-fade:] *= np.linspace(1.0, 0.0, fade)
    wide *= 10.0 ** ((LOUDNESS - loudness) / 20.0)
    return np.asarray(wide * min(1.0, PEAK / np.abs(wide).max()), np.float32)


def sources() -> list[dict[str, str]]:
    """The tools whose sound is in the corpus: name, version and licence."""
    return [
        {"name": "FluidSynth", "version": _version("fluidsynth"), "licence": "LGPL-2.1-or-later"},
        {
            "name": "FluidR3_GM soundfont by Frank Wen and others",
            "version": _version("fluid-soundfont-gm"),
            "licence": "MIT",
        },
        {"name": "composer and chip of WaveNet Studio", "version": "3", "licence": "MIT"},
    ]


def _version(package: str) -> str:
    try:
        query = ["dpkg-query", "-W", "-f", "${Version}", package]
        done = subprocess.run(query, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "not known to dpkg"
    return done.stdout.strip()


def _in_order(futures: Iterator[Future[Rendered]], most: int) -> Iterator[Rendered]:
    """Results in order, with at most ``most`` pieces under way: memory does not grow with the corpus."""
    under_way = deque(islice(futures, most))
    while under_way:
        yield under_way.popleft().result()
        under_way.extend(islice(futures, 1))


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    # Spawned, not forked: the parent may hold the threads of torch or of Qt.
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        yield pool
    finally:
        # After an error or Ctrl-C, the pieces still queued are not rendered.
        pool.shutdown(cancel_futures=True)
