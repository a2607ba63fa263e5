"""A run: both nets learn from a corpus, one after the other, and become the file that the program runs."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from engine.corpus.format.reader import Corpus
from engine.errors import StudioError
from engine.files.writing import make_folder
from engine.speech.nets_file import read_nets, write_nets
from engine.speech.shape import NetShape
from engine.training.console import tell
from engine.training.speech_nets.batches import example_of, statistics_of
from engine.training.speech_nets.export import described, weights_of_nets
from engine.training.speech_nets.figures import figures
from engine.training.speech_nets.fit import Fitting, Loss, fit
from engine.training.speech_nets.losses import acoustic_loss, prosody_loss, weights_of
from engine.training.speech_nets.model import Acoustic, Prosody, initialised
from engine.training.speech_nets.sentences import Sentence, known_speakers, read_sentences

RESULT = "speech-nets.safetensors"
PROSODY_SHARE = 0.3
"""Of the time."""
PROSODY_DROPOUT, ACOUSTIC_DROPOUT = 0.15, 0.05
LICENCE = "MIT"


def train_speech_nets(
    corpus: Path, folder: Path, seconds: float, *, resume: bool, threads: int | None
) -> Path:
    """Train for ``seconds``, earlier ones of a resumed run included; the path of the nets' file.

    Raises StudioError where the corpus has no phones, lacks a split, or the folder's run cannot be gone on
    with, or holds one and ``resume`` is not said.
    """
    held = [name for name in ("prosody.ckpt", "acoustic.ckpt") if (folder / name).exists()]
    if bool(held) != resume:
        what = "holds no run; leave out --resume" if resume else "already holds a run; add --resume"
        raise StudioError(f"{folder} {what}, or give another --output")
    make_folder(folder)
    if threads:
        torch.set_num_threads(threads)
    opened = Corpus(corpus)
    tell("aligning phones")
    sentences = read_sentences(opened)
    speakers = known_speakers(opened)
    voices = statistics_of(sentences, len(speakers))
    parts = {
        split: [example_of(s, voices[s.speaker]) for s in sentences if s.split == split]
        for split in ("train", "validation")
    }
    if not all(parts.values()):
        raise StudioError(f"{corpus}: no sentence is there to train, or to validate")
    shape = NetShape()
    prosody = initialised(Prosody(shape, len(speakers), PROSODY_DROPOUT), 1)
    acoustic = initialised(Acoustic(shape, len(speakers), ACOUSTIC_DROPOUT), 1)
    losses: dict[str, tuple[nn.Module, Loss, float]] = {
        "prosody": (prosody, prosody_loss, PROSODY_SHARE),
        "acoustic": (
            acoustic,
            functools.partial(acoustic_loss, deviations=weights_of(voices)),
            1.0 - PROSODY_SHARE,
        ),
    }
    for name, (net, loss, share) in losses.items():
        best = fit(net, loss, parts["train"], parts["validation"], Fitting(name, seconds * share), folder)
        net.load_state_dict(best)
        net.eval()
    header = described(prosody, acoustic, shape, speakers, voices, parts["train"])
    weights = weights_of_nets(prosody, acoustic, parts["train"])
    path = folder / RESULT
    write_nets(path, header, weights)
    tests = [sentence for sentence in sentences if sentence.split == "test"]
    card = _card(opened, seconds, figures(read_nets(path), tests) if tests else {}, tests)
    write_nets(path, dataclasses.replace(header, licence=LICENCE, card=card), weights)
    return path


def _card(
    corpus: Corpus, seconds: float, measured: dict[str, float], tests: Sequence[Sentence]
) -> dict[str, Any]:
    about = {name: corpus.about[name] for name in ("sources", "sha256") if name in corpus.about}
    for name, value in measured.items():
        tell(f"{name.replace('_', ' ')}: {value:g}")
    return {"corpus": about, "training_seconds": seconds, "test_sentences": len(tests), "test": measured}
