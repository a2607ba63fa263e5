"""A model that plays scores, on unseen pieces: beside their recordings, and beside the wrong scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.corpus.format.reader import Corpus, Piece
from engine.errors import StudioError
from engine.evaluation.classifier import Classifier, label_of, names
from engine.evaluation.rendering import play
from engine.evaluation.score_following import Following, follow
from engine.library.scores import PlayedScore, conditions_of, pack_notes
from engine.music.condition import plays_scores
from engine.music.roll import Notes
from engine.wavenet.config import GenerationParams
from engine.wavenet.emphasis import samples_of

if TYPE_CHECKING:
    from engine.kernels.base import Kernel


@dataclass(frozen=True)
class PieceJudgement:
    """What a model made of one piece's score."""

    piece: str
    """Its id."""
    label: str | None
    model: Following
    """The model's audio beside the score that it was given."""
    recording: Following
    """The corpus's own recording beside the score: what is within reach."""
    wrong: Following
    """The model's audio beside another piece's score: what chance gives."""
    named: str
    """What the model's audio is named by the classifier: ``label``, if it keeps its instruments."""


def scored_pieces(corpus: Corpus, count: int, seconds: float, of: Sequence[str] | None = None) -> list[Piece]:
    """``count`` test pieces with notes, ``seconds`` long or longer, as evenly over the labels as there are.

    Fewer where there are fewer. Raises StudioError where there are not even two, as the wrong score of each
    is another's.
    """
    groups: dict[str | None, list[Piece]] = {}
    for piece in corpus.split("test"):
        label = label_of(piece)
        wanted = of is None or (label is not None and any(names(name, label) for name in of))
        if wanted and piece.notes and piece.notes[1] and piece.length >= seconds * corpus.sample_rate:
            groups.setdefault(label, []).append(piece)
    rounds = range(max((len(group) for group in groups.values()), default=0))
    chosen = [group[index] for index in rounds for group in groups.values() if index < len(group)][:count]
    if len(chosen) < 2:
        raise StudioError(
            f"{corpus.folder}: {len(chosen)} test pieces of {seconds:g} s with notes; following needs "
            "two: make the corpus again with ./studio corpus music"
        )
    return chosen


def judge_following(
    kernel: Kernel,
    corpus: Corpus,
    pieces: Sequence[Piece],
    seconds: float,
    classifier: Classifier,
    *,
    temperature: float = 1.0,
    threads: int = 1,
    progress: Callable[[int], object] = lambda _: None,
) -> list[PieceJudgement]:
    """Have the beginning of each of two or more pieces played, with its tags or speaker and its score.

    ``progress`` is told how many samples were drawn since its last call, from ``threads`` ≥ 1 threads. Raises
    StudioError where the model plays no scores or does not know a tag or speaker.
    """
    rate = corpus.sample_rate
    if kernel.config.sample_rate != rate:
        raise StudioError(f"the model runs at {kernel.config.sample_rate} Hz, {corpus.folder} at {rate} Hz")
    if not plays_scores(kernel.config):
        raise StudioError("this model plays no scores")
    scores = [corpus.notes(piece) for piece in pieces]

    def judge(index: int) -> PieceJudgement:
        piece, notes = pieces[index], scores[index]
        params = GenerationParams(
            temperature=temperature, speaker=piece.speaker, tags=tuple((tag, 1.0) for tag in piece.tags)
        )
        conditions = conditions_of(kernel.config, PlayedScore(piece.id, pack_notes(notes)))
        (codes,) = play(kernel, params, [index + 1], round(seconds * rate), conditions, progress)
        audio = samples_of(kernel.config, codes)
        recording = corpus.samples(piece)[: len(audio)]
        return PieceJudgement(
            piece.id,
            label_of(piece),
            follow(audio, rate, notes),
            follow(recording, rate, notes),
            follow(audio, rate, _other(scores, index)),
            classifier.name(audio),
        )

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(judge, range(len(pieces))))


def mean(figures: Sequence[Following]) -> Following:
    """Each figure's mean over the pieces that have it; NaN where none has."""

    def of(values: list[float]) -> float:
        known = [value for value in values if np.isfinite(value)]
        return float(np.mean(known)) if known else float("nan")

    return Following(
        of([one.chroma for one in figures]),
        of([one.recall for one in figures]),
        of([one.precision for one in figures]),
    )


def _other(scores: Sequence[Notes], index: int) -> Notes:
    return scores[(index + 1) % len(scores)]
