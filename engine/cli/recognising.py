"""``studio recognise``: the phones that are heard in a recording."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.speech.recognition.recogniser import FoundPhone

LONGEST_S = 3600.0

EPILOG = """\
example: ./studio recognise hello.wav --labels hello.json

The phones are those of American English in TIMIT's letters: iy as in see, ih sit, eh set, ae sat, ah but,
uw too, uh put, aa father, ey day, ay my, oy boy, aw now, ow go, er her; dh this, th thin, sh she, zh among
them, jh joy, ch chin, ng sing, y yes, hh he, dx the middle of water; sil is silence."""


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "recognise",
        help="the phones that are heard in a recording, with their times",
        description="Listen to English speech, and tell its phones and when they are said.",
        epilog=EPILOG,
    )
    parser.add_argument("audio", type=Path, metavar="FILE", help="the recording; mixed to mono, resampled")
    parser.add_argument("--labels", type=Path, metavar="FILE", help="also write phones and times as JSON")
    parser.add_argument(
        "--model", type=Path, metavar="FILE", help="that ./studio train phones made (default: ours)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Listen, and print a line a phone."""
    from tqdm import tqdm

    from engine.files.writing import write_atomically
    from engine.library.audio_files import read_audio
    from engine.library.paths import recogniser_file
    from engine.speech.recognition.recogniser import Recogniser

    recogniser = Recogniser.read(arguments.model or recogniser_file())
    samples = read_audio(arguments.audio, recogniser.sample_rate, most_s=LONGEST_S)
    with tqdm(total=100, delay=1.0, disable=None, leave=False, bar_format="{l_bar}{bar}") as bar:
        found = recogniser.recognise(samples, lambda share: bar.update(share * 100 - bar.n))
    if arguments.labels:
        seconds = len(samples) / recogniser.sample_rate
        write_atomically(arguments.labels, labels(arguments.audio.name, seconds, found).encode())
    for phone in found:
        print(f"{phone.start_s:8.2f} {phone.end_s:8.2f}  {phone.name}")
    return 0


def labels(name: str, seconds: float, found: list[FoundPhone]) -> str:
    """Phones of the file ``name`` with their times in seconds, as JSON."""
    phones = [
        {"phone": phone.name, "start_s": round(phone.start_s, 4), "end_s": round(phone.end_s, 4)}
        for phone in found
    ]
    return json.dumps({"file": name, "seconds": round(seconds, 4), "phones": phones}, indent=1) + "\n"
