"""Sentences as the tensors that the nets learn from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import StudioError
from engine.speech.conversion import voice_statistics
from engine.speech.features import CEPSTRA, LOG_F0, PAUSE, PERIODICITY, VOICED
from engine.speech.shape import MOST_LOG_F0, halved, owners_of, places_of
from engine.training.speech_nets.sentences import Sentence
from engine.wavenet.config import VoiceStatistics


@dataclass(frozen=True)
class Example:
    """A sentence, ready to be learnt."""

    tokens: Tensor
    """[T, columns] int64."""
    durations: Tensor
    """[T]: frames of 5 ms at the voice's own speed."""
    owners: Tensor
    """[G] int64."""
    places: Tensor
    """[G, PLACE_INPUTS]."""
    melody: Tensor
    """[G, 4]: log F0 by the speaker's mean and deviation, periodicity, voiced, pause."""
    cepstra: Tensor
    """[G, CEPSTRA] by the speaker's mean and deviation."""
    speaker: int


@dataclass(frozen=True)
class Batch:
    """Several sentences with padding behind them."""

    tokens: Tensor
    durations: Tensor
    owners: Tensor
    places: Tensor
    melody: Tensor
    cepstra: Tensor
    speaker: Tensor
    mask: Tensor
    """[B, T, 1]: 1 where there is a token."""
    frame_mask: Tensor
    """[B, G, 1]."""

    @property
    def sounds(self) -> Tensor:
        """[B, G, PLACE_INPUTS + SOUND_INPUTS]: what the envelope depends on."""
        log_f0 = self.melody[:, :, :1].clamp(-MOST_LOG_F0, MOST_LOG_F0)
        return torch.cat([self.places, log_f0, self.melody[:, :, 1:]], dim=2)


def statistics_of(sentences: Sequence[Sentence], speakers: int) -> list[VoiceStatistics]:
    """Where the features of each speaker lie, in the sentences that train.

    Raises StudioError where a speaker has none.
    """
    result = []
    for number in range(speakers):
        own = [s.features for s in sentences if s.speaker == number and s.split == "train"]
        if not own:
            raise StudioError("a speaker has no sentence to train; make a longer corpus")
        result.append(voice_statistics(np.concatenate(own)))
    return result


def example_of(sentence: Sentence, voice: VoiceStatistics) -> Example:
    """A sentence of a voice as tensors."""
    owners = owners_of(sentence.ends)
    rows = halved(sentence.features[: sentence.ends[-1]])
    mean, deviation = np.array(voice.mean), np.array(voice.deviation)
    columns = [LOG_F0, PERIODICITY, VOICED, PAUSE]
    melody = rows[:, columns].copy()
    melody[:, 0] = (melody[:, 0] - mean[LOG_F0]) / deviation[LOG_F0]
    melody[:, 2:] = melody[:, 2:] >= 0.5
    cepstra = (rows[:, :CEPSTRA] - mean[:CEPSTRA]) / deviation[:CEPSTRA]
    lengths = np.diff(sentence.ends, prepend=0) * sentence.speed
    return Example(
        tokens=torch.from_numpy(sentence.rows),
        durations=_floats(lengths),
        owners=torch.from_numpy(owners),
        places=_floats(places_of(sentence.ends, owners)),
        melody=_floats(melody),
        cepstra=_floats(cepstra),
        speaker=sentence.speaker,
    )


def batch_of(examples: Sequence[Example]) -> Batch:
    """The examples with padding: behind the last token and the last frame."""
    padded = torch.nn.utils.rnn.pad_sequence
    fields = {
        name: padded([getattr(example, name) for example in examples], batch_first=True)
        for name in ("tokens", "durations", "owners", "places", "melody", "cepstra")
    }
    return Batch(
        **fields,
        speaker=torch.tensor([example.speaker for example in examples]),
        mask=padded([torch.ones(len(e.tokens), 1) for e in examples], batch_first=True),
        frame_mask=padded([torch.ones(len(e.owners), 1) for e in examples], batch_first=True),
    )


def batches(examples: Sequence[Example], frames: int, seed: int) -> Iterator[Batch]:
    """One epoch in an order drawn from ``seed``: sentences of like length, about ``frames`` a batch."""
    draw = np.random.default_rng(seed)
    lengths = np.array([len(example.owners) for example in examples]) * draw.uniform(0.9, 1.1, len(examples))
    groups: list[list[Example]] = [[]]
    for index in np.argsort(lengths):
        if groups[-1] and (len(groups[-1]) + 1) * len(examples[index].owners) > frames:
            groups.append([])
        groups[-1].append(examples[index])
    for group in draw.permutation(len(groups)):
        yield batch_of(groups[group])


def _floats(rows: NDArray[np.floating]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(rows, dtype=np.float32))
