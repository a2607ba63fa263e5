"""Audio files read block by block: mono at the corpus's rate, however long the file is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

BLOCK = 65_536
"""Samples decoded at once, of all channels together."""
LOWEST_RATE, HIGHEST_RATE = 1_000, 384_000
"""Hz, of a file that is read."""
_LENGTH_IS_A_GUESS = "MP3"
_LENGTH_NOT_STATED = 2**63 - 1  # what libsndfile says of a FLAC file made in a pipe
_RIFF_NOT_STATED = 0x7FFF_F000  # bytes; programs that write into a pipe put that or more
_UNREPORTED = (".raw", ".sd2")  # their bytes do not say what they are


class BrokenFile(Exception):
    """A file whose audio cannot be had; its text is the reason, without the file's name."""


class ForwardFile(soundfile.SoundFile):  # type: ignore[misc]
    """A file of libsndfile that is read from its start to its end, without ever a seek.

    GSM 6.10 and other codes cannot seek at all, and a seek after each block, as soundfile does it, breaks
    the sound of an MP3.
    """

    def __init__(self, raw: BinaryIO, name: str) -> None:
        """Open ``raw``, the bytes of a file called ``name``.

        Raises BrokenFile where its name or its rate says that it cannot be read, LibsndfileError where it
        is no audio.
        """
        suffix = Path(name).suffix.lower()
        if suffix in _UNREPORTED:
            raise BrokenFile(f"a {suffix} file does not say what its bytes mean; convert it to WAV")
        super().__init__(raw)
        self.frames_read = 0
        if not LOWEST_RATE <= self.samplerate <= HIGHEST_RATE:
            rate = self.samplerate
            self.close()
            raise BrokenFile(
                f"says {rate} Hz; rates from {LOWEST_RATE} to {HIGHEST_RATE} Hz are read; convert it"
            )

    def seekable(self) -> bool:
        """Never: soundfile then leaves the place alone."""
        return False

    @property
    def stated(self) -> int | None:
        """Samples a channel that the file says it has; None where it says nothing to be held to."""
        frames = int(self.frames)
        return None if self.format == _LENGTH_IS_A_GUESS or frames >= _LENGTH_NOT_STATED else frames

    def mono_blocks(self) -> Iterator[NDArray[np.float32]]:
        """Parts [n_samples] float32 of the whole at the file's rate: channels averaged.

        Raises BrokenFile where the file holds less than it says, LibsndfileError where it cannot be decoded.
        """
        most = max(1, BLOCK // self.channels)
        while wanted := most if self.stated is None else min(most, self.stated - self.frames_read):
            frames = self.read(wanted, dtype="float32", always_2d=True)
            if not len(frames):
                break
            with np.errstate(over="ignore", invalid="ignore"):  # what is not finite, the caller finds
                mono: NDArray[np.float32] = frames.mean(axis=1)
            yield mono
            self.frames_read += len(mono)
        if self.stated is not None and self.frames_read < self.stated:
            raise BrokenFile(
                f"ends after {self.frames_read} of {self.stated} samples; "
                "it was not copied whole; copy it again"
            )


def resampled(
    blocks: Iterable[NDArray[np.float32]], rate: int, sample_rate: int
) -> Iterator[NDArray[np.float32]]:
    """Blocks of ``rate`` Hz as blocks of ``sample_rate`` Hz, by soxr (VHQ)."""
    if rate == sample_rate:
        yield from blocks
        return
    resampler = soxr.ResampleStream(rate, sample_rate, 1, dtype="float32", quality="VHQ")
    for block in blocks:
        yield resampler.resample_chunk(block)
    yield resampler.resample_chunk(np.zeros(0, np.float32), last=True)


class AudioSource:
    """An audio file open for reading, in any format of libsndfile; a context manager.

    Raises BrokenFile where it is missing, no audio that libsndfile reads, of a rate that no recording has,
    or a WAV that is cut short.
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
            self._file = ForwardFile(self._raw, path.name)
        except BrokenFile:
            self._raw.close()
            raise
        except (soundfile.LibsndfileError, OSError) as error:
            self._raw.close()
            raise BrokenFile(f"not audio that can be read: {_line(error)}") from None
        self.rate = int(self._file.samplerate)
        """Hz, of the file."""

    @property
    def frames_read(self) -> int:
        """Samples a channel that have been read."""
        return self._file.frames_read

    @property
    def share(self) -> float:
        """How much of the file has been read, 0…1."""
        return min(1.0, self.frames_read / max(1, int(self._file.frames)))

    def blocks(self, sample_rate: int) -> Iterator[NDArray[np.float32]]:
        """Parts [n_samples] float32 of the whole: channels averaged, resampled by soxr (VHQ).

        Raises BrokenFile where the file ends too early, cannot be decoded, or holds NaN or infinity. An
        MP3 or Ogg file states no length to be held to: it is read as far as it goes.
        """
        return resampled(self._checked(), self.rate, sample_rate)

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

    def _checked(self) -> Iterator[NDArray[np.float32]]:
        try:
            for mono in self._file.mono_blocks():
                if not np.isfinite(mono).all():
                    raise BrokenFile(f"holds NaN or infinity after {self._seconds():.1f} s")
                yield mono
        except (soundfile.LibsndfileError, OSError) as error:
            raise BrokenFile(f"cannot be decoded after {self._seconds():.1f} s: {_line(error)}") from None

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
