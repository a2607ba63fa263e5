"""``studio judge``: what a model does when it runs free, and how closely it follows a score."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.judged import plain, print_drift, print_following, print_presets, share_of
from engine.cli.output import samples_bar, say, warn
from engine.cli.parser import number, whole
from engine.errors import StudioError, shortened

if TYPE_CHECKING:
    from engine.corpus.format.reader import Corpus, Piece
    from engine.evaluation.classifier import Classifier
    from engine.evaluation.drift import Drift
    from engine.kernels.base import Kernel
    from engine.library.presets import Preset
    from engine.wavenet.config import ModelConfig

Shown = list[tuple["Preset", str]]
"""Presets with the genre or speaker that each shows off."""

EPILOG = """\
examples:
  ./studio judge music --corpus corpora/music
  ./studio judge music --corpus corpora/music --of piano,jazz --drift --json
  ./studio judge runs/music/model.safetensors --corpus corpora/music --following --pieces 20

Without --presets, --drift or --following it judges the presets. docs/evaluation.md explains the figures."""


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
    parser.add_argument(
        "--without-scores", action="store_true", help="presets that play scores improvise instead"
    )
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
    from engine.evaluation.features import need_libraries

    need_libraries()
    from engine.corpus.format.reader import Corpus
    from engine.evaluation.scores import scored_pieces
    from engine.generation.backends import select_kernel
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
    if arguments.without_scores:
        shown = [(preset.without_material(), label) for preset, label in shown]
    pieces = (
        scored_pieces(corpus, arguments.pieces, arguments.piece_seconds, of) if arguments.following else []
    )
    kernel = select_kernel(model, "auto", say)
    classifier = learn(corpus, model.config, arguments.seconds) if of_presets or pieces else None
    if of_presets and classifier:
        report |= judge_presets(kernel, corpus, shown, classifier, arguments)
    if arguments.drift:
        report["drift"] = judge_drift(kernel, corpus, shown, arguments)
    if pieces and classifier:
        report |= judge_scores(kernel, corpus, pieces, classifier, arguments)
    if arguments.json:
        print(json.dumps(plain(report)))
    return 0


def presets_of(model: str, corpus: Corpus, of: list[str] | None) -> Shown:
    """The factory presets of a model whose genre or speaker the corpus has (and ``of`` names, where given).

    Raises StudioError where there is none, or ``of`` names what the corpus has not.
    """
    from engine.evaluation.classifier import label_of
    from engine.evaluation.rendering import shown_label
    from engine.library.paths import preset_folders
    from engine.library.presets import PresetLibrary

    heard, unheard = (
        {label for piece in corpus.split(split) if (label := label_of(piece))} for split in ("train", "test")
    )
    known = sorted(heard & unheard)
    of = None if of is None else [_label(name, known) for name in of]
    library = PresetLibrary(preset_folders())
    warn(library.problems)
    shown, unknown = [], []
    for preset in library.presets():
        if preset.factory and preset.model == model:
            label = shown_label(preset, known)
            if preset.recording is not None:
                unknown.append(f"preset {preset.id!r} says a recording and never runs free; left out")
            elif label is None:
                unknown.append(f"preset {preset.id!r} shows no genre or speaker of the corpus; left out")
            elif of is None or label in of:
                shown.append((preset, label))
    warn(unknown)
    if not shown:
        raise StudioError(f"no factory preset of model {model!r} shows a genre or speaker of the corpus")
    return shown


def _label(name: str, known: Sequence[str]) -> str:
    """A genre or speaker of the corpus by its name or number. Raises StudioError where it has none such."""
    from engine.errors import suggest
    from engine.evaluation.classifier import names

    found = next((label for label in (name, *known) if label in known and names(name, label)), None)
    if found is None:
        raise StudioError(
            f"--of: {shortened(name)!r} is no genre or speaker of the corpus; {suggest(name, known)}"
        )
    return found


def learn(corpus: Corpus, config: ModelConfig, seconds: float) -> Classifier:
    """A classifier of clips ``seconds`` long, from the corpus alone, as a model of ``config`` hears it."""
    from engine.evaluation.classifier import CLIPS, Classifier, encoded, labelled_clips

    say("learning from the corpus …")
    return Classifier(encoded(labelled_clips(corpus, "train", seconds, CLIPS), config), corpus.sample_rate)


def judge_presets(
    kernel: Kernel, corpus: Corpus, shown: Shown, classifier: Classifier, arguments: argparse.Namespace
) -> dict[str, Any]:
    """Free runs of each preset; also tells how well the classifier does on unseen recordings."""
    from engine.evaluation.classifier import TEST_CLIPS, encoded, labelled_clips
    from engine.evaluation.free_runs import judge_preset, usual

    seconds, rate = arguments.seconds, corpus.sample_rate
    accuracy = classifier.accuracy(
        encoded(labelled_clips(corpus, "test", seconds, TEST_CLIPS), kernel.config)
    )
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
        print_presets(classifier, accuracy, judged)
    return {
        "classifier": {"accuracy": sum(accuracy.values()) / len(accuracy), "of_each": accuracy},
        "right": share_of(one.right for one in judged),
        "second": share_of(one.second for one in judged),
        "timbre": share_of(one.timbre for one in judged),
        "alive": sum(one.alive for one in judged) / len(judged),
        "presets": [{**asdict(one), "alive": one.alive} for one in judged],
    }


def judge_drift(
    kernel: Kernel, corpus: Corpus, shown: Shown, arguments: argparse.Namespace
) -> list[dict[str, Any]]:
    """A minute of each preset, two of those that move too far; as many at a time as there are cores."""
    from concurrent.futures import ThreadPoolExecutor

    from engine.evaluation.drift import RUN_S, SEEDS, drift_of, drifts, limits
    from engine.evaluation.free_runs import usual
    from engine.evaluation.rendering import play
    from engine.library.scores import conditions_of, score_of

    rate = corpus.sample_rate
    samples = round(RUN_S * rate)
    say("measuring minutes of the corpus …")
    labels = sorted({label for _, label in shown})
    allowed = {label: limits(corpus, kernel.config, label) for label in labels}
    references = {label: usual(corpus, kernel.config, label, 10.0) for label in labels}
    with samples_bar(0) as bar, ThreadPoolExecutor(os.cpu_count()) as pool:

        def minutes(entry: tuple[Preset, str]) -> list[Drift]:
            preset, label = entry
            conditions = conditions_of(kernel.config, score_of(preset))
            runs: list[Drift] = []
            for seed in SEEDS:
                if runs and not drifts(runs):
                    break
                bar.total += samples
                (codes,) = play(kernel, preset.params(), [seed], samples, conditions, bar.update)
                reference = references[label]
                runs.append(drift_of(preset.id, label, seed, codes, rate, reference, allowed[label]))
            return runs

        judged = list(pool.map(minutes, shown))
    if not arguments.json:
        print_drift(judged)
    return [asdict(run) for runs in judged for run in runs]


def judge_scores(
    kernel: Kernel,
    corpus: Corpus,
    pieces: Sequence[Piece],
    classifier: Classifier,
    arguments: argparse.Namespace,
) -> dict[str, Any]:
    """Unseen pieces, played from their scores."""
    from engine.evaluation.scores import judge_following, mean

    seconds = arguments.piece_seconds
    with samples_bar(round(seconds * corpus.sample_rate) * len(pieces)) as bar:
        judged = judge_following(
            kernel,
            corpus,
            pieces,
            seconds,
            classifier,
            temperature=arguments.temperature,
            threads=os.cpu_count() or 1,
            progress=bar.update,
        )
    means = {what: mean([getattr(one, what) for one in judged]) for what in ("model", "recording", "wrong")}
    if not arguments.json:
        print_following(judged, means)
    return {
        "following": {what: asdict(figures) for what, figures in means.items()},
        "instruments_kept": share_of(one.named == one.label for one in judged),
        "pieces": [asdict(one) for one in judged],
    }
