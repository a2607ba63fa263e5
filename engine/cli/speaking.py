"""``--text``: words that a voice says, and when it says which."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.output import samples_bar, warn
from engine.cli.parser import number
from engine.errors import StudioError, reason

if TYPE_CHECKING:
    from engine.library.presets import Preset
    from engine.library.recordings import SpokenRecording
    from engine.library.spoken_texts import SpokenText
    from engine.speech.nets import SpeechNets
    from engine.speech.spoken import Manner
    from engine.wavenet.model_file import ModelFile

ONLY_WITH_TEXT = ("range", "pauses", "labels", "subtitles")
INSTEAD = ("like", "condition", "score", "prime", "as_recorded")
"""Options that say what is said, or what it goes on from."""
OF_ONE_FILE = ("takes", "labels", "subtitles", "seconds", "start", "end")
"""Options that do not go with a file a paragraph."""


@dataclass(frozen=True)
class Speech:
    """A text as it is going to be said."""

    preset: Preset
    """With a speaker."""
    recording: SpokenRecording
    text: SpokenText


def add_text(parser: argparse.ArgumentParser) -> None:
    """Add --text, --text-file, --range, --pauses, --labels and --subtitles."""
    from engine.speech.spoken import PAUSE_FACTORS, PITCH_RANGES

    given = parser.add_mutually_exclusive_group()
    given.add_argument(
        "--text",
        metavar="WORDS",
        help="say this, for models that are told speech features; --speaker heart:70,michael:30 blends "
        "voices; --pitch and --speed as with --like, up to 12 semitones and 0.5 to 2 times as fast; "
        "docs/speech.md tells what markup there is",
    )
    given.add_argument("--text-file", metavar="FILE", help="say what is in a text file; - is standard input")
    parser.add_argument(
        "--range",
        type=number(*PITCH_RANGES),
        metavar="TIMES",
        help="with a text: so many times as lively a melody",
    )
    parser.add_argument(
        "--pauses",
        type=number(*PAUSE_FACTORS),
        metavar="TIMES",
        help="with a text: so many times as long pauses",
    )
    parser.add_argument(
        "--labels", type=Path, metavar="JSON", help="with a text: write when which word and phone is said"
    )
    parser.add_argument("--subtitles", type=Path, metavar="SRT", help="with a text: write subtitles")
    parser.add_argument(
        "--paragraphs",
        action="store_true",
        help="with a text: a file for each paragraph (between empty lines), FILE-001 and on, with its .srt "
        "and .json beside it",
    )


def speech_for(arguments: argparse.Namespace, preset: Preset, model: ModelFile) -> Speech | None:
    """What --text, --text-file or else the preset say, in the preset's voice; None where none says anything.

    Raises StudioError where other options do not go with them or need them, where the text cannot be read or
    holds nothing to say, and where the model or the nets cannot say it.
    """
    from engine.library.likeness import check_says

    content, option = text_of(arguments, preset)
    if content is None:
        for name in ONLY_WITH_TEXT:
            if getattr(arguments, name) is not None:
                raise StudioError(f"--{name} is for what --text says; give a text with --text")
        return None
    check_says(model.header)
    check_text(content, option)
    nets = installed_nets(option)
    voiced = with_speaker(preset, model, nets.speakers)
    recording, text = said(content, manner_of(arguments, voiced), nets, model.config.sample_rate)
    return Speech(voiced, recording, text)


def said(
    content: str, manner: Manner, nets: SpeechNets, sample_rate: int
) -> tuple[SpokenRecording, SpokenText]:
    """What a text becomes, said so, for models at ``sample_rate`` Hz; notes on it are warnings.

    Raises StudioError where it holds nothing to say, and where the nets cannot say it.
    """
    from engine.library.spoken_texts import SpokenText
    from engine.library.text_recordings import say_text
    from engine.stream.narration.equipment import read_in
    from engine.stream.one_thread import one_thread

    script = read_in(nets.accent_of(manner.leading), content)
    warn(script.notes)
    with samples_bar(len(script.phrases)) as bar, one_thread():
        return say_text(SpokenText.of(content, manner), script.phrases, nets, sample_rate, bar.update)


def text_of(arguments: argparse.Namespace, preset: Preset) -> tuple[str | None, str]:
    """The text to say, and where it comes from; None where none is to be said.

    A preset's own text gives way to what other options say. Raises StudioError where --text or --text-file
    do not go with them, and where the file cannot be read.
    """
    others = [name for name in INSTEAD if getattr(arguments, name)]
    if arguments.text is None and arguments.text_file is None:
        return None if others else preset.text, f"preset {preset.id!r}"
    option = "--text" if arguments.text is not None else "--text-file"
    if others:
        raise StudioError(f"{option} does not go with --{others[0].replace('_', '-')}; drop one")
    return arguments.text if arguments.text is not None else read_text_file(arguments.text_file), option


def paragraph_by_paragraph(arguments: argparse.Namespace) -> list[argparse.Namespace]:
    """What each paragraph of --text or --text-file is made with, as if it were given alone.

    Raises StudioError where neither is given, where other options do not go with --paragraphs, and where the
    text cannot be read or holds nothing to say.
    """
    from engine.library.paragraphs import LABELS, SUBTITLES, split

    if given := next((name for name in OF_ONE_FILE if getattr(arguments, name) is not None), None):
        raise StudioError(f"--paragraphs does not go with --{given}: each has a file of its own; drop one")
    if arguments.text is None and arguments.text_file is None:
        raise StudioError("--paragraphs is for what --text-file says; give a text")
    content = arguments.text if arguments.text is not None else read_text_file(arguments.text_file)
    output: Path = arguments.output
    parts = []
    for place, (start, end) in enumerate(split(content), start=1):
        path = output.with_stem(f"{output.stem}-{place:03d}")
        times = {"labels": path.with_suffix(LABELS), "subtitles": path.with_suffix(SUBTITLES)}
        text = {"text": content[start:end], "text_file": None, "paragraphs": False}
        parts.append(argparse.Namespace(**{**vars(arguments), **text, **times, "output": path}))
    if not parts:
        raise StudioError("--paragraphs: there is nothing to say in the text")
    return parts


def installed_nets(option: str) -> SpeechNets:
    """The nets that say texts. Raises StudioError where there are none."""
    from engine.library.paths import speech_nets_file
    from engine.speech.nets import SpeechNets

    path = speech_nets_file()
    if path is None:
        raise StudioError(f"{option}: the speech nets are missing; put nets.safetensors into assets/speech")
    return SpeechNets.read(path)


def with_speaker(preset: Preset, model: ModelFile, known: tuple[str, ...]) -> Preset:
    """The preset, with the model's first speaker that the nets know where it names none.

    Raises StudioError where they know none.
    """
    if preset.speaker is not None:
        return preset
    voices = [name for name in model.config.speakers if name in known]
    if not voices:
        raise StudioError(f"model {model.header.name!r} has no voice that texts can be said with")
    return dataclasses.replace(preset, speaker=voices[0])


def manner_of(arguments: argparse.Namespace, preset: Preset) -> Manner:
    """How the text is said, by the options, else by the preset.

    Raises StudioError on a pitch or speed beyond a text's, and on a bad blend.
    """
    from engine.speech.spoken import TEXT_SEMITONES, TEXT_SPEEDS

    (_, highest), (slowest, fastest) = TEXT_SEMITONES, TEXT_SPEEDS
    if abs(arguments.pitch or 0.0) > highest:
        raise StudioError(
            f"--pitch {arguments.pitch:g}st: a text is said at most {highest:g} semitones higher or lower"
        )
    if arguments.speed is not None and not slowest <= arguments.speed <= fastest:
        raise StudioError(
            f"--speed {arguments.speed:g}: a text is said {slowest:g} to {fastest:g} times as fast"
        )
    manner = preset.manner()
    if not manner.speakers:
        raise StudioError(f"--speaker {preset.speaker}: no blend; write it as heart:70,michael:30")
    asked = {
        "speed": arguments.speed,
        "semitones": arguments.pitch,
        "pitch_range": arguments.range,
        "pauses": arguments.pauses,
    }
    return dataclasses.replace(manner, **{name: value for name, value in asked.items() if value is not None})


def read_text_file(name: str) -> str:
    """The text in a file, or on standard input for ``-``. Raises StudioError where it is none."""
    from engine.files.reading import read_text_file, utf8_text
    from engine.library.preset_fields import LONGEST_TEXT

    try:
        if name == "-":
            return utf8_text(sys.stdin.buffer.read(4 * LONGEST_TEXT + 1))
        return read_text_file(Path(name), 4 * LONGEST_TEXT)
    except (OSError, ValueError) as error:
        raise StudioError(f"--text-file {name}: {reason(error)}") from None


def check_text(content: str, option: str) -> None:
    """Raise StudioError on a text that is empty or too long."""
    from engine.library.preset_fields import LONGEST_TEXT

    if not content.strip():
        raise StudioError(f"{option}: the text is empty")
    if len(content) > LONGEST_TEXT:
        raise StudioError(f"{option}: {len(content)} characters; at most {LONGEST_TEXT} are said at once")


def write_times(arguments: argparse.Namespace, text: SpokenText, seconds: float) -> None:
    """Write --labels and --subtitles for the first ``seconds``. Raises StudioError."""
    from engine.files.writing import write_atomically
    from engine.speech.labels import labels, subtitles

    words = text.timed_words(seconds)
    for path, write in ((arguments.labels, labels), (arguments.subtitles, subtitles)):
        if path is not None:
            write_atomically(path, write(text.text, words).encode("utf-8"))
