"""The speech features of a whole corpus, made once and kept beside it."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.corpus.format.reader import Corpus
from engine.errors import StudioError
from engine.files.arrays import read_array
from engine.files.writing import replacing
from engine.speech.features import CHANNELS, VERSION, hop_of, speech_features

Rows = NDArray[np.float16]


def corpus_features(corpus: Corpus) -> list[Rows]:
    """Features [F, CHANNELS] float16 of every piece, in the corpus's order.

    Kept in ``features-VERSION.npy`` in its folder, where they are made the first time, on all cores.
    """
    hop = hop_of(corpus.sample_rate)
    counts = [-(-piece.length // hop) for piece in corpus.pieces]
    path = corpus.folder / f"features-{VERSION}.npy"
    kept = _read(path)
    if kept is None or kept.shape != (sum(counts), CHANNELS):
        kept = np.concatenate(_computed(corpus))
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.save(file, kept)
    return np.split(kept, np.cumsum(counts)[:-1])


def _read(path: Path) -> Rows | None:
    try:
        rows: Rows = read_array(path, "the features", kinds="f")
    except StudioError:  # not made yet, or damaged: they are made anew
        return None
    return rows if rows.dtype == np.float16 else None


def _computed(corpus: Corpus) -> list[Rows]:
    audio = (corpus.samples(piece) for piece in corpus.pieces)
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        return list(pool.map(_features, audio, [corpus.sample_rate] * len(corpus.pieces), chunksize=8))


def _features(samples: NDArray[np.float32], sample_rate: int) -> Rows:
    return speech_features(samples, sample_rate).astype(np.float16)
