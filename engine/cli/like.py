"""Copy synthesis: ``--like`` a recording, in another voice, at another pitch or speed."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.parser import number
from engine.errors import StudioError

if TYPE_CHECKING:
    from engine.generation.conditions import LocalCondition
    from engine.library.presets import Preset
    from engine.library.recordings import SpokenRecording
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
        help="with --like, or a preset that says a recording: so many semitones higher, +2st, or lower, "
        "--pitch=-2st",
    )
    parser.add_argument(
        "--speed", type=number(0.25, 4.0), metavar="TIMES", help="the same: 0.25 to 4 times as fast"
    )
    parser.add_argument(
        "--as-recorded",
        action="store_true",
        help="the same: keep the recording's own timbre and pitch, and take only --speaker's manner",
    )


def semitones(text: str) -> float:
    """``+2st``, ``-1.5st`` or a number, within two octaves."""
    return number(-MOST_SEMITONES, MOST_SEMITONES)(text.removesuffix("st"))


def recording_for(arguments: argparse.Namespace, preset: Preset, model: ModelFile) -> SpokenRecording | None:
    """The preset's own recording, bent by --pitch, --speed and --as-recorded in place of the preset's words.

    None where the preset has none, or --like or --condition stand in its place. Raises StudioError where it
    cannot be read, or does not go with --prime.
    """
    from engine.library.recording_files import recording_of

    if preset.recording is None or arguments.like or arguments.condition:
        return None
    if arguments.prime:
        raise StudioError(
            f"--prime does not go with the recording of preset {preset.id!r}, which is all of a take; drop it"
        )
    bent = dataclasses.replace(
        preset,
        pitch=preset.pitch if arguments.pitch is None else arguments.pitch,
        speed=preset.speed if arguments.speed is None else arguments.speed,
        as_recorded=preset.as_recorded or arguments.as_recorded,
    )
    return recording_of(bent, model.config.sample_rate)


def condition_of(
    arguments: argparse.Namespace, model: ModelFile, speaker: str | None, recording: SpokenRecording | None
) -> tuple[LocalCondition | None, str]:
    """What --condition, --like or the preset's ``recording`` say, and the first two's SHA-256.

    None and nothing without any of them. ``speaker``: in whose voice, of a model that knows what its
    speakers' voices are like. Raises StudioError where --condition and --like are given both, where --pitch,
    --speed or --as-recorded has nothing to change, where a file cannot be read, and where the model takes no
    such frames.
    """
    from engine.library.frames import read_condition
    from engine.library.likeness import target_voice
    from engine.library.recording_files import read_likeness
    from engine.library.recordings import said_by

    if recording is not None:
        return said_by(model, recording, speaker), ""
    if arguments.like is None:
        for option in ("pitch", "speed", "as_recorded"):
            if getattr(arguments, option) not in (None, False):
                raise StudioError(
                    f"--{option.replace('_', '-')} changes what --like says; give a recording with --like"
                )
        return read_condition(arguments.condition, model) if arguments.condition else (None, "")
    if arguments.condition:
        raise StudioError("--like does not go with --condition: both say what the frames are; drop one")
    voice = target_voice(model.config, speaker, as_recorded=arguments.as_recorded)
    return read_likeness(arguments.like, model, arguments.pitch or 0.0, arguments.speed or 1.0, voice)
