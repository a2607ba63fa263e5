"""Makes a corpus of a listing: file by file, block by block, so that memory holds one piece at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.corpus.format.reader import Corpus
from engine.corpus.format.writer import CorpusWriter
from engine.corpus.readers.level import levelled
from engine.corpus.readers.listing import Listing, Recording, printable
from engine.corpus.readers.splits import Shares, by_place
from engine.errors import StudioError
from engine.files.audio import AudioSource, BrokenFile

PIECE_SECONDS = 30.0
"""What is longer than this and REST_SECONDS is cut."""
REST_SECONDS = 1.0
"""A shorter rest stays with the piece before it."""
LEAST_SECONDS = 0.1
"""A shorter file is left out."""
_FADE_SECONDS = 0.01  # where a recording is cut, so that a piece begins and ends without a click

Progress = Callable[[float], None]


def collect(
    folder: Path,
    listing: Listing,
    *,
    sample_rate: int,
    seed: int,
    shares: Shares,
    request: dict[str, Any],
    progress: Progress,
) -> Corpus:
    """Write the listing's recordings as a corpus of ``sample_rate`` Hz.

    Long recordings become pieces of 30 s. A file that cannot be read is skipped and recorded with its
    reason in corpus.json; of a long one that breaks off, the whole pieces before the fault stay.
    ``request`` names the reader and its options: a call that is interrupted goes on with the next one of
    the same request over the same files, and ends in the same corpus. ``progress`` hears the share done,
    0 to 1. Raises StudioError where nothing can be read, where the folder holds another corpus, whole or
    interrupted, and where it cannot be written.
    """
    try:
        writer = CorpusWriter(
            folder,
            kind=listing.kind,
            sample_rate=sample_rate,
            seed=seed,
            sources=listing.sources,
            request={**request, "shares": [shares.validation, shares.test], "listing": listing.digest()},
        )
        with writer:
            _write(writer, listing, sample_rate, shares, progress)
    except OSError as error:
        raise StudioError(
            f"{folder}: cannot write the corpus: {error.strerror or error}; "
            "when that is mended, the same command goes on from here"
        ) from None
    return Corpus(folder)


def _write(
    writer: CorpusWriter, listing: Listing, sample_rate: int, shares: Shares, progress: Progress
) -> None:
    for skipped in listing.skipped:
        writer.skip(*skipped)
    known = {piece.id for piece in writer.pieces}
    for index, recording in enumerate(listing.recordings):
        if recording.name not in writer.finished:
            try:
                with AudioSource(recording.path) as source:
                    for piece in pieces_of(recording, source, sample_rate):
                        if piece.id not in known:
                            _add(writer, listing, recording, piece, sample_rate, shares)
                        progress((index + source.share) / len(listing.recordings))
            except BrokenFile as error:
                writer.skip(printable(recording.path), str(error))
            writer.finish(recording.name)
        progress((index + 1) / len(listing.recordings))
    if not writer.pieces:
        reasons = "; ".join(f"{skip['file']}: {skip['reason']}" for skip in writer.skipped[:1])
        raise StudioError(f"no audio could be read{': ' if reasons else ''}{reasons}; no corpus is made")


def _add(
    writer: CorpusWriter,
    listing: Listing,
    recording: Recording,
    piece: Part,
    sample_rate: int,
    shares: Shares,
) -> None:
    samples = levelled(piece.samples, sample_rate, listing.kind)
    if samples is None:
        end = piece.start + len(piece.samples)
        where = f" from {piece.start / sample_rate:.1f} to {end / sample_rate:.1f} s" if piece.is_cut else ""
        writer.skip(printable(recording.path), f"silent{where}")
        return
    writer.add(
        piece.id,
        recording.split or by_place(len(writer.pieces), shares),
        samples,
        speaker=recording.speaker,
        tags=recording.tags,
        details={**recording.details, **piece.details},
    )


class Part:
    """A stretch of a recording that becomes one piece."""

    def __init__(
        self,
        recording: Recording,
        index: int,
        start: int,
        samples: NDArray[np.float32],
        *,
        last: bool,
        sample_rate: int,
        source_rate: int,
    ) -> None:
        """``samples`` [n_samples] begin at ``start``, in samples of ``sample_rate`` Hz."""
        self.is_cut = index > 0 or not last
        self.id = f"{recording.name}:{index:03d}" if self.is_cut else recording.name
        self.start = start
        self.samples = samples.copy()
        self.details: dict[str, Any] = {"offset": start} if self.is_cut else {}
        fade = np.linspace(0.0, 1.0, round(_FADE_SECONDS * sample_rate), dtype=np.float32)
        if index > 0:
            self.samples[: len(fade)] *= fade
        if not last:
            self.samples[len(samples) - len(fade) :] *= fade[::-1]
        if recording.phones:
            ratio = sample_rate / source_rate
            bounds = [
                (mark.name, round(mark.start * ratio) - start, round(mark.end * ratio) - start)
                for mark in recording.phones
            ]
            self.details["phone_samples"] = [
                [name, max(0, first), min(len(samples), end)]
                for name, first, end in bounds
                if first < len(samples) and end > 0
            ]


def pieces_of(recording: Recording, source: AudioSource, sample_rate: int) -> Iterator[Part]:
    """The recording's parts, each of 30 to 31 s but the last.

    Raises BrokenFile where it is shorter than 0.1 s, or cannot be read to its end.
    """
    size, rest = round(PIECE_SECONDS * sample_rate), round(REST_SECONDS * sample_rate)
    waiting: list[NDArray[np.float32]] = []
    index = start = 0

    def part(samples: NDArray[np.float32], *, last: bool) -> Part:
        return Part(
            recording, index, start, samples, last=last, sample_rate=sample_rate, source_rate=source.rate
        )

    for block in source.blocks(sample_rate):
        waiting.append(block)
        if sum(map(len, waiting)) < size + rest:
            continue
        joined = np.concatenate(waiting)
        while len(joined) >= size + rest:
            yield part(joined[:size], last=False)
            joined = joined[size:]
            index, start = index + 1, start + size
        waiting = [joined]
    joined = np.concatenate(waiting) if waiting else np.zeros(0, np.float32)
    if len(joined) < LEAST_SECONDS * sample_rate:
        raise BrokenFile(f"too short: {len(joined) / sample_rate:.3f} s")
    yield part(joined, last=True)
