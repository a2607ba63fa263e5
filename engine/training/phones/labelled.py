"""The sentences of a corpus as a recogniser learns them: codes of the sound, a class for each 10 ms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.corpus.format.reader import Corpus, Piece
from engine.errors import StudioError
from engine.speech.features import FRAME_RATE
from engine.speech.recognition.classes import NUMBERS, SILENCE, merged, of_symbols, of_timit
from engine.speech.tokens import PAUSES, SYMBOLS
from engine.training.speech_nets.sentences import Sentence, read_sentences

NOT_COUNTED = -1
"""Stands for the class of a frame that has none."""

Timed = tuple[str | None, float, float]
"""A class, or none, and its first and last seconds."""


@dataclass(frozen=True)
class Utterance:
    """A sentence whose phones are known."""

    piece: Piece
    frames: NDArray[np.int8]
    """[F]: the class of the phone in the middle of each frame, or NOT_COUNTED."""
    phones: tuple[str, ...]
    """The classes that it is transcribed by, pauses among them."""


def read_utterances(corpus: Corpus, hop: int) -> list[Utterance]:
    """All sentences of a corpus whose phones are known; ``hop``: samples of a frame.

    Those of natural voices are aligned anew first. Raises StudioError where none is known, and where a phone
    belongs to no class.
    """
    own = [piece for piece in corpus.pieces if "symbols" in piece.details and "phones" in piece.details]
    aligned = {sentence.id: sentence for sentence in read_sentences(corpus)} if own else {}
    result = []
    for piece in corpus.pieces:
        if piece.id in aligned:
            timed = of_sentence(aligned[piece.id])
        elif "phone_samples" in piece.details:
            timed = _of_names(piece, piece.details["phone_samples"], 1.0 / corpus.sample_rate)
        elif "phones" in piece.details:
            timed = _of_names(piece, piece.details["phones"], 1.0)
        else:
            continue
        count = piece.length // hop
        result.append(
            Utterance(
                piece,
                frame_classes(timed, count, hop / corpus.sample_rate),
                merged(name for name, *_ in timed if name is not None),
            )
        )
    if not result:
        raise StudioError(
            f"{corpus.folder}: no piece has phones with times; make a corpus of speech or of TIMIT"
        )
    return result


def of_sentence(sentence: Sentence) -> list[Timed]:
    """The classes of an aligned sentence of a natural voice, with their times."""
    symbols = ["" if row < PAUSES else SYMBOLS[row] for row in sentence.rows[:, 0]]
    ends = sentence.ends / FRAME_RATE
    result: list[Timed] = []
    start, at = 0.0, -1
    for name, letters in of_symbols(symbols):
        at += letters
        result.append((name, start, float(ends[at])))
        start = float(ends[at])
    return result


def frame_classes(timed: Sequence[Timed], count: int, hop_s: float) -> NDArray[np.int8]:
    """[count]: the class at the middle of each frame of ``hop_s`` seconds; silence beyond the last phone."""
    ends = np.array([end for _, _, end in timed])
    numbers = [NOT_COUNTED if name is None else NUMBERS[name] for name, *_ in timed]
    middles = (np.arange(count) + 0.5) * hop_s
    at = np.searchsorted(ends, middles, side="right")
    return np.array([*numbers, NUMBERS[SILENCE]], np.int8)[at]


def _of_names(piece: Piece, phones: Iterable[Sequence[object]], unit: float) -> list[Timed]:
    try:
        return [(of_timit(str(p[0])), float(p[1]) * unit, float(p[2]) * unit) for p in phones]  # type: ignore[arg-type]
    except KeyError as error:
        raise StudioError(f"{piece.id}: {error} is no phone of TIMIT's or of the CMU set") from None
    except (TypeError, ValueError, IndexError):
        raise StudioError(f"{piece.id}: its phones are not: name, first, end") from None
