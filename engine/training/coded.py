"""A corpus as a model is trained on it: codes, conditions and notes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.config import ModelConfig
from engine.corpus.reader import Corpus, Piece
from engine.music.roll import Notes
from engine.quantisation import NEAREST, Codes, code_type


class CodedCorpus:
    """A corpus as codes, mu-law or 16-bit linear ones, with each piece's condition vector."""

    def __init__(self, folder: Path) -> None:
        """Raises StudioError where the folder holds no corpus."""
        self.corpus = Corpus(folder)
        self.tags, self.speakers = self.corpus.tags, self.corpus.speakers

    @cached_property
    def codes(self) -> NDArray[np.uint8]:
        """The whole corpus as mu-law codes, in memory."""
        return NEAREST[self.corpus.audio.view(np.uint16)]

    def piece(self, piece: Piece, config: ModelConfig) -> Codes:
        """Codes [n_samples] of a piece, of the type that a model draws; 16-bit ones are the audio itself."""
        whole: Codes = self.codes if code_type(config) is np.uint8 else self.corpus.audio
        return whole[piece.start : piece.start + piece.length]

    def choices(self, piece: Piece) -> NDArray[np.float32]:
        """The condition's input for a piece: its tags at weight 1, its speaker one-hot."""
        vector = np.zeros(len(self.tags) + len(self.speakers), dtype=np.float32)
        for tag in piece.tags:
            vector[self.tags.index(tag)] = 1.0
        if piece.speaker is not None:
            vector[len(self.tags) + self.speakers.index(piece.speaker)] = 1.0
        return vector


@dataclass(frozen=True)
class Track:
    """Audio to cut crops from, all under one condition."""

    codes: Codes
    """[n_samples]."""
    starts: NDArray[np.int64]
    """Where its pieces begin."""
    choices: NDArray[np.float32]
    notes: Notes
    """What is played in it, in seconds from its first sample; see ``music.roll``."""


def tracks(coded: CodedCorpus, split: str, config: ModelConfig) -> list[Track]:
    """The pieces of a split; those of one speaker end to end, so that speech goes on after a pause."""
    groups: dict[str, list[Piece]] = {}
    for piece in coded.corpus.split(split):
        groups.setdefault(piece.id if piece.speaker is None else piece.speaker, []).append(piece)
    result = []
    for pieces in groups.values():
        starts = np.cumsum([0, *(piece.length for piece in pieces[:-1])])
        codes = np.concatenate([coded.piece(piece, config) for piece in pieces])
        played = [coded.corpus.notes(piece) for piece in pieces]
        for notes, start in zip(played, starts, strict=True):
            notes[:, 0] += start / coded.corpus.sample_rate
        result.append(Track(codes, starts, coded.choices(pieces[0]), np.concatenate(played)))
    return result
