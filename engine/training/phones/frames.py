"""Whole sentences as the layers' frames, kept in memory: on them the convolutions learn by themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.corpus.format.reader import Corpus
from engine.speech.recognition.shape import RecogniserShape
from engine.speech.recognition.sound import codes_of, levelled
from engine.training.phones.labelled import NOT_COUNTED, Utterance
from engine.training.phones.net import Trunk
from engine.wavenet.mulaw import SILENCE

BATCH, FRAMES = 8, 256
"""Crops of a step, and frames of each."""


def pooled_of(
    trunk: Trunk, corpus: Corpus, utterances: Sequence[Utterance], shape: RecogniserShape
) -> list[NDArray[np.float16]]:
    """Every sentence's frames, [F, layers · channels], as many sentences at a time as there are threads."""
    order = sorted(range(len(utterances)), key=lambda n: len(utterances[n].frames))
    result: list[NDArray[np.float16]] = [np.zeros((0, 0), np.float16)] * len(utterances)
    at_once = trunk.threads
    for first in range(0, len(order), at_once):
        chosen = order[first : first + at_once]
        longest = len(utterances[chosen[-1]].frames)
        batch = np.full((len(chosen), longest * shape.hop), SILENCE, np.int64)
        for row, number in enumerate(chosen):
            utterance = utterances[number]
            sound = levelled(corpus.samples(utterance.piece), shape.sample_rate)
            length = len(utterance.frames) * shape.hop
            batch[row, :length] = codes_of(sound)[:length]
        with torch.no_grad():
            pooled, _ = trunk(torch.from_numpy(batch))
        for row, number in enumerate(chosen):
            result[number] = pooled[row, :, : len(utterances[number].frames)].mT.half().numpy()
    return result


class FrameCrops:
    """Crops of such sentences, drawn by the seed and the step alone."""

    def __init__(self, pooled: Sequence[NDArray[np.float16]], utterances: Sequence[Utterance]) -> None:
        self.pooled, self.utterances = pooled, utterances
        lengths = np.array([len(rows) for rows in pooled], np.float64)
        self._weights = lengths / lengths.sum()

    def batch(self, seed: int, step: int) -> tuple[Tensor, Tensor]:
        """Frames [BATCH, layers · channels, FRAMES] float32 and classes [BATCH, FRAMES] int64.

        What is beyond a sentence repeats its last frame, and does not count.
        """
        rng = np.random.default_rng((seed, step))
        frames, classes = [], []
        for number in rng.choice(len(self.pooled), BATCH, p=self._weights):
            rows, own = self.pooled[number], self.utterances[number].frames
            first = int(rng.integers(0, max(1, len(rows) - FRAMES + 1)))
            part, known = rows[first : first + FRAMES], own[first : first + FRAMES]
            missing = FRAMES - len(part)
            frames.append(np.pad(part, ((0, missing), (0, 0)), mode="edge").T)
            classes.append(np.pad(known, (0, missing), constant_values=NOT_COUNTED))
        return torch.from_numpy(np.stack(frames)).float(), torch.from_numpy(np.stack(classes)).long()
