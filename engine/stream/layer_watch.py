"""What the layers of the stream that plays saw lately: copied for whoever looks into them."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.generation.streams import SeenLayers
from engine.stream.controls import Change
from engine.stream.run import Run
from engine.wavenet.codes import Codes
from engine.wavenet.model_file import ModelFile

STEP_S = 0.005
"""Between two samples that are looked at."""
LATEST_S = 0.25
"""What lies further back than this is not caught up with."""
MOST = 16
"""Turns that wait for whoever looks; older ones go."""


class LayerSamples(NamedTuple):
    """Some samples of a stream that plays."""

    model: ModelFile
    samples: NDArray[np.int64]
    """[n]: their numbers in the take, rising."""
    codes: Codes
    """[n]: what was drawn."""
    seen: SeenLayers
    muted: tuple[int, ...]
    unskipped: tuple[int, ...]


class LayerWatch:
    """The worker puts in after each turn, while ``on``; another thread takes out."""

    def __init__(self) -> None:
        self.on = False
        """Whether anybody looks."""
        self.possible = True
        """Whether the engine that plays lets its layers be looked at."""
        self._found: deque[LayerSamples] = deque(maxlen=MOST)
        self._run: Run | None = None
        self._change: Change | None = None
        """What took hold before the latest look: before it, other parameters held."""
        self._next = 0

    def look(self, run: Run) -> None:
        """Copy what is new. The worker's thread only."""
        if not self.on:
            return
        config, end = run.model.config, run.generated
        step = max(1, round(STEP_S * config.sample_rate))
        if run is not self._run:
            self._run, self._next, self._change = run, run.first, run.change
        change = run.change
        if change is not self._change:  # what comes after it was made again
            self._change, self._next = change, min(self._next, change.sample)
        first = max(self._next, change.sample, end - round(LATEST_S * config.sample_rate), run.first)
        samples = np.arange(-(-first // step) * step, end, step)
        self._next = end
        if not len(samples):
            return
        seen = run.generator.seen(samples + (run.generator.position - end))
        self.possible = seen is not None
        if seen is not None:
            codes = run.tape.last(end - int(samples[0]))[samples - samples[0]]
            off = run.generator.params.muted, run.generator.params.unskipped
            self._found.append(LayerSamples(run.model, samples, codes, seen, *off))

    def take(self) -> list[LayerSamples]:
        """What has come since the last time, in order."""
        found = []
        while self._found:
            found.append(self._found.popleft())
        return found
