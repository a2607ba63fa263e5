"""What a take keeps of a text that was said: put together from what was going to be said, and timed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from engine.library.spoken_texts import SaidWord, Saying, SpokenText, said_in_all
from engine.library.take_journal import JournalWriter, Record, read_journal
from engine.speech.spoken import Manner

PLAIN = SpokenText.of("One two.", Manner((("ann", 2.0),)))


def word(first: int, *ends: int, start: int = 0) -> SaidWord:
    return SaidWord(start, start + 3, first, tuple("a" for _ in ends), ends)


def steps(value: int, count: int) -> np.ndarray:  # type: ignore[type-arg]
    return np.full((count, 24), value, np.int16)


SAYINGS = (
    Saying(0, steps(1, 10), (word(0, 4, 8),)),
    Saying(10, steps(2, 6), (word(10, 14, start=4),)),
    Saying(6, steps(3, 8), (word(0, 4, 7), word(8, 12, start=4))),
)


def test_what_came_last_counts_from_its_first_frame_on() -> None:
    recording, speech = said_in_all(SAYINGS, PLAIN, 16_000)
    assert recording.array()[:, 0].tolist() == [1 / 256] * 6 + [3 / 256] * 8
    assert speech.words == (word(0, 4, 7), word(8, 12, start=4))
    assert (recording.name, recording.as_recorded, recording.sample_rate) == ("One two.", True, 16_000)


def test_words_are_timed_to_the_end_of_a_take_that_was_stopped() -> None:
    _, speech = said_in_all(SAYINGS, PLAIN, 16_000)
    times = [(timed.start_s, timed.ends_s) for timed in speech.timed_words(0.05)]
    assert times == [(0.0, (0.02, 0.035)), (0.04, (0.05,))]
    assert len(speech.timed_words(0.03)) == 1


def test_a_journal_brings_back_what_was_going_to_be_said(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path / "journal", np.dtype(np.uint8), {})
    writer.write(Record(0, np.zeros(4, np.uint8), 0, (), SAYINGS[:2]))
    writer.write(Record(4, np.zeros(4, np.uint8), 0, (), SAYINGS[2:]))
    writer.write(Record(8, np.zeros(4, np.uint8), 0, ()))
    writer.close()
    journal = read_journal(tmp_path / "journal")
    assert journal is not None
    assert [(saying.first, saying.words) for saying in journal.sayings] == [
        (saying.first, saying.words) for saying in SAYINGS
    ]
    for found, expected in zip(journal.sayings, SAYINGS, strict=True):
        np.testing.assert_array_equal(found.steps, expected.steps)


@pytest.mark.parametrize(
    "field",
    [
        {"speed": 0.4},
        {"speed": 2.1},
        {"semitones": 13.0},
        {"pitch_range": -0.1},
        {"pauses": 4.1},
        {"text": ""},
        {"speakers": ()},
        {"speakers": (("ann", 0.0),)},
    ],
)
def test_what_cannot_be_is_refused(field: dict[str, object]) -> None:
    fields: dict[str, object] = {"text": "One", "speakers": (("ann", 1.0),), **field}
    with pytest.raises(ValidationError):
        SpokenText(**fields)  # type: ignore[arg-type]
