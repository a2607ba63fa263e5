from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from engine.speech.recognition.classes import CLASSES
from engine.speech.recognition.decoding import Grammar, Segment, decode, grammar_of

COUNT = len(CLASSES)
EVEN = Grammar(
    np.zeros(COUNT, np.float32), np.full((COUNT, COUNT), -np.log(COUNT), np.float32), scale=1.0, least=2
)


def chances_of(names: list[str]) -> np.ndarray:  # type: ignore[type-arg]
    """Frames each of which is almost sure of its class."""
    rows = np.full((len(names), COUNT), -8.0, np.float32)
    rows[np.arange(len(names)), [CLASSES.index(name) for name in names]] = 0.0
    return rows


def test_runs_of_frames_are_phones_with_their_frames() -> None:
    names = [*["sil"] * 3, *["iy"] * 4, *["s"] * 2]
    assert decode(chances_of(names), EVEN) == [Segment("sil", 0, 3), Segment("iy", 3, 7), Segment("s", 7, 9)]


def test_what_is_shorter_than_a_phone_can_be_is_no_phone() -> None:
    names = [*["sil"] * 3, *["iy"] * 4, "t", *["s"] * 4]
    found = [phone.name for phone in decode(chances_of(names), EVEN)]
    assert found == ["sil", "iy", "s"]
    assert [p.name for p in decode(chances_of(names), replace(EVEN, least=1))] == ["sil", "iy", "t", "s"]


def test_a_costly_phone_is_left_out() -> None:
    names = [*["sil"] * 4, *["t"] * 2, *["sil"] * 4]
    assert len(decode(chances_of(names), EVEN)) == 3
    assert len(decode(chances_of(names), replace(EVEN, penalty=10.0))) == 1


def test_the_path_is_the_best_of_all_paths() -> None:
    rng = np.random.default_rng(3)
    few = 3
    rows = np.full((6, COUNT), -1e3, np.float32)
    rows[:, -few:] = rng.normal(0.0, 2.0, (6, few))
    bigram = rng.normal(-2.0, 1.0, (COUNT, COUNT)).astype(np.float32)
    grammar = Grammar(np.zeros(COUNT, np.float32), bigram, scale=0.7, penalty=0.3, least=2)
    best, wanted = -np.inf, None
    for numbers in itertools.product(range(COUNT - few, COUNT), repeat=6):
        runs = [list(group) for _, group in itertools.groupby(range(6), key=lambda t: numbers[t])]
        if any(len(run) < 2 for run in runs):
            continue
        score = 0.7 * sum(rows[t, numbers[t]] for t in range(6))
        before = COUNT - 1  # silence
        for place, run in enumerate(runs):
            number = numbers[run[0]]
            if place or number != before:
                score += bigram[before, number] - 0.3
            before = number
        if score > best:
            best, wanted = score, [CLASSES[numbers[run[0]]] for run in runs]
    assert [phone.name for phone in decode(rows, grammar)] == wanted


def test_few_frames_and_none_are_no_fault() -> None:
    assert decode(np.zeros((0, COUNT), np.float32), EVEN) == []
    assert decode(chances_of(["iy"]), EVEN) == [Segment("iy", 0, 1)]


def test_a_grammar_counts_pairs_from_one_on_and_no_class_as_rarer_than_one_in_200() -> None:
    frames = np.zeros(COUNT, np.int64)
    frames[CLASSES.index("sil")] = 9
    grammar = grammar_of([("sil", "iy", "s"), ("sil", "iy")], frames)
    after_silence = np.exp(grammar.bigram[CLASSES.index("sil")])
    assert after_silence[CLASSES.index("iy")] == pytest.approx(3 / (COUNT + 2))
    assert after_silence[CLASSES.index("s")] == pytest.approx(1 / (COUNT + 2))
    assert np.exp(grammar.priors[CLASSES.index("sil")]) == pytest.approx(1.0)
    assert np.exp(grammar.priors[CLASSES.index("s")]) == pytest.approx(0.005)
