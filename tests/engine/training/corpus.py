"""A corpus and a recipe small enough to train on in a test."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.corpus.format.reader import Corpus
from engine.corpus.format.writer import CorpusWriter
from engine.training.data import Crops
from engine.training.encoded_corpus import EncodedCorpus
from engine.training.settings import Recipe

RECIPE = """
name = "toy"
learning_rate = 0.02
warmup_steps = 1
ema = 0.5
[model]
cycles = [[1, 8]]
residual_channels = 16
gate_channels = 16
skip_channels = 16
head_channels = 16
condition_channels = 4
[[stages]]
until = 0.5
crop = 256
batch = 2
[[stages]]
until = 1.0
crop = 512
batch = 1
"""


def toy_recipe(folder: Path) -> Path:
    path = folder / "toy.toml"
    path.write_text(RECIPE)
    return path


def toy_corpus(folder: Path) -> Corpus:
    """Two speakers who say sines of different pitch; tags ``low`` and ``high``."""
    with CorpusWriter(folder, kind="speech", sample_rate=4000, seed=1, sources=[]) as writer:
        for index in range(12):
            for speaker, pitch in (("ann", 200.0), ("bob", 500.0)):
                split = {0: "validation", 1: "test"}.get(index, "train")
                wave = 0.5 * np.sin(2 * np.pi * pitch * (np.arange(3000) + index) / 4000)
                writer.add(
                    f"{speaker}-{index}",
                    split,
                    wave,
                    speaker=speaker,
                    tags=("low", "high")[pitch > 300 :][:1],
                )
    return Corpus(folder)


def scored_corpus(folder: Path) -> Corpus:
    """Four pieces for each split, each of one long note: a low one, tagged so, or a high one."""
    with CorpusWriter(folder, kind="music", sample_rate=4000, seed=1, sources=[]) as writer:
        for index in range(12):
            high = index % 2
            wave = np.zeros(6000)
            wave[1000:5000] = 0.5 * np.sin(2 * np.pi * (880.0 if high else 220.0) * np.arange(4000) / 4000)
            notes = np.array([[0.25, 1.0, 81 if high else 57, 100, 0, 0]], np.float32)
            split = ("train", "validation", "test")[index // 4]
            writer.add(f"note-{index}", split, wave, tags=("high" if high else "low",), notes=notes)
    return Corpus(folder)


def crops_of(corpus: Path, recipe: Recipe) -> Crops:
    """Training crops of a corpus of 4,000 Hz, all as if at the beginning of a run."""
    encoded = EncodedCorpus(corpus)
    config = recipe.model.config(sample_rate=4000, tags=encoded.tags, speakers=encoded.speakers)
    return Crops(encoded, recipe, config, lambda step: 0.0)
