"""The sentences of a speech corpus as the nets learn them: tokens, exact times, features at 100 Hz."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.corpus.features import corpus_features
from engine.corpus.format.reader import Corpus, Piece
from engine.corpus.speech.alignment import Segments, realigned, with_whole_pauses
from engine.corpus.speech.labels import PAUSE as PAUSE_NAME
from engine.corpus.speech.natural.phrases import phrases_of
from engine.errors import StudioError
from engine.speech.features import FRAME_RATE, Floats
from engine.speech.script import Phrase
from engine.speech.tokens import PAUSE, PAUSES, SILENT, START, SYMBOLS, number_of, tokens_of

LONGEST_PHRASE = 12
"""Words: what is longer is cut, as the front end does."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Sentence:
    """One sentence of the corpus."""

    id: str
    split: str
    speaker: int
    speed: float
    """How many times as fast as the voice would it was said."""
    phrases: tuple[Phrase, ...]
    rows: Ints
    """[T, columns]: tokens as ``tokens_of`` makes them, with pauses where they were heard."""
    ends: Ints
    """[T]: the frame (5 ms) after the last of each token."""
    features: Floats
    """[F, CHANNELS] at FRAME_RATE."""


def read_sentences(corpus: Corpus) -> list[Sentence]:
    """All sentences of a corpus whose phones are known, aligned anew speaker by speaker.

    Raises StudioError where none is.
    """
    features = dict(zip((piece.id for piece in corpus.pieces), corpus_features(corpus), strict=True))
    known = [piece for piece in corpus.pieces if _known(piece)]
    result: list[Sentence] = []
    for number, speaker in enumerate(known_speakers(corpus)):
        pieces = [piece for piece in known if piece.speaker == speaker]
        rows = [features[piece.id].astype(np.float32) for piece in pieces]
        plans = [_plan(piece, len(frames)) for piece, frames in zip(pieces, rows, strict=True)]
        ends = realigned(rows, [plan.segments for plan in plans], len(SYMBOLS))
        for piece, plan, end, frames in zip(pieces, plans, ends, rows, strict=True):
            present = plan.always | (np.diff(end, prepend=0) > 0)
            speed = float(piece.details.get("speed", 1.0))
            tokens = plan.rows[present]
            times = with_whole_pauses(frames, end[present], tokens[:, 0] < PAUSES)
            result.append(Sentence(piece.id, piece.split, number, speed, plan.phrases, tokens, times, frames))
    if not result:
        raise StudioError(
            f"{corpus.folder}: no piece has symbols and phones; make the corpus with "
            "./studio corpus speech --voices natural"
        )
    return result


def known_speakers(corpus: Corpus) -> tuple[str, ...]:
    """Those of whom phones are known, in the order by which sentences number them."""
    return tuple(dict.fromkeys(piece.speaker for piece in corpus.pieces if piece.speaker and _known(piece)))


@dataclass(frozen=True)
class _Plan:
    phrases: tuple[Phrase, ...]
    rows: Ints
    """[S, columns]: the tokens, with a pause between all words."""
    always: NDArray[np.bool_]
    """[S]: which of them are tokens even where they have no frames."""
    segments: Segments


def _known(piece: Piece) -> bool:
    """Whether the phones of a piece are those that its symbols say."""
    if not isinstance(piece.details.get("symbols"), str) or "phones" not in piece.details:
        return False
    said = [symbol for phrase in phrases_of(piece.details["symbols"]) for symbol in phrase.phones]
    names = [name for name, *_ in piece.details["phones"] if name != PAUSE_NAME]
    return bool(said) and [phone.symbol for phone in said] == names


def shortened(phrases: tuple[Phrase, ...]) -> tuple[Phrase, ...]:
    """The same phrases, those of more than LONGEST_PHRASE words cut into equal parts without a stop."""
    result: list[Phrase] = []
    for phrase in phrases:
        parts = -(-len(phrase.words) // LONGEST_PHRASE)
        borders = [round(part * len(phrase.words) / parts) for part in range(parts + 1)]
        for first, after in itertools.pairwise(borders):
            last = after == len(phrase.words)
            words, stop = phrase.words[first:after], phrase.stop if last else ""
            result.append(dataclasses.replace(phrase, words=words, stop=stop))
    return tuple(result)


def _plan(piece: Piece, frames: int) -> _Plan:
    """Tokens of a sentence, with when its labels say that they are."""
    phrases = shortened(phrases_of(piece.details["symbols"]))
    times = _times(piece.details["phones"], frames)
    rows, ends, always = [], [], []
    spoken = 0
    for index, phrase in enumerate(phrases):
        before = phrases[index - 1] if index else None
        after = phrases[index + 1] if index + 1 < len(phrases) else None
        tokens = tokens_of(phrase, before, after)
        if index == 0:
            rows.append(tokens.rows[0])
            ends.append(times[0][0])
            always.append(True)
        own = tokens.rows[tokens.own]
        words = tokens.words[tokens.own]
        for at, row in enumerate(own):
            rows.append(row)
            ends.append(times[spoken][1])
            always.append(True)
            spoken += 1
            final = at + 1 == len(own)
            if final and tokens.pause is not None:
                rows.append(tokens.rows[tokens.pause])
            elif not final and words[at + 1] == words[at]:
                continue
            else:
                pause = row.copy()
                pause[:3] = number_of(PAUSE), 0, SILENT
                rows.append(pause)
            ends.append(times[spoken][0] if spoken < len(times) else frames)
            always.append(final and tokens.pause is not None)
    ends[-1] = frames
    table = np.array(rows, np.int64)
    models = np.where(table[:, 0] < PAUSES, number_of(START), table[:, 0])
    optional = (table[:, 0] < PAUSES) & (np.arange(len(table)) > 0)
    optional[-1] = False
    return _Plan(phrases, table, np.array(always), Segments(models, np.array(ends, np.int64), optional))


def _times(phones: list[list[object]], frames: int) -> list[tuple[int, int]]:
    """First frame of each phone that is no pause, and the one after its last."""
    return [
        (min(frames, round(float(str(start)) * FRAME_RATE)), min(frames, round(float(str(end)) * FRAME_RATE)))
        for name, start, end, _ in phones
        if name != PAUSE_NAME
    ]
