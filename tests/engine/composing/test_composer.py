"""Compositions of every genre: reproducible, about thirty seconds, playable, tagged as promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from random import Random

import pytest

from engine.composing.chip import TRIANGLE
from engine.composing.composer import GENRES, TAGS, TEMPI, Composition, compose
from engine.composing.form import BRIDGE, THEME, Section
from engine.composing.plan import MOODS
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


def test_techno_kicks_on_every_beat_but_for_the_break_and_the_held_close() -> None:
    for seed in range(10):
        piece = compose("techno", Random(f"four on the floor {seed}"))
        plan, drums = piece.plan, next(part for part in piece.score.parts if part.drums)
        kicks = [note.start * plan.bpm / 60 for note in drums.notes if note.pitch == 36]
        bridge = next(section for section in plan.sections if section.name == BRIDGE)
        wanted = [beat for beat in range(int(plan.last) + 1) if not bridge.first * 4 <= beat < bridge.end * 4]
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


def test_openings_are_sparser_and_a_little_softer_than_what_is_fullest(
    pieces: dict[str, list[Composition]],
) -> None:
    sparser, shares = 0, []
    for piece in _all(pieces):
        full = next((section for section in piece.plan.sections if section.full), None)
        if full is None or piece.plan.alone:
            continue
        before, after = (_density_and_force(piece, part) for part in (piece.plan.sections[0], full))
        sparser += before[0] < 0.9 * after[0]
        shares.append(before[1] / after[1])
    shares.sort()
    assert len(shares) > 100
    assert sparser > 0.8 * len(shares)
    assert shares[0] > 0.6  # of 7,000 pieces the softest opening has 0.65
    assert shares[len(shares) // 2] > 0.75
    assert shares[len(shares) * 85 // 100] < 0.95


def test_openings_have_a_bass_already(pieces: dict[str, list[Composition]]) -> None:
    basses = {"strings": 42, "techno": 38, "jazz": 32, "rock": 34, "chiptune": TRIANGLE}
    for genre, program in basses.items():
        for piece in (piece for piece in pieces[genre] if not piece.plan.alone):
            (bass,) = (part for part in piece.score.parts if part.program == program and not part.drums)
            assert bass.notes[0].start < piece.plan.beats * 60 / piece.plan.bpm  # in the first bar


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
        assert soft <= 64  # the middle of MIDI's range
        assert loud > 75
        assert loud > 1.5 * soft  # least in the choir: 1.55 to 1.6


def test_no_piece_falls_silent_for_longer_than_a_second_and_a_quarter(
    pieces: dict[str, list[Composition]],
) -> None:
    for piece in _all(pieces):
        notes = [note for part in piece.score.parts for note in part.notes]
        assert max(_silences(notes, piece.score.seconds)) < 1.25  # of 12,000 pieces the longest is 1.06 s


def test_in_every_piece_something_tuned_sounds_two_thirds_of_the_time_or_more(
    pieces: dict[str, list[Composition]],
) -> None:
    for piece in _all(pieces):
        silences = _silences(_tuned(piece), piece.score.seconds)
        assert sum(silences) < piece.score.seconds / 3  # of 12,000 pieces most is 0.29, in techno


def _silences(notes: list[Note], seconds: float) -> list[float]:
    """How long none of the notes sounds before each of them, and after the last one."""
    silences, end = [], 0.0
    for note in sorted(notes):
        silences.append(max(0.0, note.start - end))
        end = max(end, note.start + note.length)
    return [*silences, seconds - end]


def test_two_hundred_pieces_have_all_tonics_and_every_pitch_from_a1_to_c7(
    pieces: dict[str, list[Composition]],
) -> None:
    some = [piece for group in pieces.values() for piece in group[:20]]
    assert {piece.plan.key.tonic for piece in some} == set(range(12))
    sounding = {note.pitch for piece in some for note in _tuned(piece)}
    assert set(range(33, 97)) <= sounding


def test_about_one_piece_in_twenty_four_is_one_line_alone(pieces: dict[str, list[Composition]]) -> None:
    alone = [piece for piece in _all(pieces) if piece.plan.alone]
    assert 0.02 * 10 * PIECES < len(alone) < 0.07 * 10 * PIECES
    for piece in alone:
        assert "solo" in piece.tags
        assert len(piece.score.parts) == 1
        notes = piece.score.parts[0].notes
        gaps = [b.start - a.start - a.length for a, b in pairwise(notes)]
        assert min(gaps) > -0.03
        assert max(gaps) < 0.3  # a bow's change, but no rest: of 700 such pieces the longest is 0.23 s


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
    """Themes of one genre differ in when a bar's lowest notes start, or in how they rise and fall."""
    for group in pieces.values():
        shapes = set()
        for piece in (piece for piece in group if not piece.plan.alone):
            plan = piece.plan
            bar = next(section.first for section in plan.sections if section.name == THEME) + 1
            start = plan.time(bar * plan.beats)
            lowest: dict[int, int] = {}
            for note in _tuned(piece):
                at = round((note.start - start) * plan.bpm / 15)  # semiquavers
                if 0 <= at < 4 * plan.beats:
                    lowest[at] = min(note.pitch, lowest.get(at, note.pitch))
            ranks = sorted(set(lowest.values()))
            shapes.add((plan.beats, *((at, ranks.index(lowest[at])) for at in sorted(lowest))))
        assert len(shapes) >= 4


def _all(pieces: dict[str, list[Composition]]) -> Iterator[Composition]:
    return (piece for group in pieces.values() for piece in group)


def _tuned(piece: Composition) -> list[Note]:
    return [note for part in piece.score.parts if not part.drums for note in part.notes]
