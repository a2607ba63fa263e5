"""What the judges listen to: takes of a preset, several in one pass on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import StudioError
from engine.generation.batch import StreamBatch
from engine.generation.conditions import UNCONDITIONED, StreamConditions
from engine.library.presets import Preset
from engine.wavenet.codes import Codes
from engine.wavenet.conditioning import known_as
from engine.wavenet.config import GenerationParams

if TYPE_CHECKING:
    from engine.kernels.base import Kernel

BLOCK = 512
"""Samples between two calls of a progress function."""
RUNS_A_PASS = 4
"""For each core; more in one pass are no faster (docs/performance.md)."""


def shown_label(preset: Preset, labels: Iterable[str]) -> str | None:
    """The label that a preset shows off: its speaker, else the first of its weightiest tags among ``labels``.

    As the labels spell it, where the preset names it by its number. None where it names none of them.
    """
    known = set(labels)
    if preset.speaker is not None:
        return known_as("speaker", preset.speaker, known)
    named = [(known_as("tag", tag, known), weight) for tag, weight in preset.tags.items() if weight > 0.0]
    weights = {label: weight for label, weight in named if label is not None}
    return max(weights, key=lambda label: weights[label], default=None)


def play(
    kernel: Kernel,
    params: GenerationParams,
    seeds: Sequence[int],
    samples: int,
    conditions: StreamConditions = UNCONDITIONED,
    progress: Callable[[int], object] = lambda _: None,
) -> list[Codes]:
    """Free runs from an empty state: codes [``samples``] for each seed.

    ``progress`` is told how many samples of all takes together were drawn since its last call. Raises
    StudioError on a tag or speaker that the model does not know, and where it gives NaN or infinity.
    """
    cores = os.cpu_count() or 1
    runs: list[Codes] = []
    for start in range(0, len(seeds), cores * RUNS_A_PASS):
        share = seeds[start : start + cores * RUNS_A_PASS]
        batch = StreamBatch(kernel, params, share, conditions, min(cores, len(share)))
        blocks: list[list[Codes]] = [[] for _ in share]
        try:
            for done in range(0, samples, BLOCK):
                n = min(BLOCK, samples - done)
                for own, block in zip(blocks, batch.step(n), strict=True):
                    own.append(block)
                progress(n * len(share))
        except FloatingPointError as error:
            raise StudioError(f"the model breaks off: {error}; try a lower temperature") from None
        runs.extend(np.concatenate(own) for own in blocks)
    return runs
