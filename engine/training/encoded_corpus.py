"""A corpus as a model is trained on it: codes, conditions and notes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.corpus.features import corpus_features
from engine.corpus.format.reader import Corpus, Piece
from engine.errors import StudioError
from engine.music.roll import Notes
from engine.speech.conversion import voice_statistics
from engine.wavenet.codes import NEAREST, Codes, code_type, silence
from engine.wavenet.config import ModelConfig
from engine.wavenet.emphasis import codes_of, emphasis_of


class EncodedCorpus:
    """A corpus as codes, mu-law or 16-bit linear ones, with each piece's condition vector."""

    def __init__(
        self, folder: Path, tags: tuple[str, ...] | None = None, speakers: tuple[str, ...] | None = None
    ) -> None:
        """``tags`` and ``speakers`` of the model, where it knows more than the corpus has, in its order.

        Raises StudioError where the folder holds no corpus.
        """
        self.corpus = Corpus(folder)
        self.tags = self.corpus.tags if tags is None else tags
        self.speakers = self.corpus.speakers if speakers is None else speakers

    @cached_property
    def codes(self) -> NDArray[np.uint8]:
        """The whole corpus as mu-law codes, in memory."""
        return NEAREST[self.corpus.audio.view(np.uint16)]

    @cached_property
    def features(self) -> dict[str, NDArray[np.float16]]:
        """Speech features [F, channels] of every piece, by its id."""
        return dict(zip([p.id for p in self.corpus.pieces], corpus_features(self.corpus), strict=True))

    def predicted(self, semitones: float = 0.0) -> dict[str, NDArray[np.float16]]:
        """The same as the speech nets would have them: see ``predicted_features``.

        Raises StudioError where there are no nets for it.
        """
        # A rented machine that trains music has not all that these need.
        from engine.library.paths import speech_nets_file
        from engine.speech.nets_file import read_nets
        from engine.training.speech_nets.predicted import predicted_features

        path = speech_nets_file()
        if path is None:
            raise StudioError("the speech nets are missing; leave predicted out of the recipe")
        found = predicted_features(self.corpus, read_nets(path), semitones)
        return dict(zip([p.id for p in self.corpus.pieces], found, strict=True))

    def frames(self, piece: Piece, config: ModelConfig) -> NDArray[np.float16]:
        """What conditions a piece frame by frame, [F, channels]; none where no speech features do."""
        if not has_speech_features(config):
            return np.zeros((0, 0), np.float16)
        return self.features[piece.id]

    def described(self, config: ModelConfig) -> ModelConfig:
        """``config`` with what each speaker's training pieces are like, where speech features condition."""
        if not has_speech_features(config):
            return config
        assert config.local is not None
        train = self.corpus.split("train")
        voices = [
            voice_statistics(
                np.concatenate([self.features[p.id] for p in train if p.speaker == speaker]).astype(
                    np.float32
                )
            )
            for speaker in self.speakers
            if any(p.speaker == speaker for p in train)
        ]
        known = tuple(voices) if len(voices) == len(self.speakers) else ()
        return replace(config, local=replace(config.local, voices=known))

    def piece(self, piece: Piece, config: ModelConfig) -> Codes:
        """Codes [n_samples] of a piece, of the type that a model draws; 16-bit ones are the audio itself."""
        if not emphasis_of(config).changes_nothing:
            return codes_of(config, self.corpus.samples(piece))
        whole: Codes = self.codes if code_type(config) is np.uint8 else self.corpus.audio
        return whole[piece.start : piece.start + piece.length]

    def global_features(self, piece: Piece) -> NDArray[np.float32]:
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
    global_features: NDArray[np.float32]
    notes: Notes
    """What is played in it, in seconds from its first sample; see ``music.roll``."""
    frames: NDArray[np.float16]
    """[F, channels]: its speech features, where such condition the model."""
    predicted: NDArray[np.float16]
    """[F, channels]: the same as the speech nets would have them, or no rows."""


def tracks(
    encoded: EncodedCorpus, split: str, config: ModelConfig, *, predicted: float | None = None
) -> list[Track]:
    """The pieces of a split; those of one speaker end to end, so that speech goes on after a pause.

    ``predicted``: with the features that the speech nets would have made, too, for a melody that wanders by
    so many semitones.
    """
    groups: dict[str, list[Piece]] = {}
    told = encoded.predicted(predicted) if predicted is not None else {}
    for piece in encoded.corpus.split(split):
        groups.setdefault(piece.id if piece.speaker is None else piece.speaker, []).append(piece)
    result = []
    hop = config.local.hop if config.local is not None and has_speech_features(config) else 1
    for pieces in groups.values():
        segments = [encoded.piece(piece, config) for piece in pieces]
        segments = [
            np.pad(segment, (0, -len(segment) % hop), constant_values=silence(config)) for segment in segments
        ]
        starts = np.cumsum([0, *(len(segment) for segment in segments[:-1])])
        codes = np.concatenate(segments)
        played = [encoded.corpus.notes(piece) for piece in pieces]
        for notes, start in zip(played, starts, strict=True):
            notes[:, 0] += start / encoded.corpus.sample_rate
        frames = np.concatenate([encoded.frames(piece, config) for piece in pieces])
        envelopes = np.concatenate([told[p.id] for p in pieces]) if told else frames[:0]
        features = encoded.global_features(pieces[0])
        result.append(Track(codes, starts, features, np.concatenate(played), frames, envelopes))
    return result


def has_speech_features(config: ModelConfig) -> bool:
    """Whether a model is conditioned on ``speech.features``."""
    return config.local is not None and config.local.features == "speech"
