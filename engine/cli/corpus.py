"""The command that makes training corpora: synthesised, or read from what people have."""

from __future__ import annotations

import argparse
import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.labelled import add_labelled
from engine.cli.output import say, warn
from engine.cli.parser import MAX_SEED, number, whole
from engine.errors import StudioError

if TYPE_CHECKING:
    from engine.corpus.format.reader import Corpus
    from engine.corpus.readers.listing import Listing
    from engine.corpus.readers.splits import Shares

RATE = 16_000
MIN_RATE, MAX_RATE = 4_000, 192_000
MAX_SHARE = 0.5
NAMED = 20
"""Skipped files that are named on the screen; corpus.json names all."""

DATASETS = {
    "vctk": ("VCTK 0.80 or 0.92: 110 speakers", "~/VCTK-Corpus-0.92 corpora/vctk"),
    "ljspeech": ("LJSpeech: one speaker", "~/LJSpeech-1.1 corpora/lj --rate 22050"),
    "magnatagatune": ("MagnaTagATune: music with tags", "~/MagnaTagATune corpora/mtat --tags 50"),
    "timit": ("TIMIT: 630 speakers, with phones", "~/timit corpora/timit --without-sa"),
    "folder": ("any audio in sub-folders", "~/samples corpora/mine --labels tags"),
}

EPILOG = """\
examples:
  ./studio corpus music corpora/music --hours 2 --seed 1
  ./studio corpus vctk ~/VCTK-Corpus-0.92 corpora/vctk
  ./studio corpus folder ~/recordings corpora/mine --labels speakers
  ./studio corpus pack corpora/music -o music.corpus

./studio corpus KIND --help says what a kind takes, with an example.

music and speech are synthesised, the same for the same seed. pack and unpack make one small file of a
corpus and a corpus of it. The others read SOURCE, in any format and at any rate, and write DIR;
interrupted, the same command goes on where it was."""


def add(subparsers: Any) -> None:
    """Add the command with its kinds to the argument parser."""
    parser = subparsers.add_parser(
        "corpus",
        help="make a training corpus: synthesise it, or read your own data",
        description="Make a folder that ./studio train reads.",
        epilog=EPILOG,
    )
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", title="kinds", required=True)
    for kind in ("music", "speech"):
        _add_synthesised(kinds, kind)
    for kind in DATASETS:
        _add_dataset(kinds, kind)
    add_labelled(kinds)
    _add_packing(kinds)


def _add_packing(kinds: Any) -> None:
    pack = kinds.add_parser(
        "pack",
        help="make one small file of a corpus, to be carried to another machine",
        description="Make one small file of a corpus: mu-law codes, labels, notes and checksums.",
        epilog="example: ./studio corpus pack corpora/music -o music.corpus",
    )
    pack.add_argument("folder", type=Path, metavar="DIR", help="the corpus")
    pack.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="the file to make")
    pack.add_argument("--workers", type=int, default=os.cpu_count(), help="threads (default: all cores)")
    pack.set_defaults(run=run_pack)
    unpack = kinds.add_parser(
        "unpack",
        help="make a corpus of a packed one",
        description="Make a corpus of a packed one. Python and numpy suffice, with python main.py.",
        epilog="example: ./studio corpus unpack music.corpus corpora/music",
    )
    unpack.add_argument("file", type=Path, metavar="FILE", help="what corpus pack made")
    unpack.add_argument("folder", type=Path, metavar="DIR", help="an empty or new folder for the corpus")
    unpack.set_defaults(run=run_unpack)


def _add_synthesised(kinds: Any, kind: str) -> None:
    parser = kinds.add_parser(
        kind,
        help=f"synthesised {kind}",
        description=f"Synthesise a corpus of {kind}, the same for the same seed.",
        epilog=f"example: ./studio corpus {kind} corpora/{kind} --hours 2 --seed 1",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="an empty or new folder")
    parser.add_argument("--hours", type=float, default=2.0, help="length of the corpus (default 2)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes (default: all cores)")
    if kind == "speech":
        parser.add_argument(
            "--voices",
            choices=("all", "synthetic", "natural"),
            default="synthetic",
            help="seven of Debian's synthesisers (the default), eight natural ones of Kokoro-82M, or all",
        )
    parser.set_defaults(run=run_synthesis)


def _add_dataset(kinds: Any, kind: str) -> None:
    about, example = DATASETS[kind]
    parser = kinds.add_parser(
        kind,
        help=about,
        description=f"Read {about}. A file that is broken is named and skipped.",
        epilog=f"example: ./studio corpus {kind} {example}",
    )
    parser.add_argument("source", type=Path, metavar="SOURCE", help="the folder that holds the data")
    parser.add_argument("folder", type=Path, metavar="DIR", help="an empty or new folder for the corpus")
    parser.add_argument(
        "--rate",
        type=whole(MIN_RATE, MAX_RATE),
        default=RATE,
        help=f"sample rate of the corpus in Hz (default {RATE})",
    )
    parser.add_argument(
        "--seed", type=whole(0, MAX_SEED), default=1, help="another draw of what validates and tests"
    )
    share = number(0.0, MAX_SHARE)
    if kind == "magnatagatune":
        parser.add_argument(
            "--tags", type=whole(1, 188), default=50, help="keep that many, the most frequent (default 50)"
        )
    else:
        parser.add_argument(
            "--valid", type=share, default=0.05, metavar="SHARE", help="what validates (default 0.05)"
        )
    if kind in ("vctk", "ljspeech", "folder"):
        parser.add_argument(
            "--test", type=share, default=0.1, metavar="SHARE", help="what tests (default 0.1)"
        )
    if kind == "vctk":
        parser.add_argument(
            "--microphone", type=int, choices=(1, 2), default=1, help="which of the two of 0.92 (default 1)"
        )
    if kind == "timit":
        parser.add_argument(
            "--without-sa", action="store_true", help="leave out the two sentences that everybody says"
        )
    if kind == "folder":
        parser.add_argument(
            "--labels",
            choices=("tags", "speakers"),
            default="tags",
            help="what the sub-folders' names are (default tags)",
        )
        parser.add_argument(
            "--csv",
            type=Path,
            metavar="FILE",
            help="more labels: columns file, tags (with ; between), speaker; the first line names them",
        )
    parser.set_defaults(run=run_dataset)


def run_synthesis(arguments: argparse.Namespace) -> int:
    """Make a corpus with a progress bar."""
    if not 0.0 < arguments.hours <= 1000.0:
        raise StudioError(f"--hours {arguments.hours}: give more than 0 and at most 1000")
    from engine.corpus.music import recipe as music
    from engine.corpus.speech import recipe as speech

    recipe: Callable[..., Corpus] = music.make
    if arguments.kind == "speech":
        recipe = functools.partial(speech.make, voices=arguments.voices, say=say)
    with _percent_bar() as bar:
        corpus = recipe(
            arguments.folder,
            hours=arguments.hours,
            seed=arguments.seed,
            progress=lambda share: bar.update(share * 100 - bar.n),
            workers=max(1, arguments.workers),
        )
    _report(arguments.folder, corpus)
    return 0


def run_dataset(arguments: argparse.Namespace) -> int:
    """Read a data set with a progress bar, and say what came of it."""
    from engine.corpus.readers.collect import collect
    from engine.corpus.readers.splits import Shares

    shares = Shares(getattr(arguments, "valid", 0.0), getattr(arguments, "test", 0.0))
    listing = _listing(arguments, shares)
    options = ("kind", "rate", "seed", "tags", "microphone", "without_sa", "labels")
    request = {name: getattr(arguments, name) for name in options if hasattr(arguments, name)}
    with _percent_bar() as bar:
        corpus = collect(
            arguments.folder,
            listing,
            sample_rate=arguments.rate,
            seed=arguments.seed,
            shares=shares,
            request={**request, "source": str(arguments.source.resolve())},
            progress=lambda share: bar.update(share * 100 - bar.n),
        )
    _report(arguments.folder, corpus)
    for note in listing.notes:
        print(note)
    _report_skipped(corpus)
    if not corpus.split("train") or not corpus.split("validation"):
        missing = "train" if not corpus.split("train") else "validate"
        warn([f"no piece is there to {missing}, which ./studio train needs; add recordings"])
    return 0


def run_pack(arguments: argparse.Namespace) -> int:
    """Pack a corpus with a progress bar, and say how small it became."""
    from engine.corpus.format.portable.pack import pack
    from engine.corpus.format.reader import Corpus

    with _percent_bar() as bar:
        pack(
            arguments.folder,
            arguments.output,
            progress=lambda share: bar.update(share * 100 - bar.n),
            workers=max(1, arguments.workers),
        )
    corpus = Corpus(arguments.folder)
    hours = len(corpus.audio) / corpus.sample_rate / 3600
    mebibytes = arguments.output.stat().st_size / (1 << 20)
    each = f", {mebibytes / hours:.1f} MiB an hour" if hours else ""
    print(f"{arguments.output}: {mebibytes:.1f} MiB{each}")
    return 0


def run_unpack(arguments: argparse.Namespace) -> int:
    """Unpack a corpus; without a bar, which a bare machine may lack."""
    from engine.corpus.format.portable.unpack import unpack

    _report(arguments.folder, unpack(arguments.file, arguments.folder))
    return 0


def _listing(arguments: argparse.Namespace, shares: Shares) -> Listing:
    """What is in SOURCE, with splits."""
    from engine.corpus.readers import folder, ljspeech, magnatagatune, splits, timit, vctk

    source = arguments.source
    readers: dict[str, Callable[[], Listing]] = {
        "vctk": lambda: vctk.read(source, microphone=arguments.microphone),
        "ljspeech": lambda: ljspeech.read(source),
        "magnatagatune": lambda: magnatagatune.read(source, tags=arguments.tags),
        "timit": lambda: timit.read(
            source, seed=arguments.seed, validation=shares.validation, with_sa=not arguments.without_sa
        ),
        "folder": lambda: folder.read(source, labels=arguments.labels, table=arguments.csv),
    }
    listing = readers[arguments.kind]()
    if arguments.kind in ("vctk", "ljspeech", "folder"):
        listing = splits.assigned(listing, arguments.seed, shares)
    return listing


def _report(folder: Path, corpus: Corpus) -> None:
    seconds = len(corpus.audio) / corpus.sample_rate
    print(f"{folder}: {len(corpus.pieces)} pieces, {seconds / 3600:.2f} h")


def _report_skipped(corpus: Corpus) -> None:
    counts = ", ".join(f"{len(corpus.split(name))} {name}" for name in ("train", "validation", "test"))
    print(f"{counts}; {len(corpus.tags)} tags, {len(corpus.speakers)} speakers; {corpus.sample_rate} Hz")
    skipped = corpus.about.get("skipped", [])
    if skipped:
        print(f"{len(skipped)} skipped:")
    for entry in skipped[:NAMED]:
        print(f"  {entry['file']}: {entry['reason']}")
    if len(skipped) > NAMED:
        print(f"  and {len(skipped) - NAMED} more, all named in {corpus.folder / 'corpus.json'}")


def _percent_bar() -> Any:
    from tqdm import tqdm

    return tqdm(total=100, unit="%", bar_format="{l_bar}{bar}| {elapsed}<{remaining}")
