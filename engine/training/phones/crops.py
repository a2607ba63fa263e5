"""Crops of a corpus's sentences: codes and a class for each frame, drawn by the seed and the step alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from engine.corpus.format.reader import Corpus
from engine.speech.recognition.shape import RecogniserShape
from engine.speech.recognition.sound import codes_of, levelled
from engine.training.phones.labelled import NOT_COUNTED, Utterance
from engine.wavenet.mulaw import SILENCE

GAIN_DB = 4.0
"""How much louder or softer than LEVEL a crop may be."""
EDGE = 6
"""Frames at either end of a crop that do not count unless the sentence begins or ends there."""


class Crops:
    """Training sentences of a corpus, and pieces of them."""

    def __init__(self, corpus: Corpus, utterances: Sequence[Utterance], shape: RecogniserShape) -> None:
        self.corpus, self.utterances, self.shape = corpus, utterances, shape
        lengths = np.array([len(u.frames) for u in utterances], np.float64)
        self._weights = lengths / lengths.sum()

    def batch(self, seed: int, step: int, count: int, frames: int) -> tuple[Tensor, Tensor]:
        """``count`` crops of ``frames``: codes [B, T] int64, classes [B, F] int64."""
        crops = [self._crop(np.random.default_rng((seed, step, row)), frames) for row in range(count)]
        codes, classes = (torch.from_numpy(np.stack(part)) for part in zip(*crops, strict=True))
        return codes.long(), classes.long()

    def _crop(self, rng: np.random.Generator, frames: int) -> tuple[np.ndarray, np.ndarray]:
        utterance = self.utterances[rng.choice(len(self.utterances), p=self._weights)]
        hop, known = self.shape.hop, len(utterance.frames)
        first = int(rng.integers(0, max(1, known - frames + 1)))
        gain = np.float32(10.0 ** (rng.uniform(-GAIN_DB, GAIN_DB) / 20.0))
        sound = levelled(self.corpus.samples(utterance.piece), self.shape.sample_rate) * gain
        codes = codes_of(sound[first * hop : (first + frames) * hop])
        classes = utterance.frames[first : first + frames].copy()
        if first > 0:
            classes[:EDGE] = NOT_COUNTED
        if first + frames < known:
            classes[-EDGE:] = NOT_COUNTED
        codes = codes[: len(classes) * hop]
        return (
            np.pad(codes, (0, frames * hop - len(codes)), constant_values=SILENCE),
            np.pad(classes, (0, frames - len(classes)), constant_values=NOT_COUNTED),
        )
