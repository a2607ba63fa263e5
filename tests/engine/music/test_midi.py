from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest

from engine.errors import StudioError
from engine.music.condition import seconds_of
from engine.music.midi import MAX_BYTES, read_midi
from engine.music.roll import notes_array
from engine.music.score import Note, Part, Score, write_midi
from tests.notes import notes_of

BEAT = 480  # ticks; half a second at MIDI's own tempo
Event = tuple[str, dict[str, Any]]


def on(note: int, time: int = 0, velocity: int = 127, channel: int = 0) -> Event:
    return "note_on", {"note": note, "time": time, "velocity": velocity, "channel": channel}


def off(note: int, time: int = 0, channel: int = 0) -> Event:
    return "note_off", {"note": note, "time": time, "velocity": 0, "channel": channel}


def control(number: int, value: int, time: int = 0, channel: int = 0) -> Event:
    return "control_change", {"control": number, "value": value, "time": time, "channel": channel}


def tempo(beats_a_minute: float, time: int = 0) -> Event:
    return "set_tempo", {"tempo": mido.bpm2tempo(beats_a_minute), "time": time}


FULL = control(7, 127)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "song.mid"


def write(path: Path, *tracks: Sequence[Event], kind: int = 1, division: int = BEAT) -> Path:
    song = mido.MidiFile(type=kind, ticks_per_beat=division)
    for events in tracks:
        track = mido.MidiTrack()
        for name, fields in events:
            maker = mido.MetaMessage if name in ("set_tempo", "text", "end_of_track") else mido.Message
            track.append(maker(name, **fields))
        song.tracks.append(track)
    song.save(path)
    return path


def test_a_note_has_its_time_pitch_velocity_and_program(file: Path) -> None:
    write(file, [FULL, ("program_change", {"program": 40}), on(69, BEAT, 90), off(69, 2 * BEAT)])
    np.testing.assert_allclose(notes_of(file), [[0.5, 1.0, 69, 90, 40, 0]])


def test_what_we_write_is_what_we_read(file: Path) -> None:
    piano = Part(program=3, volume=90, notes=(Note(0.0, 0.5, 60, 100), Note(0.5, 1.25, 64, 80)))
    drums = Part(program=0, volume=127, drums=True, notes=(Note(0.25, 0.1, 36, 127),))
    score = Score(2.0, (piano, drums))
    write_midi(score, file)
    np.testing.assert_allclose(notes_of(file), notes_array(score), atol=2e-3)


def test_a_change_of_tempo_holds_for_all_tracks_from_there_on(file: Path) -> None:
    conductor = [tempo(60), tempo(240, BEAT)]  # a second a beat, then a quarter of one
    write(file, conductor, [on(60, BEAT // 2), off(60, BEAT), on(62), off(62, BEAT)])
    notes = notes_of(file)
    np.testing.assert_allclose(notes[:, 0], [0.5, 1.125])
    np.testing.assert_allclose(notes[:, 1], [0.625, 0.25])


def test_the_tracks_of_a_file_of_type_2_follow_each_other(file: Path) -> None:
    write(file, [on(60), off(60, BEAT)], [on(64), off(64, BEAT)], kind=2)
    np.testing.assert_allclose(notes_of(file)[:, [0, 2]], [[0.0, 60], [0.5, 64]])


def test_a_file_of_type_0_is_read(file: Path) -> None:
    write(file, [on(60), off(60, BEAT), on(38, channel=9), off(38, 1, channel=9)], kind=0)
    np.testing.assert_allclose(notes_of(file)[:, [0, 2, 5]], [[0.0, 60, 0], [0.5, 38, 1]])


def test_frames_of_film_count_time_as_well(file: Path) -> None:
    write(file, [on(60, 500), off(60, 500)])
    raw = bytearray(file.read_bytes())
    raw[12:14] = struct.pack(">bB", -25, 40)  # 25 frames of 40 ticks a second: 1000 ticks
    file.write_bytes(raw)
    np.testing.assert_allclose(notes_of(file)[0, :2], [0.5, 0.5])


def test_volume_and_expression_at_a_notes_start_scale_it(file: Path) -> None:
    events = [control(7, 100), control(11, 64), on(60, velocity=90), off(60, BEAT), on(60, velocity=90)]
    write(file, [*events, control(7, 1), off(60, BEAT)])
    np.testing.assert_allclose(notes_of(file)[:, 3], 90 * 100 / 127 * 64 / 127, rtol=1e-6)


def test_without_a_volume_it_is_100_as_general_midi_has_it(file: Path) -> None:
    write(file, [on(60, velocity=127), off(60, BEAT)])
    assert notes_of(file)[0, 3] == pytest.approx(100)


def test_the_sustain_pedal_holds_notes_until_it_goes_up(file: Path) -> None:
    events = [control(64, 127), on(60), off(60, BEAT), on(64), control(64, 0, BEAT), off(64, BEAT)]
    notes = notes_of(write(file, events))
    np.testing.assert_allclose(notes[:, [0, 1, 2]], [[0.0, 1.0, 60], [0.5, 1.0, 64]])


def test_a_key_struck_again_ends_the_note_that_the_pedal_holds(file: Path) -> None:
    events = [control(64, 127), on(60), off(60, BEAT), on(60, BEAT), off(60, BEAT), control(64, 0, BEAT)]
    np.testing.assert_allclose(notes_of(write(file, events))[:, :2], [[0.0, 1.0], [1.0, 1.0]])


@pytest.mark.parametrize("order", ["end first", "beginning first"])
def test_a_repeated_note_is_two_notes_whichever_way_the_file_orders_them(file: Path, order: str) -> None:
    middle = [off(60, BEAT), on(60)] if order == "end first" else [on(60, BEAT), off(60)]
    write(file, [on(60), *middle, off(60, 2 * BEAT)])
    np.testing.assert_allclose(notes_of(file)[:, :2], [[0.0, 0.5], [0.5, 1.0]])


def test_a_note_on_of_velocity_0_ends_a_note(file: Path) -> None:
    write(file, [on(60), on(60, BEAT, 0), on(62, BEAT), off(62, BEAT)])
    assert notes_of(file)[0, 1] == pytest.approx(0.5)


def test_a_note_that_is_never_ended_lasts_as_long_as_the_file(file: Path) -> None:
    write(file, [on(60), on(64, 4 * BEAT), off(64, BEAT)])
    np.testing.assert_allclose(notes_of(file)[:, :2], [[0.0, 2.5], [2.0, 0.5]])
    write(file, [on(60)])
    assert notes_of(file)[0, 1] == pytest.approx(0.5)


def test_all_notes_off_ends_a_channels_notes(file: Path) -> None:
    write(file, [on(60), on(64, channel=1), control(123, 0, BEAT), off(64, BEAT, channel=1)])
    np.testing.assert_allclose(notes_of(file)[:, 1], [0.5, 1.0])


def test_notes_come_in_the_order_of_their_starts(file: Path) -> None:
    write(file, [on(70, BEAT), off(70, BEAT)], [on(60), off(60, 4 * BEAT)])
    notes = notes_of(file)
    np.testing.assert_array_equal(notes[:, 2], [60, 70])
    assert seconds_of(notes) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a MIDI file"),
        (b"RIFF....WAVE", "not a MIDI file"),
        (b"MThd", "a damaged MIDI file"),
        (b"MThd\0\0\0\6\0\1\0\1\0\0MTrk\0\0\0\4\0\xff\x2f\0", "a damaged MIDI file: 0 ticks a beat"),
        (b"MThd\0\0\0\6\0\7\0\0\1\xe0", "MIDI file of type 7; there are types 0, 1 and 2"),
        (b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\0\4\0\xff\x2f\0", "a MIDI file without notes"),
        (b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\x10\0\0\x90\x3c", "a damaged MIDI file"),
        (
            b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\0\x0e\0\xff\x51\3\0\0\0\0\x90\x3c\x40\x10\x3c\0",
            "a damaged MIDI file: a tempo of 0 at 0.00 s",
        ),
    ],
)
def test_damage_is_told_in_one_line_with_the_files_name(file: Path, content: bytes, reason: str) -> None:
    file.write_bytes(content)
    with pytest.raises(StudioError) as refusal:
        notes_of(file)
    assert str(refusal.value).startswith(f"{file}: {reason}")
    assert "\n" not in str(refusal.value)


def test_every_cut_of_a_file_is_read_or_told_and_nothing_else(file: Path) -> None:
    write(file, [tempo(90), FULL, on(60), off(60, BEAT), on(64), off(64, BEAT)], [on(40), off(40, BEAT)])
    whole = file.read_bytes()
    rng = np.random.default_rng(0)
    for cut in range(len(whole)):
        for content in (whole[:cut], whole[:cut] + rng.bytes(len(whole) - cut)):
            file.write_bytes(content)
            try:
                notes, _ = read_midi(file)
            except StudioError as refusal:
                assert str(file) in str(refusal)  # noqa: PT017
            else:
                assert np.isfinite(notes).all()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"none\.mid: cannot read the MIDI file: No such file"):
        notes_of(tmp_path / "none.mid")


def test_a_file_that_is_too_large_is_not_read(file: Path) -> None:
    file.write_bytes(b"MThd" + bytes(MAX_BYTES))
    with pytest.raises(StudioError, match=r"2\.0 MiB; a MIDI file of at most 2 MiB is read"):
        notes_of(file)


def test_a_score_that_is_too_long_is_refused(file: Path) -> None:
    write(file, [on(60), off(60, 3600 * 2 * BEAT + BEAT)])
    with pytest.raises(StudioError, match="longer than 60 minutes"):
        notes_of(file)


def test_a_score_of_too_many_notes_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.music.midi.MAX_NOTES", 3)
    write(file, [event for _ in range(4) for event in (on(60), off(60, BEAT))])
    with pytest.raises(StudioError, match="more than 3 notes"):
        notes_of(file)
