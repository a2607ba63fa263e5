"""What was played into a take becomes a score, and a MIDI file that is read back as it was played."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.library.control_events import ControlEvent
from engine.library.key_scores import midi_of_keys, notes_of, score_of_keys
from engine.library.takes import Take
from engine.music.midi import read_midi
from tests.takes import tiny_take

EVENTS = (
    ControlEvent(1600, "note.60", 100),
    ControlEvent(3200, "temperature", 0.5),
    ControlEvent(4800, "note.60", 0),
    ControlEvent(8000, "note.64", 1),
)
EXPECTED = [[0.1, 0.2, 60, 100, 0, 0], [0.5, 0.5, 64, 1, 0, 0]]


@pytest.fixture
def take() -> Take:
    return tiny_take(np.zeros(16_000, np.uint8), EVENTS)


def test_its_notes_are_as_a_score_has_them_and_end_with_the_take(take: Take) -> None:
    np.testing.assert_allclose(notes_of(take), EXPECTED, atol=1e-6)


def test_the_score_of_a_take_bears_its_name_and_its_notes(take: Take) -> None:
    score = score_of_keys(take)
    assert (score.name, score.after) == (take.name, "improvise")
    np.testing.assert_allclose(score.array(), EXPECTED, atol=1e-6)


def test_the_midi_file_is_read_back_as_it_was_played(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "notes.mid"
    path.write_bytes(midi_of_keys(take))
    notes, doubts = read_midi(path)
    assert doubts == []
    np.testing.assert_allclose(notes, EXPECTED, atol=1 / 960)
    assert notes[:, 3].tolist() == [100, 1]


@pytest.mark.parametrize("make", [score_of_keys, midi_of_keys])
def test_a_take_without_notes_has_neither(make: object) -> None:
    plain = tiny_take(np.zeros(100, np.uint8), EVENTS[1:2])
    with pytest.raises(StudioError, match="no notes were played into it"):
        make(plain)  # type: ignore[operator]


def test_what_is_too_long_for_a_score_is_refused() -> None:
    late = tiny_take(np.zeros(16_000, np.uint8), (ControlEvent(3601 * 16_000, "note.60", 9),))
    endless = Endless(late)
    with pytest.raises(StudioError, match="within 60 minutes"):
        score_of_keys(endless)  # type: ignore[arg-type]


class Endless:
    """A take of two hours, without its samples."""

    def __init__(self, take: Take) -> None:
        self.name, self.events, self.sample_rate = take.name, take.events, take.sample_rate
        self.length = 7200 * take.sample_rate
