"""``studio judge-speech``: clips in which voices say texts, listened to by machine."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.output import print_table, say
from engine.errors import StudioError

if TYPE_CHECKING:
    from engine.corpus.format.reader import Corpus
    from engine.evaluation.classifier import Classifier
    from engine.evaluation.spoken_clips import ClipJudgement

CLIP_S = 3.0
"""Of the corpus's clips that voices are learnt from; sentences are about as long."""
IN_TIME_MS = 40.0
EPILOG = """\
example:
  ./studio render heart --text-file sentences.txt --paragraphs --seed 1 -o clips
  ./studio judge-speech clips --corpus corpora/kokoro

docs/evaluation.md explains the figures."""


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "judge-speech",
        help="judge clips in which voices say texts",
        description="Listen by machine to clips that render --text made: words understood, the right voice, "
        "the melody asked for, words in time.",
        epilog=EPILOG,
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="the clips; their settings are inside")
    parser.add_argument(
        "--corpus", type=Path, required=True, help="recordings of the voices, to know them by"
    )
    parser.add_argument(
        "--beside",
        type=Path,
        metavar="DIR",
        help="recordings of the same texts, named as the clips are, to compare with",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Judge, and print the figures."""
    from dataclasses import asdict

    from engine.corpus.format.reader import Corpus
    from engine.evaluation.features import need_libraries
    from engine.evaluation.recognition import Recogniser, need_recogniser
    from engine.evaluation.spoken_clips import judged, read_clips

    need_libraries()
    need_recogniser()
    clips = read_clips(arguments.folder)
    corpus = Corpus(arguments.corpus)
    rate = corpus.sample_rate
    if other := next((clip for clip in clips if clip.sample_rate != rate), None):
        raise StudioError(
            f"{other.name}: made at {other.sample_rate} Hz, {arguments.corpus} is at {rate} Hz; give the "
            "corpus of its voices"
        )
    besides = [_recording(arguments.beside, clip.name, rate) for clip in clips]
    classifier, accuracy = learn(corpus, sorted({clip.voice for clip in clips}))
    listener = Recogniser(rate)
    say(f"listening to {len(clips)} clips …")
    found = [judged(clip, listener, classifier, beside) for clip, beside in zip(clips, besides, strict=True)]
    if arguments.json:
        print(json.dumps({"recordings_named_right": accuracy, "clips": [asdict(one) for one in found]}))
        return 0
    print_judged(found, accuracy)
    return 0


def learn(corpus: Corpus, voices: Sequence[str]) -> tuple[Classifier, dict[str, float]]:
    """What tells the corpus's voices apart, and how often it is right of unseen recordings of ``voices``.

    Raises StudioError where the corpus lacks one of them.
    """
    from engine.evaluation.classifier import CLIPS, TEST_CLIPS, Classifier, labelled_clips

    say("learning from the corpus …")
    classifier = Classifier(labelled_clips(corpus, "train", CLIP_S, CLIPS), corpus.sample_rate)
    if missing := [voice for voice in voices if voice not in classifier.labels]:
        raise StudioError(f"the corpus has no recordings of {', '.join(missing)}; give one that has")
    return classifier, classifier.accuracy(labelled_clips(corpus, "test", CLIP_S, TEST_CLIPS, voices))


def print_judged(found: Sequence[ClipJudgement], accuracy: dict[str, float]) -> None:
    """A row a voice and one for all, then the melody a manner each."""
    heads = ("VOICE", "CLIPS", "WORDS", "WRONG", "BESIDE", "MORE", "NAMED RIGHT", "RECORDINGS")
    rows: list[tuple[str, ...]] = [heads]
    for voice in (*accuracy, "all"):
        own = [one for one in found if voice in (one.voice, "all")]
        share = accuracy.get(voice, sum(accuracy.values()) / len(accuracy))
        rows.append((voice, *_row(own), f"{share:.0%}"))
    print_table(rows)
    print()
    print_table(
        [
            ("SAID", "CLIPS", "F0, CENTS", "WORDS MARKED, MS", "90 %", f"WITHIN {IN_TIME_MS:g}"),
            *_manners(found),
        ]
    )


def _row(own: Sequence[ClipJudgement]) -> tuple[str, ...]:
    from engine.evaluation.recognition import difference

    words, wrong = sum(one.words for one in own), sum(one.wrong for one in own)
    right = sum(one.taken_for == one.voice for one in own) / len(own)
    besides = [one.beside for one in own if one.beside is not None]
    beside = more = ""
    if len(besides) == len(own):
        apart = difference([one.words for one in own], [one.wrong for one in own], besides)
        beside = f"{100 * sum(besides) / words:.1f} %"
        more = f"{apart.points:+.1f} ({apart.low:+.1f} to {apart.high:+.1f})"
    return str(len(own)), str(words), f"{100 * wrong / words:.1f} %", beside, more, f"{right:.0%}"


def _manners(found: Sequence[ClipJudgement]) -> list[tuple[str, ...]]:
    import numpy as np

    from engine.evaluation.spoken_clips import pooled

    rows: list[tuple[str, ...]] = []
    for manner in dict.fromkeys(one.manner for one in found):
        own = [one for one in found if one.manner == manner]
        cents, late = (
            pooled(values) for values in zip(*((one.cents, one.late_ms) for one in own), strict=True)
        )
        marked = ("", "", "")
        if len(late):
            within = float(np.mean(np.abs(late) <= IN_TIME_MS))
            marked = (
                f"{np.median(late):+.0f}",
                f"{np.quantile(np.abs(late), 0.9):.0f}",
                f"{within:.0%}",
            )
        melody = f"{np.median(cents):.1f}" if len(cents) else "none"
        rows.append((manner, str(len(own)), melody, *marked))
    return rows


def _recording(folder: Path | None, name: str, rate: int) -> Any:
    """The recording of this name in a folder; None without a folder. Raises StudioError where it has none."""
    from engine.library.audio_files import SUBTYPES, read_audio

    if folder is None:
        return None
    path = next((path for suffix in SUBTYPES if (path := folder / f"{name}{suffix}").exists()), None)
    if path is None:
        raise StudioError(f"{folder}: no recording {name!r} to go with the clip of that name")
    return read_audio(path, rate)
