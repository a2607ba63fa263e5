"""The MIDI file says what the score says."""

from __future__ import annotations

from pathlib import Path

import mido
import pytest

from engine.music.score import Note, Part, Score, write_midi

SCORE = Score(
    2.0,
    (
        Part(19, (Note(0.0, 0.5, 60, 80), Note(0.5, 0.25, 60, 90), Note(1.0, 1.0, 64, 70)), 96),
        Part(25, (Note(0.25, 0.1, 36, 110),), 50, drums=True),
    ),
)


def _timed(track: mido.MidiTrack, kind: str) -> list[tuple[float, int]]:
    now, found = 0, []
    for message in track:
        now += message.time
        if message.type == kind:
            found.append((now, message.note))
    return found


def test_notes_lie_where_the_score_puts_them(tmp_path: Path) -> None:
    write_midi(SCORE, tmp_path / "a.mid")
    file = mido.MidiFile(tmp_path / "a.mid")
    seconds = mido.tick2second(1, file.ticks_per_beat, 500_000)
    starts = [(tick * seconds, note) for tick, note in _timed(file.tracks[0], "note_on")]
    assert starts == [(pytest.approx(0.0), 60), (pytest.approx(0.5), 60), (pytest.approx(1.0), 64)]


def test_a_repeated_note_ends_before_it_starts_again(tmp_path: Path) -> None:
    write_midi(SCORE, tmp_path / "a.mid")
    sounding: set[int] = set()
    for message in mido.MidiFile(tmp_path / "a.mid").tracks[0]:
        if message.type == "note_on":
            assert message.note not in sounding
            sounding.add(message.note)
        if message.type == "note_off":
            sounding.remove(message.note)
    assert sounding == set()


def test_drums_go_to_channel_ten_and_programs_and_volumes_are_set(tmp_path: Path) -> None:
    write_midi(SCORE, tmp_path / "a.mid")
    messages = [m for track in mido.MidiFile(tmp_path / "a.mid").tracks for m in track if not m.is_meta]
    assert {m.channel for m in messages if m.type == "note_on" and m.note == 36} == {9}
    assert {(m.channel, m.program) for m in messages if m.type == "program_change"} == {(0, 19), (9, 25)}
    assert {(m.channel, m.value) for m in messages if m.type == "control_change"} == {(0, 96), (9, 50)}


def test_the_file_lasts_longer_than_the_score(tmp_path: Path) -> None:
    write_midi(SCORE, tmp_path / "a.mid")
    assert mido.MidiFile(tmp_path / "a.mid").length > SCORE.seconds


def test_more_instruments_than_channels_are_refused(tmp_path: Path) -> None:
    crowd = Score(1.0, tuple(Part(0, (Note(0.0, 0.5, 60, 80),)) for _ in range(16)))
    with pytest.raises(ValueError, match="16 parts"):
        write_midi(crowd, tmp_path / "a.mid")
