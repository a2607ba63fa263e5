"""Lines alone stay within their voice and are one note at a time."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from engine.composing.composer import GENRES, TAGS
from engine.composing.form import sections
from engine.composing.melody import Tone
from engine.composing.plan import MOODS, Plan
from engine.composing.solos import VOICES, joined, line
from engine.composing.theory import Key

# Sounding ranges by General MIDI program; the tenor saxophone's with two semitones beyond its usual E5.
COMPASS = {
    0: (21, 108),
    40: (55, 103),
    42: (36, 76),
    24: (40, 83),
    19: (24, 108),
    10: (60, 108),
    66: (44, 78),
}


def _plan(seed: int) -> Plan:
    rng = Random(seed)
    mood = rng.choice(list(MOODS.values()))
    return Plan(Key(seed % 12, "minor"), 90, 4, mood, (0, 3, 4, 0) * 3, sections(rng, 12), alone=True)


@pytest.mark.parametrize("genre", [genre for genre in VOICES if genre != "chiptune"])
def test_a_line_stays_within_its_instruments_compass(genre: str) -> None:
    for seed in range(40):
        (part,), _ = line(_plan(seed), Random(seed), VOICES[genre])
        low, high = COMPASS[part.program]
        assert all(low <= note.pitch <= high for note in part.notes)


@pytest.mark.parametrize("genre", VOICES)
def test_a_line_is_tagged_as_a_solo_and_fills_the_piece(genre: str) -> None:
    assert genre in GENRES
    for seed in range(10):
        plan = _plan(seed)
        (part,), tags = line(plan, Random(seed), VOICES[genre])
        assert "solo" in tags
        assert set(tags) <= set(TAGS)
        assert part.notes[0].start < 0.1
        assert part.notes[-1].start == pytest.approx(plan.time(plan.last), abs=0.1)
        assert len(part.notes) > 12


def test_joined_tones_last_until_the_next_and_the_last_as_long_as_it_did() -> None:
    rests = [Tone(0.0, 0.5, 60), Tone(1.0, 1.0, 62), Tone(2.0, 0.7, 64), Tone(8.0, 3.5, 60)]
    held = [Tone(0.0, 1.0, 60), Tone(1.0, 1.0, 62), Tone(2.0, 6.0, 64), Tone(8.0, 3.5, 60)]
    assert joined(rests) == held
    assert joined(held) == held


@pytest.mark.parametrize("genre", VOICES)
def test_a_line_sounds_from_each_note_to_the_next(genre: str) -> None:
    """A twentieth of a note may be cut, and what a player swings and is uneven by is beside it."""
    for seed in range(20):
        (part,), _ = line(_plan(seed), Random(seed), VOICES[genre])
        for note, after in pairwise(part.notes):
            assert note.length > 0.95 * (after.start - note.start) - 0.14


def test_a_stringed_solo_is_tagged_with_what_plays_it() -> None:
    played = set()
    for seed in range(20):
        (part,), tags = line(_plan(seed), Random(seed), VOICES["strings"])
        played.add((part.program, tags))
    assert played == {(40, ("solo", "violin")), (42, ("solo", "cello"))}
