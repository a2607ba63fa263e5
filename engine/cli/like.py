"""Copy synthesis: ``--like`` a recording, in another voice, at another pitch or speed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.parser import number
from engine.errors import StudioError

if TYPE_CHECKING:
    from engine.generation.conditions import LocalCondition
    from engine.wavenet.model_file import ModelFile

MOST_SEMITONES = 24.0


def add_like(parser: argparse.ArgumentParser) -> None:
    """Add --like, --pitch and --speed."""
    parser.add_argument(
        "--like",
        type=Path,
        metavar="AUDIO",
        help="say what this recording says, with --speaker's voice; for models that are told speech features",
    )
    parser.add_argument(
        "--pitch",
        type=semitones,
        metavar="STEPS",
        help="with --like: so many semitones higher, +2st, or lower, --pitch=-2st",
    )
    parser.add_argument(
        "--speed", type=number(0.25, 4.0), metavar="TIMES", help="with --like: 0.25 to 4 times as fast"
    )
    parser.add_argument(
        "--as-recorded",
        action="store_true",
        help="with --like: keep the recording's own timbre and pitch, and take only --speaker's manner",
    )


def semitones(text: str) -> float:
    """``+2st``, ``-1.5st`` or a number, within two octaves."""
    return number(-MOST_SEMITONES, MOST_SEMITONES)(text.removesuffix("st"))


def condition_of(
    arguments: argparse.Namespace, model: ModelFile, speaker: str | None
) -> tuple[LocalCondition | None, str]:
    """What --condition or --like say, and the SHA-256 of its frames; None and nothing without either.

    ``speaker``: in whose voice, of a model that knows what its speakers' voices are like. Raises
    StudioError where both are given, where --pitch, --speed or --as-recorded has nothing to change, where
    a file cannot be read, and where the model takes no such frames.
    """
    from engine.library.frames import read_condition
    from engine.library.likeness import read_likeness

    if arguments.like is None:
        for option in ("pitch", "speed", "as_recorded"):
            if getattr(arguments, option) not in (None, False):
                raise StudioError(
                    f"--{option.replace('_', '-')} changes what --like says; give a recording with --like"
                )
        return read_condition(arguments.condition, model) if arguments.condition else (None, "")
    if arguments.condition:
        raise StudioError("--like does not go with --condition: both say what the frames are; drop one")
    knows_voices = model.config.local is not None and bool(model.config.local.voices)
    voice = speaker if knows_voices and not arguments.as_recorded else None
    return read_likeness(arguments.like, model, arguments.pitch or 0.0, arguments.speed or 1.0, voice)
