"""Free runs of the factory's presets: are they taken for what they are meant to be, and are they alive?"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.corpus.format.reader import Corpus
from engine.evaluation.classifier import Classifier, labelled_clips
from engine.evaluation.rendering import play
from engine.library.presets import Preset
from engine.library.scores import conditions_of, score_of
from engine.training.freerun import Character, character, verdict
from engine.wavenet.config import ModelConfig
from engine.wavenet.emphasis import codes_of, samples_of

if TYPE_CHECKING:
    from engine.kernels.base import Kernel

REFERENCE_CLIPS = 10
"""Of a label, whose figures a free run is judged beside."""


@dataclass(frozen=True)
class PresetJudgement:
    """What the free runs of one preset are."""

    preset: str
    """Its id."""
    label: str
    """The genre or speaker that it shows off."""
    clips: int
    right: float
    """Share of the clips that linear discriminants name so, 0…1."""
    second: float
    """The same by support vectors."""
    timbre: float
    """The same by linear discriminants of the mean spectrum alone."""
    taken_for: dict[str, int]
    """What the other clips were named, and how many."""
    verdicts: dict[str, int]
    """Clips by verdict; see ``training.freerun.verdict``."""

    @property
    def alive(self) -> float:
        """Share of the clips with which nothing is wrong, 0…1."""
        return self.verdicts.get("alive", 0) / self.clips


def judge_preset(
    preset: Preset,
    label: str,
    kernel: Kernel,
    classifier: Classifier,
    corpus: Character,
    seeds: Sequence[int],
    seconds: float,
    progress: Callable[[int], object] = lambda _: None,
) -> PresetJudgement:
    """Listen to a preset with its own tags, speaker, temperature and score, once for each seed.

    ``corpus``: the figures of the label's own clips (see ``usual``). ``progress`` is told how many
    samples were drawn since its last call. Raises StudioError where the model and the preset do not fit
    each other.
    """
    samples = round(seconds * kernel.config.sample_rate)
    conditions = conditions_of(kernel.config, score_of(preset))
    runs = play(kernel, preset.params(), seeds, samples, conditions, progress)
    named = [classifier.names(samples_of(kernel.config, codes)) for codes in runs]
    names = Counter(one.first for one in named)
    second = sum(one.second == label for one in named) / len(runs)
    timbre = sum(one.timbre == label for one in named) / len(runs)
    verdicts = Counter(verdict(character(codes, None), corpus) for codes in runs)
    right = names.pop(label, 0)
    return PresetJudgement(
        preset.id,
        label,
        len(runs),
        right / len(runs),
        second,
        timbre,
        dict(names.most_common()),
        dict(verdicts),
    )


def usual(corpus: Corpus, config: ModelConfig, label: str, seconds: float) -> Character:
    """The median of each figure over unseen clips of a label, coded as a model of ``config`` codes.

    Raises ValueError where the test split has no piece of the label.
    """
    clips = labelled_clips(corpus, "test", seconds, REFERENCE_CLIPS, [label])
    figures = [character(codes_of(config, clip), None) for _, clip in clips]
    if not figures:
        raise ValueError(f"no test piece is labelled {label!r}")
    names = [field.name for field in dataclasses.fields(Character) if field.name != "entropy"]
    medians = {name: float(np.median([getattr(one, name) for one in figures])) for name in names}
    return Character(**medians, entropy=None)
