"""Compositions of every genre: reproducible, about thirty seconds, playable, tagged as promised."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from engine.music.composer import GENRES, TAGS, TEMPI, Composition, compose
from engine.music.plan import MOODS

PIECES = 40


@pytest.fixture(scope="module")
def pieces() -> dict[str, list[Composition]]:
    return {genre: [compose(genre, Random(f"5-{genre}-{i}")) for i in range(PIECES)] for genre in GENRES}


def test_a_seed_is_a_piece() -> None:
    for genre in GENRES:
        assert compose(genre, Random("1-x-0")) == compose(genre, Random("1-x-0"))
        assert compose(genre, Random("1-x-0")).score != compose(genre, Random("1-x-1")).score


def test_there_are_ten_genres_and_at_most_forty_tags_without_doubles() -> None:
    assert list(GENRES) == "piano strings guitar chiptune techno jazz choir organ musicbox rock".split()
    assert len(TAGS) == len(set(TAGS)) <= 40


def test_tags_are_the_genre_then_words_of_the_vocabulary(pieces: dict[str, list[Composition]]) -> None:
    for genre, group in pieces.items():
        for piece in group:
            assert piece.tags[0] == genre
            assert set(piece.tags) <= set(TAGS)
            assert len(set(piece.tags)) == len(piece.tags)
            assert len(set(piece.tags) & set(GENRES)) == 1


def test_each_piece_has_one_tempo_one_mode_and_one_mood(pieces: dict[str, list[Composition]]) -> None:
    for piece in (piece for group in pieces.values() for piece in group):
        for words in (TEMPI, ("major", "minor"), MOODS):
            assert len(set(piece.tags) & set(words)) == 1


def test_every_tag_is_borne_by_five_in_a_hundred_pieces_of_some_genre(
    pieces: dict[str, list[Composition]],
) -> None:
    most: Counter[str] = Counter()
    for group in pieces.values():
        here = Counter(tag for piece in group for tag in piece.tags)
        most |= here
    assert {tag for tag in TAGS if most[tag] < 0.05 * PIECES} == set()


@pytest.mark.parametrize(
    ("bpm_tag", "low", "high"), [("slow", 0, 75), ("medium", 76, 107), ("fast", 108, 999)]
)
def test_the_tempo_tag_tells_the_beats_a_minute(
    pieces: dict[str, list[Composition]], bpm_tag: str, low: int, high: int
) -> None:
    tagged = [p.plan.bpm for group in pieces.values() for p in group if bpm_tag in p.tags]
    assert tagged
    assert all(low <= bpm <= high for bpm in tagged)


def test_sad_and_dark_pieces_are_minor_and_happy_ones_major(pieces: dict[str, list[Composition]]) -> None:
    for piece in (piece for group in pieces.values() for piece in group):
        wanted = {"sad": "minor", "dark": "minor", "happy": "major"}.get(piece.plan.mood.name)
        assert wanted is None or wanted in piece.tags


def test_pieces_last_about_thirty_seconds_and_end_with_a_bar(pieces: dict[str, list[Composition]]) -> None:
    for piece in (piece for group in pieces.values() for piece in group):
        plan = piece.plan
        assert piece.score.seconds == pytest.approx(plan.bars * plan.beats * 60 / plan.bpm)
        assert 26.0 <= piece.score.seconds <= 34.0


def test_every_note_can_be_played(pieces: dict[str, list[Composition]]) -> None:
    for piece in (piece for group in pieces.values() for piece in group):
        for note in (note for part in piece.score.parts for note in part.notes):
            assert 0.0 <= note.start < piece.score.seconds
            assert note.length > 0.0
            assert 24 <= note.pitch <= 108
            assert 1 <= note.velocity <= 127


def test_every_piece_starts_within_a_tenth_of_a_second(pieces: dict[str, list[Composition]]) -> None:
    for piece in (piece for group in pieces.values() for piece in group):
        assert min(part.notes[0].start for part in piece.score.parts) < 0.1


def test_genres_with_drums_say_so_and_the_others_have_none(pieces: dict[str, list[Composition]]) -> None:
    for piece in (piece for group in pieces.values() for piece in group):
        assert any(part.drums for part in piece.score.parts) == ("drums" in piece.tags)


def test_three_four_time_is_tagged_as_a_waltz(pieces: dict[str, list[Composition]]) -> None:
    for piece in (piece for group in pieces.values() for piece in group):
        assert (piece.plan.beats == 3) == ("waltz" in piece.tags)


def test_techno_kicks_on_every_beat() -> None:
    piece = compose("techno", Random("four on the floor"))
    drums = next(part for part in piece.score.parts if part.drums)
    kicks = [note.start for note in drums.notes if note.pitch == 36]
    beat = 60 / piece.plan.bpm
    assert kicks == pytest.approx([beat * i for i in range(piece.plan.bars * 4)])
