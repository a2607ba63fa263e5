from __future__ import annotations

import numpy as np
import pytest

from engine.corpus.speech.labels import Phone
from engine.corpus.speech.natural.symbols import labels_of


def phones(symbols: str, frames: list[int]) -> list[tuple[str, float, float, int]]:
    labels = labels_of(list(symbols), np.array(frames), np.full(2 * sum(frames), 100.0))
    return [(p.name, round(p.start, 4), round(p.end, 4), p.stress) for p in labels.phones]


def test_a_phone_begins_where_the_one_before_ends_three_frames_before_its_durations_say() -> None:
    assert phones("hA", [4, 2, 6, 5]) == [
        ("pau", 0.0, 0.025, 0),
        ("h", 0.025, 0.075, 0),
        ("A", 0.075, 0.225, 0),
        ("pau", 0.225, 0.425, 0),
    ]


def test_no_phone_moves_before_the_beginning() -> None:
    assert phones("a", [1, 4, 2])[:2] == [("pau", 0.0, 0.0, 0), ("a", 0.0, 0.1, 0)]


def test_a_stress_mark_is_told_of_the_next_phone_only_and_its_time_is_that_phones() -> None:
    assert phones("hˈI", [3, 2, 1, 4, 3]) == [
        ("pau", 0.0, 0.0, 0),
        ("h", 0.0, 0.05, 0),
        ("I", 0.05, 0.175, 1),
        ("pau", 0.175, 0.325, 0),
    ]


def test_a_length_mark_makes_the_phone_before_longer_and_a_space_does_too() -> None:
    named = [(name, end) for name, _, end, _ in phones("ɑː b", [3, 2, 2, 1, 2, 3])]
    assert named == [("pau", 0.0), ("ɑː", 0.125), ("b", 0.175), ("pau", 0.325)]


def test_punctuation_is_a_pause() -> None:
    assert [p[0] for p in phones("a, b.", [3, 2, 4, 1, 2, 3, 4])] == ["pau", "a", "pau", "b", "pau"]


def test_f0_comes_every_5_ms_straight_between_its_values_and_is_0_where_kokoros_is_low() -> None:
    f0 = np.array([10.0, 10.0, 100.0, 110.0, 120.0, 120.0])  # one value each 12.5 ms, at 6.25, 18.75 … ms
    labels = labels_of(["a"], np.array([1, 1, 1]), f0)
    assert len(labels.f0) == 15
    assert (labels.f0[:5] == 0.0).all()
    assert labels.f0[7] == pytest.approx(100.0 + 10.0 * (35.0 - 31.25) / 12.5)
    assert labels.f0[14] == 120.0


def test_durations_of_another_number_are_refused() -> None:
    with pytest.raises(ValueError, match="2 symbols and 3 durations"):
        labels_of(["a", "b"], np.array([1, 1, 1]), np.zeros(6))


def test_the_times_run_from_the_start_to_the_end_without_a_gap() -> None:
    frames = [14, 2, 4, 2, 1, 2, 6]
    labels = labels_of(list("hˈI, p"), np.array([*frames, 3]), np.full(68, 100.0))
    ends = [phone.end for phone in labels.phones]
    assert [phone.start for phone in labels.phones] == [0.0, *ends[:-1]]
    assert ends[-1] == pytest.approx(sum([*frames, 3]) * 0.025)
    assert all(isinstance(phone, Phone) for phone in labels.phones)
