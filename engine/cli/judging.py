"""``studio judge``: what a model does when it runs free, and how closely it follows a score."""

from __future__ import annotations

import argparse
import json
import math
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.output import print_table, samples_bar, say, warn
from engine.cli.parser import number, whole
from engine.errors import StudioError

if TYPE_CHECKING:
    from engine.corpus.store import Corpus
    from engine.judging.classifier import Classifier
    from engine.judging.drift import Drift
    from engine.judging.following import Following
    from engine.judging.freeruns import PresetJudgement
    from engine.judging.scores import PieceJudgement
    from engine.kernels.base import Kernel
    from engine.library.presets import Preset

Shown = list[tuple["Preset", str]]
"""Presets with the genre or speaker that each shows off."""

EPILOG = """\
examples:
  ./studio judge music --corpus corpora/music
  ./studio judge music --corpus corpora/music --of piano,jazz --drift --json
  ./studio judge runs/music/model.safetensors --corpus corpora/music --following --pieces 20

Without --presets, --drift or --following it judges the presets. docs/judging.md explains the figures."""


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "judge",
        help="judge a model's free runs",
        description="Listen to a model by machine: its presets, a minute's drift, how it follows scores.",
        epilog=EPILOG,
    )
    parser.add_argument("model", metavar="MODEL", help="a model's name or .safetensors file")
    parser.add_argument("--corpus", type=Path, required=True, help="the corpus it was trained on")
    parser.add_argument("--presets", action="store_true", help="free runs of its factory presets")
    parser.add_argument("--drift", action="store_true", help="a minute of each of these presets")
    parser.add_argument("--following", action="store_true", help="unseen pieces, played from their scores")
    parser.add_argument("--of", metavar="NAME,…", help="only these genres or speakers")
    parser.add_argument("--seeds", type=whole(1, 1000), default=10, help="runs of a preset (default 10)")
    parser.add_argument(
        "--seconds", type=number(1.0, 600.0), default=5.0, help="of each run (default 5); drift takes 60"
    )
    parser.add_argument("--pieces", type=whole(2, 1000), default=20, help="to be followed (default 20)")
    parser.add_argument(
        "--piece-seconds", type=number(2.0, 600.0), default=10.0, help="of each piece (default 10)"
    )
    parser.add_argument(
        "--temperature", type=number(0.0, 4.0), default=1.0, help="while following a score (default 1)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Judge, and print the figures."""
    from engine.judging.features import need_libraries

    need_libraries()
    from engine.corpus.store import Corpus
    from engine.kernels.select import select_kernel
    from engine.library.models import ModelLibrary
    from engine.library.paths import model_folders
    from engine.music.condition import plays_scores

    corpus = Corpus(arguments.corpus)
    model = ModelLibrary(model_folders()).load(arguments.model)
    name, rate = model.header.name, model.config.sample_rate
    if rate != corpus.sample_rate:
        raise StudioError(
            f"model {name!r} runs at {rate} Hz, {arguments.corpus} at {corpus.sample_rate} Hz; "
            "judge it by the corpus it was trained on"
        )
    if arguments.following and not plays_scores(model.config):
        raise StudioError(f"model {name!r} plays no scores; leave --following out")
    of = arguments.of.split(",") if arguments.of else None
    report: dict[str, Any] = {"model": name, "hash": model.header.hash, "corpus": str(arguments.corpus)}
    of_presets = arguments.presets or not (arguments.drift or arguments.following)
    shown = presets_of(name, corpus, of) if of_presets or arguments.drift else []
    kernel = select_kernel(model, "auto", say)
    if of_presets:
        report |= judge_presets(kernel, corpus, shown, arguments)
    if arguments.drift:
        report["drift"] = judge_drift(kernel, corpus, shown, arguments)
    if arguments.following:
        report |= judge_scores(kernel, corpus, of, arguments)
    if arguments.json:
        print(json.dumps(_plain(report)))
    return 0


def presets_of(model: str, corpus: Corpus, of: list[str] | None) -> Shown:
    """The factory presets of a model whose genre or speaker the corpus has (and ``of`` names, where given).

    Raises StudioError where there is none, or ``of`` names what the corpus has not.
    """
    from engine.judging.classifier import label_of
    from engine.judging.playing import shown_label
    from engine.library.paths import preset_folders
    from engine.library.presets import PresetLibrary
    from engine.names import suggest

    heard, unheard = (
        {label for piece in corpus.split(split) if (label := label_of(piece))} for split in ("train", "test")
    )
    known = sorted(heard & unheard)
    for label in of or ():
        if label not in known:
            raise StudioError(
                f"--of: {label!r} is no genre or speaker of the corpus; {suggest(label, known)}"
            )
    library = PresetLibrary(preset_folders())
    warn(library.problems)
    shown, unknown = [], []
    for preset in library.presets():
        if preset.factory and preset.model == model:
            label = shown_label(preset, known)
            if label is None:
                unknown.append(f"preset {preset.id!r} shows no genre or speaker of the corpus; left out")
            elif of is None or label in of:
                shown.append((preset, label))
    warn(unknown)
    if not shown:
        raise StudioError(f"no factory preset of model {model!r} shows a genre or speaker of the corpus")
    return shown


def judge_presets(
    kernel: Kernel, corpus: Corpus, shown: Shown, arguments: argparse.Namespace
) -> dict[str, Any]:
    """Free runs of each preset; also tells how well the classifier does on unseen recordings."""
    from engine.judging.classifier import CLIPS, TEST_CLIPS, Classifier, labelled_clips
    from engine.judging.freeruns import judge_preset, usual

    seconds, rate = arguments.seconds, corpus.sample_rate
    say("learning from the corpus …")
    classifier = Classifier(labelled_clips(corpus, "train", seconds, CLIPS), rate)
    accuracy = classifier.accuracy(labelled_clips(corpus, "test", seconds, TEST_CLIPS))
    seeds = range(1, arguments.seeds + 1)
    references = {label: usual(corpus, kernel.config, label, seconds) for _, label in shown}
    judged = []
    with samples_bar(round(seconds * rate) * len(seeds) * len(shown)) as bar:
        for preset, label in shown:
            reference = references[label]
            judged.append(
                judge_preset(preset, label, kernel, classifier, reference, seeds, seconds, bar.update)
            )
    if not arguments.json:
        _print_presets(classifier, accuracy, judged)
    return {
        "classifier": {"accuracy": sum(accuracy.values()) / len(accuracy), "of_each": accuracy},
        "right": _mean(one.right for one in judged),
        "second": _mean(one.second for one in judged),
        "alive": sum(one.alive for one in judged) / len(judged),
        "presets": [{**asdict(one), "alive": one.alive} for one in judged],
    }


def _print_presets(classifier: Classifier, accuracy: dict[str, float], judged: list[PresetJudgement]) -> None:
    rows = [("PRESET", "SHOWS", "NAMED RIGHT", "SECOND", "RECORDINGS", "TAKEN FOR", "VERDICTS")]
    for one in judged:
        rows.append(
            (
                one.preset,
                one.label,
                f"{one.right:.0%}",
                f"{one.second:.0%}",
                f"{accuracy[one.label]:.0%}" if one.label in accuracy else "none",
                _counted(one.taken_for),
                _counted(one.verdicts),
            )
        )
    print_table(rows)
    print(
        f"\nnamed right: {_mean(one.right for one in judged):.1%} of the free runs "
        f"({_mean(one.second for one in judged):.1%} by the second classifier), "
        f"{_mean(accuracy.values()):.1%} of unseen recordings, {1 / len(classifier.labels):.1%} by chance; "
        f"alive: {_mean(one.alive for one in judged):.1%}"
    )


def judge_drift(
    kernel: Kernel, corpus: Corpus, shown: Shown, arguments: argparse.Namespace
) -> list[dict[str, Any]]:
    """A minute of each preset, as many at a time as there are cores."""
    from concurrent.futures import ThreadPoolExecutor

    from engine.judging.drift import RUN_S, drift_of, limits
    from engine.judging.freeruns import usual
    from engine.judging.playing import play

    rate = corpus.sample_rate
    samples = round(RUN_S * rate)
    say("measuring minutes of the corpus …")
    labels = sorted({label for _, label in shown})
    allowed = {label: limits(corpus, kernel.config, label) for label in labels}
    references = {label: usual(corpus, kernel.config, label, 10.0) for label in labels}
    with samples_bar(samples * len(shown)) as bar, ThreadPoolExecutor(os.cpu_count()) as pool:

        def one(entry: tuple[Preset, str]) -> Drift:
            preset, label = entry
            (codes,) = play(kernel, preset.params(), [1], samples, progress=bar.update)
            return drift_of(preset.id, label, codes, rate, references[label], allowed[label])

        drifts = list(pool.map(one, shown))
    if not arguments.json:
        _print_drift(drifts)
    return [asdict(drift) for drift in drifts]


def _print_drift(drifts: list[Drift]) -> None:
    rows = [("PRESET", "LEVEL, dB", "LIMIT", "CENTROID", "LIMIT", "WINDOWS", "DRIFTING")]
    for one in drifts:
        dead = {window.verdict for window in one.windows} - {"alive"}
        rows.append(
            (
                one.preset,
                f"{one.level_db:+.1f}",
                f"±{one.limits.level_db:.1f}",
                f"×{one.centroid:.2f}",
                f"×{one.limits.centroid:.2f}",
                ", ".join(sorted(dead)) or "alive",
                "yes" if one.drifting else "no",
            )
        )
    print()
    print_table(rows)
    print(f"\ndrifting over a minute: {sum(one.drifting for one in drifts)} of {len(drifts)} presets")


def judge_scores(
    kernel: Kernel, corpus: Corpus, of: list[str] | None, arguments: argparse.Namespace
) -> dict[str, Any]:
    """Unseen pieces, played from their scores."""
    from engine.judging.scores import judge_following, mean, scored_pieces

    seconds = arguments.piece_seconds
    pieces = scored_pieces(corpus, arguments.pieces, seconds, of)
    with samples_bar(round(seconds * corpus.sample_rate) * len(pieces)) as bar:
        judged = judge_following(
            kernel,
            corpus,
            pieces,
            seconds,
            temperature=arguments.temperature,
            threads=os.cpu_count() or 1,
            progress=bar.update,
        )
    means = {what: mean([getattr(one, what) for one in judged]) for what in ("model", "recording", "wrong")}
    if not arguments.json:
        _print_following(judged, means)
    return {
        "following": {what: asdict(figures) for what, figures in means.items()},
        "pieces": [asdict(one) for one in judged],
    }


def _print_following(judged: list[PieceJudgement], means: dict[str, Following]) -> None:
    heads = ("CHROMA", "RECORDING", "ONSETS FOUND", "RECORDING", "PRECISION", "RECORDING")
    rows: list[tuple[str, ...]] = [("PIECE", *heads)]
    for one in judged:
        rows.append((one.piece, *_beside(one.model, one.recording)))
    rows.append(("mean", *_beside(means["model"], means["recording"])))
    wrong = means["wrong"]
    rows.append(
        ("wrong score", f"{wrong.chroma:.2f}", "", f"{wrong.recall:.0%}", "", f"{wrong.precision:.0%}", "")
    )
    print()
    print_table(rows)


def _beside(model: Following, recording: Following) -> tuple[str, ...]:
    return (
        f"{model.chroma:.2f}",
        f"{recording.chroma:.2f}",
        f"{model.recall:.0%}",
        f"{recording.recall:.0%}",
        f"{model.precision:.0%}",
        f"{recording.precision:.0%}",
    )


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "nothing else"


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known)


def _plain(value: Any) -> Any:
    """For JSON, which knows no NaN: null in its place."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
