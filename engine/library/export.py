"""A take as a file for others: which part of it, at which rate and loudness, faded, with a title.

The window and the command line ask for it by the same value, ``ExportOptions``.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

import numpy as np
import soxr
from annotated_types import Ge, Le
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from engine.errors import StudioError
from engine.files.loudness import BLOCK_SECONDS, integrated_loudness, true_peak
from engine.library.audio_files import Encoding, Tags, write_audio
from engine.library.takes import Processing, Settings
from engine.wavenet.config import STRICT, explain

RATES = (16_000, 22_050, 44_100, 48_000)
"""Hz that are offered beside the model's own."""
CEILING_DBTP = -1.0
"""Loudness is not raised beyond this true peak: lossy players and other rates add a little."""
Seconds = Annotated[float, Ge(0.0), Le(86_400.0)]


@checked(frozen=True, config=STRICT)
class ExportOptions:
    """How a take becomes a file. The suffix of the file's name says of which kind it is."""

    encoding: Encoding = "16"
    rate: Annotated[int, Ge(4_000), Le(192_000)] | None = None
    """Hz; None for the model's own."""
    lufs: Annotated[float, Ge(-60.0), Le(-5.0)] | None = None
    """Integrated loudness; None leaves it as it is."""
    fade_in: Seconds = 0.0
    fade_out: Seconds = 0.0
    """Seconds."""
    start: Seconds = 0.0
    end: Seconds | None = None
    """Seconds of the take between which it is written; None for its end."""
    title: str = ""
    artist: str = ""
    comment: str = ""

    def to_json(self) -> str:
        """As text."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """From ``to_json``. Raises StudioError, naming the field, on anything else."""
        try:
            return TypeAdapter(cls).validate_json(text)
        except ValidationError as error:
            raise StudioError(f"options of an export: {explain(error)}") from None

    def for_any_take(self) -> Self:
        """These without what belongs to one take: its region, its title and its comment."""
        return dataclasses.replace(self, start=0.0, end=None, title="", comment="")


@dataclass(frozen=True)
class Exported:
    """A file that was written."""

    path: Path
    seconds: float
    lufs: float | None
    """The loudness that it was given, if one was asked for: less than that where its peaks are in the way."""


def export(
    path: Path,
    samples: NDArray[np.float32],
    sample_rate: int,
    settings: Settings | None,
    options: ExportOptions,
) -> Exported:
    """Write [n_samples] float32 in ±1 as ``options`` say; ``settings`` make the whole take again.

    What was done to it stands in the settings inside. Raises StudioError on a region outside the take, on
    less than 0.4 s whose loudness is to be set, and as ``write_audio`` does.
    """
    first, last = region(len(samples), sample_rate, options)
    rate = options.rate or sample_rate
    sound, gain_db, lufs = processed(samples[first:last], sample_rate, options)
    if settings is not None and (sound is not None or last - first < len(samples)):
        done = Processing(
            first=first,
            samples=last - first,
            sample_rate=rate,
            gain_db=gain_db,
            fade_in=options.fade_in,
            fade_out=options.fade_out,
        )
        settings = dataclasses.replace(settings, processed=done)
    written = samples[first:last] if sound is None else sound
    fields = settings.to_json() if settings else None
    tags = Tags(options.title, options.artist, options.comment)
    write_audio(path, written, rate, options.encoding, fields, tags)
    return Exported(path, len(written) / rate, lufs)


def region(samples: int, sample_rate: int, options: ExportOptions) -> tuple[int, int]:
    """First sample and the one after the last. Raises StudioError where none lies between them."""
    first = round(options.start * sample_rate)
    last = samples if options.end is None else min(samples, round(options.end * sample_rate))
    if first >= last:
        raise StudioError(
            f"nothing lies between {options.start:g} s and "
            f"{'the end' if options.end is None else f'{options.end:g} s'} "
            f"of a take of {samples / sample_rate:g} s; choose another part of it"
        )
    return first, last


def processed(
    samples: NDArray[np.float32], sample_rate: int, options: ExportOptions
) -> tuple[NDArray[np.float32] | None, float, float | None]:
    """[n_samples] resampled, faded and brought to its loudness; the gain in dB, and the loudness reached.

    No samples where they stay as they are. At another rate there are n_samples * rate / sample_rate, rounded.
    """
    rate = options.rate or sample_rate
    if rate == sample_rate and options.lufs is None and not options.fade_in and not options.fade_out:
        return None, 0.0, None
    wide = samples.astype(np.float64)
    if rate != sample_rate:
        wide = soxr.resample(wide, sample_rate, rate, quality="VHQ")
    fade(wide, round(options.fade_in * rate), round(options.fade_out * rate))
    gain_db, lufs = (0.0, None) if options.lufs is None else _gain(wide, rate, options.lufs)
    return (wide * 10.0 ** (gain_db / 20.0)).astype(np.float32), gain_db, lufs


def fade(samples: NDArray[np.float64], rise: int, fall: int) -> None:
    """Fade [n_samples] in over its first ``rise`` and out over its last ``fall`` samples, in place.

    Sample i of a rise of n is multiplied by sin²(π i / 2 n); a fall is its mirror.
    """
    for sound, length in ((samples, rise), (samples[::-1], fall)):
        n = min(length, len(sound))
        if n:
            sound[:n] *= np.sin(np.arange(n) * (np.pi / (2 * length))) ** 2


def _gain(samples: NDArray[np.float64], rate: int, target: float) -> tuple[float, float | None]:
    """The dB that bring [n_samples] to ``target`` LUFS, or as near as its peaks allow; and what it then has.

    Silence stays as it is.
    """
    if len(samples) < BLOCK_SECONDS * rate:
        raise StudioError(
            f"{len(samples) / rate:g} s are too short to have a loudness; export {BLOCK_SECONDS:g} s or "
            "more, or leave the loudness as it is"
        )
    loudness = integrated_loudness(samples, rate)
    if loudness == float("-inf"):
        return 0.0, None
    room = CEILING_DBTP - 20.0 * float(np.log10(true_peak(samples, rate)))
    gain = min(target - loudness, room)
    return gain, loudness + gain


def safe_name(name: str) -> str:
    """A take's name as a file's: letters, digits, spaces, hyphens and underscores; ``take`` for none."""
    plain = "".join(character if character.isalnum() or character in " -_" else "-" for character in name)
    return plain.strip(" -")[:100] or "take"
