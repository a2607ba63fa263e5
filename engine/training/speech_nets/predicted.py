"""A corpus's features as the nets would have made them: what a WaveNet is told when a text is said.

Times, melody and voicing are the recording's; the envelope, and how periodic the voice is, are the nets'. A
WaveNet that has only been told true envelopes is told smoother ones when a text is said.

The lowest bands of an envelope tell single harmonics apart, so it says what pitch it belongs to, but not well
where nets made it. A WaveNet that was only ever told envelopes and melodies that agree believes the envelope.
One of a melody that wanders away from the true one teaches it to listen to the melody that it is told.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.corpus.features import corpus_features
from engine.corpus.format.reader import Corpus
from engine.errors import StudioError
from engine.files.arrays import read_array
from engine.files.writing import replacing
from engine.speech.features import CEPSTRA, CHANNELS, FRAME_RATE, LOG_F0, PERIODICITY, VERSION, Floats
from engine.speech.nets import SEMITONE
from engine.speech.nets_file import NetsFile
from engine.training.speech_nets.said import said
from engine.training.speech_nets.sentences import Sentence, known_speakers, read_sentences

Rows = NDArray[np.float16]

WANDERING = ((0.6, 0.0), (0.7, 0.3), (0.4, 0.06))
"""How much of its deviation a melody wanders by: in a whole sentence, and within so many seconds."""


def predicted_features(corpus: Corpus, nets: NetsFile, semitones: float = 0.0) -> list[Rows]:
    """[F, CHANNELS] of every piece, in the corpus's order: of an unknown voice as they were recorded.

    ``semitones``: the deviation by which the melody that envelopes are made for wanders from the one told.
    Kept in the corpus's folder, for these nets. Raises StudioError where no piece has phones and a voice that
    the nets know.
    """
    recorded = corpus_features(corpus)
    kind = f"-{semitones:g}" if semitones else ""
    path = corpus.folder / f"predicted-{VERSION}-{nets.header.hash[:12]}{kind}.npy"
    kept = _read(path)
    if kept is None or kept.shape != (sum(map(len, recorded)), CHANNELS):
        kept = np.concatenate(_computed(corpus, nets, recorded, semitones))
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.save(file, kept)
    return np.split(kept, np.cumsum([len(rows) for rows in recorded])[:-1])


def _read(path: Path) -> Rows | None:
    try:
        rows: Rows = read_array(path, "the predicted features", kinds="f")
    except StudioError:  # not made yet, or damaged: they are made anew
        return None
    return rows if rows.dtype == np.float16 else None


def _computed(corpus: Corpus, nets: NetsFile, recorded: list[Rows], semitones: float) -> list[Rows]:
    voices = [voice.name for voice in nets.header.voices]
    speakers = known_speakers(corpus)
    sentences = {
        sentence.id: dataclasses.replace(sentence, speaker=voices.index(speakers[sentence.speaker]))
        for sentence in read_sentences(corpus)
        if speakers[sentence.speaker] in voices
    }
    if not sentences:
        raise StudioError(f"{corpus.folder}: the speech nets know none of its voices; leave predicted out")
    return [
        _predicted(nets, sentences[piece.id], rows, wandering(number, len(rows), semitones))
        if piece.id in sentences
        else rows
        for number, (piece, rows) in enumerate(zip(corpus.pieces, recorded, strict=True))
    ]


def _predicted(nets: NetsFile, sentence: Sentence, recorded: Rows, moved: Floats) -> Rows:
    end = int(sentence.ends[-1])
    frames = sentence.features[:end].copy()
    frames[:, LOG_F0] += moved[:end] * np.float32(SEMITONE)
    _, told, _, wide = said(nets, sentence, frames)
    rows = recorded.copy()
    rows[:end, :CEPSTRA] = wide
    rows[:end, PERIODICITY] = told[:, 1]
    return rows


def wandering(seed: int, frames: int, semitones: float) -> Floats:
    """[frames] in semitones: noise of that deviation, of a sentence, of words and of single sounds."""
    rng = np.random.default_rng((seed, 18))
    moved = np.zeros(frames)
    for share, seconds in WANDERING:
        width = round(seconds * FRAME_RATE) or 2 * frames
        points = rng.standard_normal(frames // width + 2)
        moved += share * np.interp(np.arange(frames) / width + rng.random(), np.arange(len(points)), points)
    result: Floats = (semitones * moved).astype(np.float32)
    return result
