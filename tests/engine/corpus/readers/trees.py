"""Small made-up audio files, and what a corpus made of them holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from engine.corpus.format.reader import Corpus
from engine.corpus.readers.collect import collect
from engine.corpus.readers.listing import Listing
from engine.corpus.readers.splits import Shares


def tone(
    path: Path,
    frequency: float,
    *,
    rate: int = 48_000,
    seconds: float = 1.0,
    channels: int = 1,
    subtype: str | None = None,
    format: str | None = None,
) -> Path:
    """A sine of amplitude 0.3; in further channels it is ever quieter."""
    path.parent.mkdir(parents=True, exist_ok=True)
    wave = 0.3 * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)
    frames = np.stack([wave / (channel + 1) for channel in range(channels)], axis=1)
    soundfile.write(path, frames, rate, subtype, format=format)
    return path


def broken(path: Path) -> Path:
    """Bytes that are no audio."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"this is not audio " * 40)
    return path


def text(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def loudest_frequency(samples: NDArray[np.float32], rate: int) -> float:
    """Hz of the highest peak of the spectrum."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * rate / len(samples)


def corpus_of(listing: Listing, folder: Path, rate: int = 16_000, shares: Shares | None = None) -> Corpus:
    return collect(
        folder,
        listing,
        sample_rate=rate,
        seed=1,
        shares=shares or Shares(),
        request={},
        progress=lambda share: None,
    )


def skipped(corpus: Corpus) -> dict[str, str]:
    """Name and reason of what was left out."""
    return {Path(entry["file"]).name: entry["reason"] for entry in corpus.about.get("skipped", [])}
