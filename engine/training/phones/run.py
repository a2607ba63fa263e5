"""A run: the whole net learns on crops, then its convolutions on frames of sentences; figures and file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.corpus.format.reader import Corpus
from engine.errors import StudioError
from engine.files.writing import make_folder
from engine.speech.recognition.classes import CLASSES
from engine.speech.recognition.decoding import Grammar
from engine.speech.recognition.file import FORMAT, RecogniserHeader, read_recogniser, write_recogniser
from engine.speech.recognition.shape import RecogniserShape
from engine.training.budget import Budget
from engine.training.card import synthesised
from engine.training.console import tell
from engine.training.malloc import keep_freed_memory
from engine.training.phones.crops import Crops
from engine.training.phones.export import known_of, rounded, weights_of
from engine.training.phones.figures import best_grammar, core_test, errors_of, listened
from engine.training.phones.fit import Fitting, fit
from engine.training.phones.frames import FrameCrops, pooled_of
from engine.training.phones.labelled import Utterance, read_utterances
from engine.training.phones.net import PICKED, FrameHead, PhoneNet

RESULT = "phones.safetensors"
CHECKPOINTS = ("phones.ckpt", "frames.ckpt")
WHOLE_SHARE = 0.5
"""Of the budget: for the whole net. What is left is for the convolutions alone, whose steps are cheap."""
HEAD_STEPS = 2
"""Steps of the second part for one of the first, where the budget is in steps."""


@dataclass(frozen=True)
class PhonesRun:
    """What is trained, and for how long."""

    corpus: Path
    folder: Path
    seconds: float | None = None
    steps: int | None = None
    """One of the two is given."""
    resume: bool = False
    threads: int | None = None
    sample_weight: float = 0.25
    """Of the next sample's loss, in nats, beside the frames'; 0 for the frames' loss alone."""
    shape: RecogniserShape = field(default_factory=RecogniserShape)
    batch: int = 2
    frames: int = 128
    """Of a crop."""
    seed: int = 1


def train_phones(run: PhonesRun) -> Path:
    """Train, measure, and write the recogniser's file; its path.

    Raises StudioError where the corpus has no phones, lacks a split, or is of another rate, and where the
    folder's run cannot be gone on with, or holds one and ``resume`` is not said.
    """
    held = any((run.folder / name).exists() for name in CHECKPOINTS)
    if held != run.resume:
        what = "holds no run; leave out --resume" if run.resume else "already holds a run; add --resume"
        raise StudioError(f"{run.folder} {what}, or give another --output")
    corpus = Corpus(run.corpus)
    if corpus.sample_rate != run.shape.sample_rate:
        raise StudioError(
            f"{run.corpus} has {corpus.sample_rate} Hz; make it anew with --rate {run.shape.sample_rate}"
        )
    make_folder(run.folder)
    keep_freed_memory()
    threads = run.threads or torch.get_num_threads()
    torch.set_num_threads(1)  # crops go side by side instead
    torch.manual_seed(run.seed)
    tell("reading phones")
    parts: dict[str, list[Utterance]] = {"train": [], "validation": [], "test": []}
    for utterance in read_utterances(corpus, run.shape.hop):
        parts[utterance.piece.split].append(utterance)
    parts["test"] = core_test(parts["test"])
    if not all(parts.values()):
        raise StudioError(f"{run.corpus}: no sentence with phones is there to train, to validate, or to test")
    net, steps = _fit_whole(run, corpus, parts["train"], threads)
    _fit_head(run, corpus, parts["train"], net)
    return _write(run, corpus, parts, net, steps)


def _budget(run: PhonesRun, share: float, factor: int) -> Budget:
    if run.seconds is not None:
        return Budget(seconds=run.seconds * share)
    return Budget(steps=(run.steps or 0) * factor)


def _fit_whole(
    run: PhonesRun, corpus: Corpus, train: Sequence[Utterance], threads: int
) -> tuple[PhoneNet, int]:
    crops = Crops(corpus, train, run.shape)

    def loss(net: PhoneNet, step: int) -> tuple[Tensor, dict[str, float]]:
        codes, classes = crops.batch(run.seed, step, run.batch, run.frames)
        frames, sample = net.losses(codes, classes, step % PICKED)
        shown = {
            "nats a frame": float(frames.detach()),
            "bits a sample": float(sample.detach()) / math.log(2.0),
        }
        return frames + run.sample_weight * sample, shown

    tell("the whole net")
    net = PhoneNet(run.shape, threads)
    return fit(net, loss, Fitting(), _budget(run, WHOLE_SHARE, 1), run.folder / CHECKPOINTS[0])


def _fit_head(run: PhonesRun, corpus: Corpus, train: Sequence[Utterance], net: PhoneNet) -> None:
    """Train the convolutions further, the layers as they are; ``net`` gets the better ones."""
    budget = _budget(run, 1.0 - WHOLE_SHARE, HEAD_STEPS)

    @cache
    def crops() -> FrameCrops:
        """Made once the first step needs them: a run that is finished has none."""
        tell("the frames of all sentences")
        frames = FrameCrops(pooled_of(net.trunk, corpus, train, run.shape), train)
        tell("the convolutions over frames")
        budget.start()
        return frames

    def loss(head: FrameHead, step: int) -> tuple[Tensor, dict[str, float]]:
        pooled, classes = crops().batch(run.seed, step)
        value = F.cross_entropy(head(pooled).flatten(0, 1), classes.flatten(), ignore_index=-1)
        return value, {"nats a frame": float(value.detach())}

    net.head.dropout.p = 0.2
    net.head, _ = fit(net.head, loss, Fitting(), budget, run.folder / CHECKPOINTS[1])


def _write(
    run: PhonesRun, corpus: Corpus, parts: dict[str, list[Utterance]], net: PhoneNet, steps: int
) -> Path:
    known = known_of(parts["train"])
    weights = weights_of(net, known)
    rounded(net.trunk)
    path = run.folder / RESULT
    about = {name: corpus.about[name] for name in ("sources", "sha256") if name in corpus.about}
    card: dict[str, Any] = {
        "corpus": about,
        "training": {
            "losses": 2 if run.sample_weight else 1,
            "steps": steps,
            "samples": steps * run.batch * run.frames * run.shape.hop,
        },
    }

    def write(grammar: Grammar) -> None:
        header = RecogniserHeader(
            format=FORMAT,
            name="phones",
            classes=CLASSES,
            shape=run.shape,
            scale=grammar.scale,
            penalty=grammar.penalty,
            least=grammar.least,
            licence="MIT" if synthesised(corpus.about) else "depends on the recordings it learnt from",
            card=card,
        )
        write_recogniser(path, header, weights)

    write(known)
    recogniser = read_recogniser(path)  # as it is kept: in float16
    tell("listening to the sentences that validate and test")
    chances = {
        split: listened(recogniser, pooled_of(net.trunk, corpus, parts[split], run.shape), parts[split])
        for split in ("validation", "test")
    }
    grammar = best_grammar(chances["validation"], recogniser.grammar)
    card["test"] = errors_of(chances["test"], grammar)
    for name, value in card["test"].items():
        tell(f"{name.replace('_', ' ')}: {value:g}")
    write(replace(known, scale=grammar.scale, penalty=grammar.penalty, least=grammar.least))
    return path
