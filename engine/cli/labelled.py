"""``corpus kokoro``: sentences that came with phone times."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_labelled(kinds: Any) -> None:
    """Add the kind to the kinds of corpora."""
    parser = kinds.add_parser(
        "kokoro",
        help="Kokoro's sentences with phone times: VOICE.tar and VOICE.jsonl.gz",
        description="Make a corpus of Kokoro's labelled sentences, a VOICE.tar of FLAC files and a "
        "VOICE.jsonl.gz each voice; speech-nets learn from it.",
        epilog="example: ./studio corpus kokoro ~/kokoro corpora/kokoro",
    )
    parser.add_argument("source", type=Path, metavar="SOURCE", help="the folder that holds the voices")
    parser.add_argument("folder", type=Path, metavar="DIR", help="an empty or new folder for the corpus")
    parser.set_defaults(run=run_labelled)


def run_labelled(arguments: argparse.Namespace) -> int:
    """Make the corpus with a progress bar."""
    from tqdm import tqdm

    from engine.corpus.speech.natural.labelled import collect

    with tqdm(total=100, unit="%", bar_format="{l_bar}{bar}| {elapsed}<{remaining}") as bar:
        corpus = collect(
            arguments.source,
            arguments.folder,
            progress=lambda share: bar.update(share * 100 - bar.n),
        )
    seconds = len(corpus.audio) / corpus.sample_rate
    print(f"{arguments.folder}: {len(corpus.pieces)} pieces, {seconds / 3600:.2f} h")
    return 0
