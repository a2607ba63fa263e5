"""A corpus's features as the nets would have made them: what a WaveNet is told when a text is said.

Times, melody and voicing are the recording's; the envelope, and how periodic the voice is, are the nets'. A
WaveNet that has only been told true envelopes is told smoother ones when a text is said.
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
from engine.speech.features import CEPSTRA, CHANNELS, PERIODICITY, VERSION
from engine.speech.nets_file import NetsFile
from engine.training.speech_nets.said import said
from engine.training.speech_nets.sentences import Sentence, known_speakers, read_sentences

Rows = NDArray[np.float16]


def predicted_features(corpus: Corpus, nets: NetsFile) -> list[Rows]:
    """[F, CHANNELS] of every piece, in the corpus's order: of an unknown voice as they were recorded.

    Kept in the corpus's folder, for these nets. Raises StudioError where no piece has phones and a voice that
    the nets know.
    """
    recorded = corpus_features(corpus)
    path = corpus.folder / f"predicted-{VERSION}-{nets.header.hash[:12]}.npy"
    kept = _read(path)
    if kept is None or kept.shape != (sum(map(len, recorded)), CHANNELS):
        kept = np.concatenate(_computed(corpus, nets, recorded))
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.save(file, kept)
    return np.split(kept, np.cumsum([len(rows) for rows in recorded])[:-1])


def _read(path: Path) -> Rows | None:
    try:
        rows: Rows = read_array(path, "the predicted features", kinds="f")
    except StudioError:  # not made yet, or damaged: they are made anew
        return None
    return rows if rows.dtype == np.float16 else None


def _computed(corpus: Corpus, nets: NetsFile, recorded: list[Rows]) -> list[Rows]:
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
        _predicted(nets, sentences[piece.id], rows) if piece.id in sentences else rows
        for piece, rows in zip(corpus.pieces, recorded, strict=True)
    ]


def _predicted(nets: NetsFile, sentence: Sentence, recorded: Rows) -> Rows:
    end = int(sentence.ends[-1])
    _, told, _, wide = said(nets, sentence, sentence.features[:end])
    rows = recorded.copy()
    rows[:end, :CEPSTRA] = wide
    rows[:end, PERIODICITY] = told[:, 1]
    return rows
