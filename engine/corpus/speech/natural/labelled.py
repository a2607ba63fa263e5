"""Kokoro's sentences as they are carried about: VOICE.tar of FLAC files, VOICE.jsonl.gz with phone times."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.corpus.format.reader import Corpus, split_of
from engine.corpus.format.writer import CorpusWriter
from engine.corpus.speech.natural.symbols import labels_of
from engine.errors import StudioError
from engine.files.audio import BrokenFile, ForwardFile
from engine.files.documents import parse_json

RATE = 16_000
FRAME_SAMPLES = 400
"""Of a frame of the durations, 25 ms."""
SOURCES = [{"name": "Kokoro-82M", "version": "1.0", "licence": "Apache-2.0"}]
MOST_BYTES = 1 << 28
"""Of a voice's lines, and of a sentence's file."""


def collect(source: Path, folder: Path, *, progress: Callable[[float], None]) -> Corpus:
    """Write a corpus of all voices in ``source``, as it is: neither levelled nor trimmed.

    Phones, F0, symbols, text and speed are in a piece's details, as the speech recipe's are. Of 20 sentences
    of a voice one validates and two test. ``progress`` hears the share done, 0 to 1. Raises StudioError where
    there is no voice, where a file cannot be read or does not fit the other, and as ``CorpusWriter``.
    """
    voices = sorted(path for path in source.glob("*.jsonl.gz") if _tar_of(path).exists())
    if not voices:
        raise StudioError(f"{source}: no VOICE.tar with a VOICE.jsonl.gz beside it")
    writer = CorpusWriter(folder, kind="speech", sample_rate=RATE, seed=1, sources=SOURCES)
    with writer:
        for index, path in enumerate(voices):
            voice = path.name.removesuffix(".jsonl.gz")
            speaker = voice.partition("_")[2] or voice
            lines = _lines(path)
            for place, (name, samples) in enumerate(_audio(_tar_of(path))):
                if name not in lines:
                    raise StudioError(f"{path}: no line for {name}.flac")
                details = _details(path, lines[name], samples)
                writer.add(name, split_of(place), samples, speaker=speaker, details=details)
                progress((index + (place + 1) / len(lines)) / len(voices))
    return Corpus(folder)


def _tar_of(lines: Path) -> Path:
    return lines.with_name(lines.name.removesuffix(".jsonl.gz") + ".tar")


def _lines(path: Path) -> dict[str, dict[str, Any]]:
    """What is known of each sentence, by its name."""
    try:
        with gzip.open(path) as file:
            content = file.read(MOST_BYTES)
        return {str(line["id"]): line for line in map(parse_json, content.decode("utf-8").splitlines())}
    except (OSError, EOFError, zlib.error) as error:
        raise StudioError(f"{path}: cannot read it: {error}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise StudioError(f"{path}: not lines of sentences: {error}") from None


def _audio(path: Path) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Name and samples of each sentence, by name."""
    try:
        with tarfile.open(path) as archive:
            for member in sorted(archive.getmembers(), key=lambda member: member.name):
                raw = archive.extractfile(member) if member.size < MOST_BYTES else None
                if raw is None:
                    continue
                with ForwardFile(io.BytesIO(raw.read()), member.name) as file:
                    if file.samplerate != RATE:
                        raise StudioError(f"{path}: {member.name} has {file.samplerate} Hz, not {RATE}")
                    yield Path(member.name).stem, np.concatenate(list(file.mono_blocks()))
    except (tarfile.TarError, OSError, RuntimeError, BrokenFile) as error:
        raise StudioError(f"{path}: cannot read it: {error}") from None


def _details(path: Path, line: dict[str, Any], samples: NDArray[np.float32]) -> dict[str, Any]:
    """A piece's details; raises StudioError where the durations are not the audio's."""
    try:
        frames, f0 = np.array(line["frames"], np.int64), np.array(line["f0"], np.float64)
        if frames.sum() * FRAME_SAMPLES != len(samples):
            raise ValueError(f"{frames.sum()} frames beside {len(samples)} samples")
        labels = labels_of(line["symbols"], frames, f0)
        return {
            "text": str(line["text"]),
            **labels.details(),
            "symbols": line["symbols"],
            "speed": float(line.get("speed", 1.0)),
        }
    except (KeyError, ValueError, TypeError) as error:
        raise StudioError(f"{path}: {line.get('id')}: {error}") from None
