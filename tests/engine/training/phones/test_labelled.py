from __future__ import annotations

import numpy as np

from engine.speech.tokens import SIZES, SYMBOLS
from engine.training.phones.labelled import of_sentence
from engine.training.speech_nets.sentences import Sentence


def test_an_aligned_sentence_becomes_classes_with_their_times() -> None:
    symbols, ends = ["^", "w", "ɔː", "T", "ə", "ɹ", "."], [20, 30, 50, 54, 60, 70, 100]  # frames of 5 ms
    rows = np.zeros((len(symbols), len(SIZES)), np.int64)
    rows[:, 0] = [SYMBOLS.index(symbol) for symbol in symbols]
    sentence = Sentence("a", "train", 0, 1.0, (), rows, np.array(ends), np.zeros((100, 24), np.float32))
    assert of_sentence(sentence) == [
        ("sil", 0.0, 0.1),
        ("w", 0.1, 0.15),
        ("aa", 0.15, 0.25),
        ("dx", 0.25, 0.27),
        ("er", 0.27, 0.35),
        ("sil", 0.35, 0.5),
    ]
