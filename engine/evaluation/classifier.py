"""Classifiers of genres or speakers that have heard nothing but a corpus's own training audio."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.corpus.format.reader import Corpus, Piece
from engine.errors import StudioError
from engine.evaluation.features import MEANS, mfcc_features
from engine.wavenet.conditioning import known_as
from engine.wavenet.config import ModelConfig
from engine.wavenet.emphasis import codes_of, samples_of

SEED = 20_160_912
"""Of the choice of clips: the day the paper appeared."""
CLIPS = 100
"""Of each label, to learn from."""
TEST_CLIPS = 30
"""Of each label, to be tried on."""

LabelledClip = tuple[str, NDArray[np.float32]]
"""A label and a clip [n_samples] in ±1."""


def label_of(piece: Piece) -> str | None:
    """What a judge names a piece by: its speaker, else its first tag, the genre; None for neither."""
    return piece.speaker or next(iter(piece.tags), None)


def names(name: str, label: str) -> bool:
    """Whether somebody who says ``name`` means the speaker or genre ``label``: itself, or its number."""
    return any(known_as(kind, name, (label,)) for kind in ("speaker", "tag"))


def labelled_clips(
    corpus: Corpus, split: str, seconds: float, count: int, of: Sequence[str] | None = None
) -> Iterator[LabelledClip]:
    """``count`` clips of each label of a split (of ``of`` only, where given); always the same ones.

    A clip [``seconds`` · rate] begins anywhere in a piece and goes on in another of the same label where
    the piece ends, as one sentence follows another. Every piece is begun in once before any is twice.
    """
    length = round(seconds * corpus.sample_rate)
    groups: dict[str, list[Piece]] = {}
    for piece in corpus.split(split):
        label = label_of(piece)
        if label is not None and piece.length and (of is None or label in of):
            groups.setdefault(label, []).append(piece)
    for label, pieces in sorted(groups.items()):
        rng = np.random.default_rng(SEED)
        rounds = [rng.permutation(len(pieces)) for _ in range(-(-count // len(pieces)))]
        for first in np.concatenate(rounds)[:count]:
            yield label, _clip(corpus, pieces, int(first), length, rng)


def encoded(clips: Iterable[LabelledClip], config: ModelConfig) -> Iterator[LabelledClip]:
    """Clips as a model of ``config`` has heard them in training: as its codes, 256 levels or 16 bits.

    No model can leave out what they add, the noise of 256 levels above all.
    """
    for label, clip in clips:
        yield label, samples_of(config, codes_of(config, clip))


@dataclass(frozen=True)
class Names:
    """The likeliest label of a clip, as each of the classifiers has it."""

    first: str
    """By linear discriminants of all features."""
    second: str
    """By support vectors of all features."""
    timbre: str
    """By linear discriminants of the mean coefficients alone: the mean spectrum, not how it moves."""


class Classifier:
    """Names the label of a clip from its MFCC statistics: linear discriminants, and two more opinions.

    Unseen recordings are named right by each. Free runs lie beside what recordings are like, and how the
    space there is divided is a classifier's own affair: several, each as its library sets it up, say how
    far an answer is to be trusted. The one that hears the timbre alone tells wrong instruments from right
    ones that are played too evenly.
    """

    def __init__(self, clips: Iterable[LabelledClip], rate: int) -> None:
        """Learn from labelled clips at ``rate`` Hz.

        Raises StudioError where they bear fewer than two labels.
        """
        from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
        from sklearn.svm import SVC

        self._rate = rate
        labels, rows = [], []
        for label, clip in clips:
            labels.append(label)
            rows.append(mfcc_features(clip, rate))
        self.labels: tuple[str, ...] = tuple(sorted(set(labels)))
        if len(self.labels) < 2:
            named = ", ".join(self.labels) or "none"
            raise StudioError(f"a classifier tells genres or speakers apart and needs two; there is {named}")
        features = np.stack(rows)
        self._mean, self._scale = features.mean(axis=0), features.std(axis=0) + 1e-9
        normal = (features - self._mean) / self._scale
        self._first: Any = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto").fit(normal, labels)
        self._second: Any = SVC().fit(normal, labels)
        timbre = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
        self._timbre: Any = timbre.fit(normal[:, MEANS], labels)

    def names(self, samples: NDArray[np.floating[Any]]) -> Names:
        """The likeliest label of a clip [n_samples] in ±1, by each classifier."""
        normal = ((mfcc_features(samples, self._rate) - self._mean) / self._scale)[None]
        models = (self._first, normal), (self._second, normal), (self._timbre, normal[:, MEANS])
        return Names(*(str(model.predict(features)[0]) for model, features in models))

    def name(self, samples: NDArray[np.floating[Any]]) -> str:
        """The likeliest label of a clip, by linear discriminants of all features."""
        return self.names(samples).first

    def accuracy(self, clips: Iterable[LabelledClip]) -> dict[str, float]:
        """Share of the clips of each label that are named right, 0…1."""
        right: dict[str, list[bool]] = {}
        for label, clip in clips:
            right.setdefault(label, []).append(self.name(clip) == label)
        return {label: sum(flags) / len(flags) for label, flags in right.items()}


def _clip(
    corpus: Corpus, pieces: Sequence[Piece], first: int, length: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    samples = corpus.samples(pieces[first])
    start = int(rng.integers(0, max(1, len(samples) - length + 1)))
    parts, have = [samples[start:]], len(samples) - start
    while have < length:
        parts.append(corpus.samples(pieces[int(rng.integers(len(pieces)))]))
        have += len(parts[-1])
    return np.concatenate(parts)[:length]
