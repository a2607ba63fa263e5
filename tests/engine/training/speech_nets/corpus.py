"""A corpus of one voice with phone times."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.corpus.format.reader import Corpus, split_of
from engine.corpus.format.writer import CorpusWriter

RATE = 16_000
PHONES = [["pau", 0.0, 0.1, 0], ["h", 0.1, 0.2, 0], ["I", 0.2, 0.4, 1], ["pau", 0.4, 0.5, 0]]


def spoken_corpus(folder: Path, speaker: str, sentences: int) -> Corpus:
    """Of ``speaker``, who says "hI" so many times: silence, noise, a tone of 200 Hz, silence."""
    draw = np.random.default_rng(1)
    sources = [{"name": "test", "version": "1", "licence": "MIT"}]
    with CorpusWriter(folder, kind="speech", sample_rate=RATE, seed=1, sources=sources) as writer:
        for index in range(sentences):
            samples = np.zeros(RATE // 2)
            samples[1600:3200] = 0.05 * draw.normal(size=1600).clip(-3, 3)
            samples[3200:6400] = 0.3 * np.sin(2 * np.pi * 200.0 * np.arange(3200) / RATE)
            details = {"text": "Hi.", "phones": PHONES, "symbols": "hˈI.", "speed": 1.0}
            writer.add(f"a-{index}", split_of(index), samples, speaker=speaker, details=details)
    return Corpus(folder)
