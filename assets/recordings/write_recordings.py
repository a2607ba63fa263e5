"""Writes the recordings of this folder from a corpus: python assets/recordings/write_recordings.py CORPUS.

CORPUS is what ``./studio corpus speech CORPUS --voices natural`` makes; only sentences of its test split are
used, which no model has learnt from.
"""

from __future__ import annotations

import sys
from pathlib import Path

from engine.corpus.format.reader import Corpus
from engine.library.recording_files import About, write_features
from engine.speech.features import speech_features

SENTENCES = {
    "bella": "He repeated the question, with some surprise at her silence.",
    "heart": "I never met with anybody who delighted me so much.",
    "fenrir": "Emma soon saw that her companion was not in the happiest humour.",
    "michael": "It is his companion all this evening, his solace, his delight.",
    "emma": "You see, Miss Morland, the injustice of your suspicions.",
    "george": "For the present, the whole affair was to be completely a secret.",
}
"""What each voice says: all of it by Jane Austen."""
SOURCE = "Kokoro-82M by hexgrad, voice {}; text by Jane Austen"


def main(folder: Path) -> None:
    """Write one file for each voice of SENTENCES."""
    corpus = Corpus(folder)
    for speaker, text in SENTENCES.items():
        (piece,) = [
            piece
            for piece in corpus.split("test")
            if piece.speaker == speaker and piece.details.get("text") == text
        ]
        features = speech_features(corpus.samples(piece), corpus.sample_rate)
        about = About(text, corpus.sample_rate, SOURCE.format(speaker), "Apache-2.0")
        write_features(Path(__file__).with_name(f"{speaker}.safetensors"), features, about)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
