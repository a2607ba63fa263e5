"""Compositions of every genre: reproducible, about thirty seconds, playable, tagged as promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from random import Random

import pytest

from engine.music.composer import GENRES, TAGS, TEMPI, Composition, compose
from engine.music.form import BRIDGE, THEME, Section
from engine.music.plan import MOODS
from engine.music.score import Note

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
    for piece in _all(pieces):
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
    for piece in _all(pieces):
        wanted = {"sad": "minor", "dark": "minor", "happy": "major"}.get(piece.plan.mood.name)
        assert wanted is None or wanted in piece.tags


def test_pieces_last_about_thirty_seconds(pieces: dict[str, list[Composition]]) -> None:
    for piece in _all(pieces):
        assert 26.0 <= piece.score.seconds <= 34.0
        assert all(n.start + n.length <= piece.score.seconds for p in piece.score.parts for n in p.notes)


def test_only_techno_chiptune_and_rock_keep_their_tempo_to_the_end(
    pieces: dict[str, list[Composition]],
) -> None:
    for piece in _all(pieces):
        even = piece.plan.bars * piece.plan.beats * 60 / piece.plan.bpm
        if piece.genre in ("techno", "chiptune", "rock"):
            assert piece.score.seconds == pytest.approx(even)
        else:
            assert piece.score.seconds > even + 0.2


def test_every_note_can_be_played(pieces: dict[str, list[Composition]]) -> None:
    for piece in _all(pieces):
        for note in (note for part in piece.score.parts for note in part.notes):
            assert 0.0 <= note.start < piece.score.seconds
            assert note.length > 0.0
            assert 24 <= note.pitch <= 108
            assert 1 <= note.velocity <= 127


def test_every_piece_starts_within_a_tenth_of_a_second(pieces: dict[str, list[Composition]]) -> None:
    for piece in _all(pieces):
        assert min(part.notes[0].start for part in piece.score.parts) < 0.1


def test_genres_with_drums_say_so_and_the_others_have_none(pieces: dict[str, list[Composition]]) -> None:
    for piece in _all(pieces):
        assert any(part.drums for part in piece.score.parts) == ("drums" in piece.tags)


def test_three_four_time_is_tagged_as_a_waltz(pieces: dict[str, list[Composition]]) -> None:
    for piece in _all(pieces):
        assert (piece.plan.beats == 3) == ("waltz" in piece.tags)


def test_techno_kicks_on_every_beat_but_for_the_break_pauses_and_the_held_close() -> None:
    for seed in range(10):
        piece = compose("techno", Random(f"four on the floor {seed}"))
        plan, drums = piece.plan, next(part for part in piece.score.parts if part.drums)
        kicks = [note.start * plan.bpm / 60 for note in drums.notes if note.pitch == 36]
        bridge = next(section for section in plan.sections if section.name == BRIDGE)
        wanted = [
            beat
            for beat in range(int(plan.last) + 1)
            if not bridge.first * 4 <= beat < bridge.end * 4
            and not any(first <= beat < end for first, end in plan.pauses)
        ]
        assert kicks == pytest.approx(wanted)


def test_every_piece_closes_on_its_tonic_chord_in_root_position(pieces: dict[str, list[Composition]]) -> None:
    for piece in _all(pieces):
        key, tuned = piece.plan.key, _tuned(piece)
        third = 4 if key.mode == "major" else 3
        triad = {key.tonic, (key.tonic + third) % 12, (key.tonic + 7) % 12}
        closing = [note for note in tuned if note.start > piece.plan.time(piece.plan.last) - 0.1]
        assert {note.pitch % 12 for note in closing} <= triad
        assert min(note.pitch for note in closing) % 12 == key.tonic
        assert max(note.length for note in closing) > 0.7 * piece.plan.beats * 60 / piece.plan.bpm


def test_openings_are_sparser_and_softer_than_what_is_fullest(pieces: dict[str, list[Composition]]) -> None:
    sparser, softer, forms = 0, 0, 0
    for piece in _all(pieces):
        full = next((section for section in piece.plan.sections if section.full), None)
        if full is None or piece.plan.alone:
            continue
        forms += 1
        before, after = (_density_and_force(piece, part) for part in (piece.plan.sections[0], full))
        sparser += before[0] < 0.8 * after[0]
        softer += before[1] < 0.85 * after[1]
    assert forms > 100
    assert sparser > 0.75 * forms
    assert softer > 0.9 * forms


def _density_and_force(piece: Composition, section: Section) -> tuple[float, float]:
    """Notes a second and the notes' mean velocity."""
    plan = piece.plan
    start, end = plan.time(section.first * plan.beats), plan.time(section.end * plan.beats)
    inside = [n.velocity for part in piece.score.parts for n in part.notes if start <= n.start < end]
    return len(inside) / (end - start), sum(inside) / max(1, len(inside))


def test_velocities_range_from_soft_to_loud(pieces: dict[str, list[Composition]]) -> None:
    for group in pieces.values():
        forces = sorted(n.velocity for piece in group for part in piece.score.parts for n in part.notes)
        soft, loud = forces[len(forces) // 50], forces[-len(forces) // 50]
        assert soft < 64  # the middle of MIDI's range
        assert loud > 80
        assert loud > 1.7 * soft


def test_half_of_the_pieces_or_more_pause_all_together_somewhere(
    pieces: dict[str, list[Composition]],
) -> None:
    paused = 0
    for piece in _all(pieces):
        end, longest = 0.0, 0.0
        notes = sorted((n.start, n.length) for part in piece.score.parts for n in part.notes)
        for start, length in notes:
            longest = max(longest, start - end)
            end = max(end, start + length)
        paused += longest > 0.2
        assert longest < 2.5
    assert paused >= 0.5 * len(list(_all(pieces)))


def test_two_hundred_pieces_have_all_tonics_and_every_pitch_from_a1_to_c7(
    pieces: dict[str, list[Composition]],
) -> None:
    some = [piece for group in pieces.values() for piece in group[:20]]
    assert {piece.plan.key.tonic for piece in some} == set(range(12))
    sounding = {note.pitch for piece in some for note in _tuned(piece)}
    assert set(range(33, 97)) <= sounding


def test_about_one_piece_in_twelve_is_one_line_alone(pieces: dict[str, list[Composition]]) -> None:
    alone = [piece for piece in _all(pieces) if piece.plan.alone]
    assert 0.04 * 10 * PIECES < len(alone) < 0.12 * 10 * PIECES
    for piece in alone:
        assert "solo" in piece.tags
        assert len(piece.score.parts) == 1
        notes = piece.score.parts[0].notes
        assert all(a.start + a.length < b.start + 0.03 for a, b in pairwise(notes))


@pytest.mark.parametrize(
    ("tag", "programs"),
    [
        ("violin", {40}),
        ("cello", {42}),
        ("flute", {73}),
        ("saxophone", {64, 65, 66, 67}),
        ("electric guitar", {26, 27, 28, 29, 30}),
        ("musicbox", {10}),
        ("organ", {16, 17, 18, 19, 20}),
        ("choir", {52, 53, 54}),
    ],
)
def test_a_tagged_instrument_has_a_part_of_its_general_midi_program(
    pieces: dict[str, list[Composition]], tag: str, programs: set[int]
) -> None:
    for piece in (piece for piece in _all(pieces) if piece.genre != "chiptune"):
        sounding = {part.program for part in piece.score.parts if part.notes and not part.drums}
        assert bool(sounding & programs) == (tag in piece.tags)


def test_chords_are_tagged_where_three_notes_or_more_start_together_in_many_bars(
    pieces: dict[str, list[Composition]],
) -> None:
    for piece in pieces["piano"] + pieces["organ"] + pieces["techno"]:
        plan = piece.plan
        bars = Counter[int]()
        for bar in range(plan.bars - 1):
            for at in range(4 * plan.beats):
                time = plan.time(bar * plan.beats + at / 4)
                together = sum(-0.02 < n.start - time < 0.12 for n in _tuned(piece))
                bars[bar] = max(bars[bar], together)
        if "chords" in piece.tags:
            assert sum(most >= 3 for most in bars.values()) >= 0.2 * plan.bars


def test_a_genre_has_more_than_one_accompaniment(pieces: dict[str, list[Composition]]) -> None:
    """Which of a bar's semiquavers notes start on differs between themes of one genre."""
    for group in pieces.values():
        rhythms = set()
        for piece in (piece for piece in group if not piece.plan.alone):
            plan = piece.plan
            bar = next(section.first for section in plan.sections if section.name == THEME) + 1
            start = plan.time(bar * plan.beats)
            onsets = {round((note.start - start) * plan.bpm / 15) for note in _tuned(piece)}
            rhythms.add((plan.beats, *sorted(onset for onset in onsets if 0 <= onset < 4 * plan.beats)))
        assert len(rhythms) >= 2


def _all(pieces: dict[str, list[Composition]]) -> Iterator[Composition]:
    return (piece for group in pieces.values() for piece in group)


def _tuned(piece: Composition) -> list[Note]:
    return [note for part in piece.score.parts if not part.drums for note in part.notes]
