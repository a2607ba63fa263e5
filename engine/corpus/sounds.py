"""A look at sounds before a model is trained on them: how much there is, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.corpus.readers.listing import FOREIGN, READABLE, files_below, printable
from engine.errors import StudioError
from engine.files.audio import AudioSource, BrokenFile

FULL = 0.985
"""Of full scale: what stays there for CLIPPED_RUN samples or longer is clipped."""
CLIPPED_RUN = 3
CLIPPED_SHARE = 1e-4
"""From this share of clipped samples on it is worth a word."""
FRAME_S = 0.05
SILENT = 10.0 ** (-50.0 / 20.0)
"""RMS of a frame below which it is silent: -50 dBFS."""
SILENT_SHARE = 0.4
QUIET = 10.0 ** (-30.0 / 20.0)
"""Peak of a file below which it is quiet: -30 dBFS."""
LEAST_S = 60.0
"""Sound that there must be."""
LITTLE_S = 120.0
"""Below this there is too little for much to be learnt."""
GOOD_S = 600.0
NAMED = 3
"""Files that a finding names."""


@dataclass(frozen=True)
class Sound:
    """What one file holds."""

    path: Path
    seconds: float = 0.0
    rate: int = 0
    """Hz; 0 where it cannot be read."""
    peak: float = 0.0
    """0…1 of full scale."""
    clipped: float = 0.0
    """Share of its samples that are clipped."""
    silent: float = 0.0
    """Share of its time that is silent."""
    broken: str = ""
    """Why it cannot be read."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with sounds."""

    text: str
    """What it is and what to do, in a sentence or two."""
    stops: bool = False
    """Whether nothing can be trained as it is."""


def sound_files(places: Iterable[Path]) -> list[Path]:
    """The audio files among ``places`` and in the folders among them, each once, in their order.

    Includes those of formats that are not read, so that they can be named.
    """
    known = READABLE | FOREIGN
    found: dict[Path, None] = {}
    for place in places:
        inside = files_below(place) if place.is_dir() else [place]
        found.update((path, None) for path in inside if not place.is_dir() or path.suffix.lower() in known)
    return list(found)


def look_at(path: Path) -> Sound:
    """Read one file through; what cannot be read is told in ``broken``."""
    if path.suffix.lower() in FOREIGN:
        return Sound(path, broken=f"{path.suffix} is not read; convert it to WAV or FLAC")
    try:
        with AudioSource(path) as source:
            tally = _Tally(source.rate)
            for block in source.blocks(source.rate):
                tally.add(block)
    except BrokenFile as error:
        return Sound(path, broken=str(error))
    if not tally.samples:
        return Sound(path, broken="it is empty")
    return Sound(
        path,
        tally.samples / tally.rate,
        tally.rate,
        tally.peak,
        tally.clipped / tally.samples,
        tally.silent / max(1, tally.frames),
    )


def look_at_all(places: Iterable[Path], progress: Callable[[float], object] = lambda _: None) -> list[Sound]:
    """A look at every audio file; ``progress`` is told the share done, and may raise to end it.

    Raises StudioError where there is no audio at all.
    """
    paths = sound_files(places)
    if not paths:
        formats = ", ".join(sorted(suffix[1:] for suffix in READABLE))
        raise StudioError(f"there is no audio among these; what is read is {formats}")
    sounds = []
    for index, path in enumerate(paths):
        sounds.append(look_at(path))
        progress((index + 1) / len(paths))
    return sounds


def seconds_of(sounds: Sequence[Sound]) -> float:
    """How long they are together."""
    return sum(sound.seconds for sound in sounds)


def sounding_seconds(sounds: Sequence[Sound]) -> float:
    """How long they are together without what is silent."""
    return sum(sound.seconds * (1.0 - sound.silent) for sound in sounds)


def pieces_of(sounds: Sequence[Sound], piece_seconds: float) -> int:
    """About how many pieces a corpus makes of them."""
    return sum(max(1, round(sound.seconds / piece_seconds)) for sound in sounds if not sound.broken)


def findings(sounds: Sequence[Sound], sample_rate: int) -> list[Finding]:
    """What is wrong with sounds that a model of ``sample_rate`` Hz is to learn, the gravest first."""
    readable = [sound for sound in sounds if not sound.broken]
    return [
        *_too_little(readable),
        *_about(
            [sound for sound in sounds if sound.broken],
            "cannot be read and {is_are} left out",
            lambda sound: sound.broken,
        ),
        *_about(
            [sound for sound in readable if sound.clipped >= CLIPPED_SHARE],
            "{is_are} clipped, which will be learnt too: record with a lower input level",
            lambda sound: f"{max(sound.clipped, 0.0001):.2%}",
        ),
        *_about(
            [sound for sound in readable if sound.silent >= SILENT_SHARE],
            "{is_are} silent for much of the time: cut the silence out",
            lambda sound: f"{sound.silent:.0%}",
        ),
        *_about(
            [sound for sound in readable if sound.peak < QUIET and sound.silent < SILENT_SHARE],
            "{is_are} quiet, so {its_their} noise will be heard: record closer or louder",
            lambda sound: f"{20.0 * np.log10(max(sound.peak, 1e-6)):.0f} dB",
        ),
        *_about(
            [sound for sound in readable if sound.rate < sample_rate],
            f"{{has_have}} a rate below {sample_rate} Hz and will sound dull",
            lambda sound: f"{sound.rate} Hz",
        ),
    ]


def _too_little(readable: Sequence[Sound]) -> list[Finding]:
    seconds = sounding_seconds(readable)
    if seconds < LEAST_S:
        return [
            Finding(
                f"Only {seconds:.0f} s of sound, silence left out. "
                "One minute is the least, ten minutes are good: add more.",
                True,
            )
        ]
    if seconds < LITTLE_S:
        return [
            Finding(
                f"Only {seconds:.0f} s of sound, silence left out: little will be learnt. "
                "Ten minutes are good."
            )
        ]
    return []


def _about(sounds: Sequence[Sound], what: str, detail: Callable[[Sound], str]) -> list[Finding]:
    """One finding that names some of the ``sounds`` that it is about; none where there are none."""
    if not sounds:
        return []
    one = len(sounds) == 1
    words = what.format(
        is_are="is" if one else "are", has_have="has" if one else "have", its_their="its" if one else "their"
    )
    named = ", ".join(f"{printable(Path(sound.path.name))} ({detail(sound)})" for sound in sounds[:NAMED])
    more = f" and {len(sounds) - NAMED} more" if len(sounds) > NAMED else ""
    return [Finding(f"{'1 file' if one else f'{len(sounds)} files'} {words}: {named}{more}.")]


class _Tally:
    """What is counted over a file's blocks."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.samples = self.clipped = self.frames = self.silent = 0
        self.peak = 0.0
        self._frame = max(1, round(FRAME_S * rate))
        self._rest: NDArray[np.float32] = np.zeros(0, np.float32)
        self._run = 0
        """Samples at full scale at the end of what came so far."""

    def add(self, block: NDArray[np.float32]) -> None:
        """Count ``block`` [n] in."""
        if not len(block):
            return
        size = np.abs(block)
        self.samples += len(block)
        self.peak = max(self.peak, float(size.max()))
        self._count_clipped(size >= FULL)
        waiting = np.concatenate([self._rest, block])
        whole = len(waiting) // self._frame * self._frame
        frames = waiting[:whole].reshape(-1, self._frame).astype(np.float64)
        self.frames += len(frames)
        self.silent += int((np.sqrt((frames**2).mean(axis=1)) < SILENT).sum())
        self._rest = waiting[whole:]

    def _count_clipped(self, full: NDArray[np.bool_]) -> None:
        """Count runs of CLIPPED_RUN samples or more at full scale, across blocks too."""
        edges = np.flatnonzero(np.diff(np.concatenate([[False], full, [False]]).astype(np.int8)))
        before, self._run = self._run, 0
        for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            earlier = before if start == 0 else 0
            length = earlier + end - start
            if length >= CLIPPED_RUN:
                self.clipped += length - (earlier if earlier >= CLIPPED_RUN else 0)
            if end == len(full):
                self._run = length
