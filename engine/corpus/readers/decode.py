"""Audio files read block by block: mono at the corpus's rate, however long the file is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

BLOCK = 65_536
"""Frames decoded at once."""
_LENGTH_IS_A_GUESS = "MP3"
_RIFF_NOT_STATED = 0x7FFF_F000  # bytes; programs that write into a pipe put that or more


class BrokenFile(Exception):
    """A file whose audio cannot be had; its text is the reason, without the file's name."""


class AudioSource:
    """An audio file open for reading, in any format of libsndfile; a context manager.

    Raises BrokenFile where it is missing, no audio that libsndfile reads, or a WAV that is cut short.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise BrokenFile("the file is missing")
        try:
            self._raw = path.open("rb")
        except OSError as error:
            raise BrokenFile(f"cannot be read: {error.strerror}") from None
        try:
            _check_riff(self._raw, path.stat().st_size)
            self._file = soundfile.SoundFile(self._raw)
        except BrokenFile:
            self._raw.close()
            raise
        except soundfile.LibsndfileError as error:
            self._raw.close()
            raise BrokenFile(f"not audio that can be read: {_line(error)}") from None
        self.rate = int(self._file.samplerate)
        """Hz, of the file."""
        self.frames_read = 0

    @property
    def share(self) -> float:
        """How much of the file has been read, 0…1."""
        return min(1.0, self.frames_read / max(1, int(self._file.frames)))

    def blocks(self, sample_rate: int) -> Iterator[NDArray[np.float32]]:
        """Parts [n_samples] float32 of the whole: channels averaged, resampled by soxr (VHQ).

        Raises BrokenFile where the file ends too early, cannot be decoded, or holds NaN or infinity. An
        MP3 or Ogg file states no length to be held to: it is read as far as it goes.
        """
        resampler = None
        if self.rate != sample_rate:
            resampler = soxr.ResampleStream(self.rate, sample_rate, 1, dtype="float32", quality="VHQ")
        while len(mono := self._read()):
            yield mono if resampler is None else resampler.resample_chunk(mono)
        if resampler is not None:
            yield resampler.resample_chunk(np.zeros(0, np.float32), last=True)
        if self.frames_read < self._file.frames and self._file.format != _LENGTH_IS_A_GUESS:
            raise BrokenFile(
                f"ends after {self.frames_read} of {self._file.frames} samples; it was not copied whole"
            )

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        self._raw.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self) -> NDArray[np.float32]:
        try:
            frames = self._file.read(BLOCK, dtype="float32", always_2d=True)
        except (soundfile.LibsndfileError, OSError) as error:
            raise BrokenFile(f"cannot be decoded after {self._seconds():.1f} s: {_line(error)}") from None
        if not np.isfinite(frames).all():
            raise BrokenFile(f"holds NaN or infinity after {self._seconds():.1f} s")
        self.frames_read += len(frames)
        mono: NDArray[np.float32] = frames.mean(axis=1)
        return mono

    def _seconds(self) -> float:
        return self.frames_read / self.rate


def _check_riff(raw: BinaryIO, size: int) -> None:
    """Compare a WAV file's size in bytes with what its head states: libsndfile reads what is there."""
    head = raw.read(8)
    raw.seek(0)
    if head[:4] == b"RIFF" and len(head) == 8:
        stated = int.from_bytes(head[4:], "little")
        if size - 7 < stated < _RIFF_NOT_STATED:  # a byte of padding may be missing
            raise BrokenFile(f"has {size} of {stated + 8} bytes; it was not copied whole")


def _line(error: Exception) -> str:
    """What libsndfile says, in one line."""
    text = error.error_string if isinstance(error, soundfile.LibsndfileError) else str(error)
    return " ".join(text.split()).rstrip(".")
