"""``studio compose``: a new piece as a MIDI file, for a model to play or for any other program."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.cli.output import say
from engine.cli.parser import MAX_SEED, whole
from engine.errors import StudioError, shortened, suggest

EPILOG = """\
examples:
  ./studio compose musicbox -o tune.mid --seed 3
  ./studio compose jazz -o blues.mid --tag saxophone --tag minor
  ./studio render jazz --score blues.mid -o blues.wav

The same genre, tags and seed give the same piece again."""


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "compose",
        help="write a new piece as a MIDI file",
        description="Compose half a minute in a genre of the music corpus, as a MIDI file.",
        epilog=EPILOG,
    )
    parser.add_argument("genre", metavar="GENRE", help="as the music model's tags name it")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.mid")
    parser.add_argument("--tag", action="append", default=[], metavar="TAG", help="wanted as well")
    parser.add_argument("--seed", type=whole(0, MAX_SEED), help="default: a new one, which is told")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compose, write, and say what it is."""
    from engine.composing.composer import GENRES, TAGS
    from engine.files.writing import check_replaceable, write_atomically
    from engine.library.paths import SCORE_SUFFIXES
    from engine.library.pieces import composed
    from engine.library.presets import new_seed

    if arguments.output.suffix.lower() not in SCORE_SUFFIXES:
        raise StudioError(f"{arguments.output}: a score is a MIDI file; let its name end with .mid")
    check_replaceable(arguments.output)
    for name, known, what in (
        (arguments.genre, GENRES, "genre"),
        *((tag, TAGS, "tag") for tag in arguments.tag),
    ):
        if name not in known:
            raise StudioError(f"{what} {shortened(name)!r} is unknown; {suggest(name, sorted(known))}")
    seed = new_seed() if arguments.seed is None else arguments.seed
    piece, content = composed(arguments.genre, seed, arguments.tag)
    missing = [tag for tag in arguments.tag if tag not in piece.tags]
    if missing:
        say(f"no piece found with {' and '.join(missing)}; this is the nearest")
    write_atomically(arguments.output, content)
    print(f"{arguments.output}: {piece.score.seconds:.1f} s, seed {seed}, {', '.join(piece.tags)}")
    return 0
