"""Audio files: read as mono at any rate; written whole or not at all, with settings inside.

``files.audio`` decodes them, and reads recordings too long to be held whole.
"""

from __future__ import annotations

import io
import json
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import soundfile
from numpy.typing import NDArray

from engine.errors import StudioError, reason
from engine.files.audio import BrokenFile, ForwardFile, resampled
from engine.files.documents import parse_json
from engine.files.writing import replacing, write_atomically
from engine.library import ogg, riff

Encoding = Literal["16", "24", "float"]
SUBTYPES: dict[str, dict[Encoding, str]] = {
    ".wav": {"16": "PCM_16", "24": "PCM_24", "float": "FLOAT"},
    ".flac": {"16": "PCM_16", "24": "PCM_24"},
    ".ogg": {"16": "VORBIS", "24": "VORBIS", "float": "VORBIS"},
}
"""What each kind of file can hold; Vorbis knows no bit depth, any encoding gives the same."""
RIFF_NAMES = {"title": b"INAM", "artist": b"IART", "comment": b"ICMT"}
"""Of what the encoder calls so in files of the other kinds."""
PIECE = 65_536
"""Samples given to the encoder at once: its Vorbis part overflows the stack on very long ones."""

_MOST_COMMENT = (1 << 24) - (1 << 16)
"""Bytes of a comment: a block of a FLAC file has no more than 2^24."""


@dataclass(frozen=True)
class Tags:
    """What players show of a file; empty texts are left out."""

    title: str = ""
    artist: str = ""
    comment: str = ""


def read_audio(
    path: Path, sample_rate: int, last: int | None = None, most_s: float | None = None
) -> NDArray[np.float32]:
    """[n_samples] float32 mono at ``sample_rate`` Hz: channels averaged, resampled by soxr.

    Decoded block by block: memory holds what the file has, whatever it says to have, and with ``last`` only
    about so many samples of its end. Raises StudioError where the file is missing, no audio, empty, cut
    short, of an absurd rate, longer than ``most_s`` seconds, or holds NaN or infinity.
    """
    with _opened(path) as file:
        rate = int(file.samplerate)
        kept: deque[NDArray[np.float32]] = deque()
        length = 0
        for block in resampled(_finite(path, file.mono_blocks()), rate, sample_rate):
            kept.append(block)
            length += len(block)
            if most_s is not None and length > most_s * sample_rate:
                raise StudioError(f"{path}: longer than {most_s:g} s; give a shorter part of it")
            while last is not None and length - len(kept[0]) >= max(1, last):
                length -= len(kept.popleft())
    if not file.frames_read:
        raise StudioError(f"{path}: the audio file is empty")
    if not length:
        raise StudioError(f"{path}: the audio file is too short: {file.frames_read} samples at {rate} Hz")
    samples = np.concatenate(kept)
    return samples if last is None else samples[max(0, length - last) :]


def write_audio(
    path: Path,
    samples: NDArray[np.float32],
    sample_rate: int,
    encoding: Encoding = "16",
    settings: dict[str, Any] | None = None,
    tags: Tags | None = None,
) -> None:
    """Write ``samples`` [n_samples] float32 in ±1 as WAV, FLAC or OGG Vorbis, by the suffix.

    ``settings`` go into the comment tag as JSON, on a line of their own below the comment of ``tags``.
    Whole numbers are rounded to the nearest, without dither: the same samples give the same bytes.
    Raises StudioError on a suffix or encoding that cannot be, and where the file cannot be written;
    an old file then stays as it was.
    """
    subtype = check_format(path, encoding)
    entries = _entries(settings, tags or Tags())
    container = path.suffix[1:].upper()
    data = _quantise(samples, subtype)
    stream = io.BytesIO()
    with soundfile.SoundFile(stream, "w", sample_rate, 1, subtype, format=container) as file:
        if container != "WAV":
            for name, text in entries.items():
                setattr(file, name, text)
        for start in range(0, len(data), PIECE):
            file.write(data[start : start + PIECE])
    content = bytearray(stream.getbuffer())
    if container == "WAV":
        riff.undate(content, io.BytesIO(content))
        if entries:
            riff.append_info(content, {RIFF_NAMES[name]: text for name, text in entries.items()})
    if container == "OGG":
        ogg.number(content)
    write_atomically(path, content)


def write_flac(
    path: Path, blocks: Iterable[NDArray[np.float32]], sample_rate: int, settings: dict[str, Any]
) -> None:
    """Write parts [n_samples] float32 in ±1, however many, as a FLAC of 16 bits.

    Otherwise as ``write_audio``. Raises StudioError where the file cannot be written.
    """
    comment = json.dumps(settings, separators=(",", ":"))
    with (
        replacing(path) as temporary,
        _refused(path),
        soundfile.SoundFile(temporary, "w", sample_rate, 1, "PCM_16", format="FLAC") as file,
    ):
        if len(comment) < _MOST_COMMENT:
            file.comment = comment
        for block in blocks:
            file.write(_quantise(block, "PCM_16"))


def check_format(path: Path, encoding: Encoding) -> str:
    """The encoder's name of the sample type in a file of this suffix and encoding.

    Raises StudioError where there is none.
    """
    suffix = path.suffix.lower()
    if suffix not in SUBTYPES:
        raise StudioError(f"{path}: the name must end in {' or '.join(SUBTYPES)}, which says what to write")
    if encoding not in SUBTYPES[suffix]:
        possible = " or ".join(SUBTYPES[suffix])
        raise StudioError(f"{path}: a {suffix} file cannot hold {encoding!r} samples; use {possible}")
    return SUBTYPES[suffix][encoding]


def read_settings(path: Path) -> dict[str, Any] | None:
    """The settings that ``write_audio`` stored in a file; None where there are none.

    Raises StudioError where the file is missing or no audio.
    """
    with _refused(path), path.open("rb") as raw:
        comment = riff.read_comment(raw)
    if comment is None:
        with _opened(path) as file:
            comment = file.comment
    try:
        settings = parse_json(comment.rpartition("\n")[2])
    except ValueError:  # somebody else's comment
        return None
    return settings if isinstance(settings, dict) else None


@contextmanager
def _refused(path: Path) -> Iterator[None]:
    """Whatever goes wrong inside is told as a StudioError, with the file's name."""
    try:
        if path.exists() and not path.is_file():
            raise BrokenFile("cannot read the audio file: it is no ordinary file; give a recording")
        yield
    except OSError as error:
        raise StudioError(f"{path}: cannot read the audio file: {reason(error)}") from None
    except soundfile.LibsndfileError as error:
        why = " ".join(error.error_string.split())[:160]
        raise StudioError(f"{path}: not an audio file that can be read: {why}") from None
    except BrokenFile as error:
        raise StudioError(f"{path}: {error}") from None
    except ValueError as error:
        if "null" not in str(error):
            raise
        raise StudioError(f"{path}: cannot read the audio file: {reason(error)}") from None


@contextmanager
def _opened(path: Path) -> Iterator[ForwardFile]:
    """The audio file, open for reading; what goes wrong in its use is told as a StudioError too."""
    with _refused(path), path.open("rb") as raw, ForwardFile(raw, path.name) as file:
        yield file


def _finite(path: Path, blocks: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    for block in blocks:
        if not np.isfinite(block).all():
            raise StudioError(f"{path}: the audio file holds NaN or infinity")
        yield block


def _entries(settings: dict[str, Any] | None, tags: Tags) -> dict[str, str]:
    """The texts of a file by their names."""
    title, artist, comment = (" ".join(text.split()) for text in (tags.title, tags.artist, tags.comment))
    stored = "" if settings is None else json.dumps(settings, separators=(",", ":"))
    entries = {"title": title, "artist": artist, "comment": "\n".join(filter(None, (comment, stored)))}
    return {name: text.replace("\0", "") for name, text in entries.items() if text}


def _quantise(samples: NDArray[np.float32], subtype: str) -> NDArray[Any]:
    """Whole numbers, rounded and clipped at full scale, where the file holds those."""
    bits = {"PCM_16": 16, "PCM_24": 24}.get(subtype)
    if bits is None:
        return np.asarray(samples, dtype=np.float32)
    full = 2 ** (bits - 1)
    exact = np.rint(samples.astype(np.float64) * full)
    whole: NDArray[np.int32] = np.clip(exact, -full, full - 1).astype(np.int32)
    # The encoder takes the upper bits of what it is given.
    if bits == 16:
        return whole.astype(np.int16)
    return whole * np.int32(256)
