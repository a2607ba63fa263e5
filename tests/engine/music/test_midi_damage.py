"""Damaged MIDI files, byte by byte as the standard (RP-001) has them: 96 ticks a beat, half a second."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import pytest

from engine.errors import StudioError
from engine.music.midi import read_midi

BEAT = b"\x60"  # 96 ticks, half a second
END = b"\0\xff\x2f\0"
C = b"\0\x90\x3c\x40" + BEAT + b"\x80\x3c\x40"
E = b"\0\x90\x40\x40" + BEAT + b"\x80\x40\x40"
G = b"\0\x90\x43\x40" + BEAT + b"\x80\x43\x40"
THREE = [[0.0, 0.5, 60], [0.5, 0.5, 64], [1.0, 0.5, 67]]


def chunk(name: bytes, content: bytes, length: int | None = None) -> bytes:
    return name + struct.pack(">I", len(content) if length is None else length) + content


def head(tracks: int = 1, kind: int = 0) -> bytes:
    return chunk(b"MThd", struct.pack(">HHH", kind, tracks, 96))


def track(*parts: bytes, length: int | None = None) -> bytes:
    return chunk(b"MTrk", b"".join(parts), length)


def notes_and_doubts(folder: Path, *parts: bytes) -> tuple[list[list[float]], list[str]]:
    """Start, length and pitch of the notes, and the doubts without the file's name."""
    path = folder / "song.mid"
    path.write_bytes(b"".join(parts))
    notes, doubts = read_midi(path)
    assert all(line.startswith(f"{path}: ") and len(line) - len(str(path)) < 240 for line in doubts)
    return notes[:, :3].tolist(), [line.removeprefix(f"{path}: a damaged MIDI file: ") for line in doubts]


def test_a_whole_file_leaves_no_doubt(tmp_path: Path) -> None:
    assert notes_and_doubts(tmp_path, head(), track(C, E, G, END)) == (THREE, [])


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_chunk_of_an_unknown_type_is_passed_over(tmp_path: Path, place: int) -> None:
    alien = chunk(b"XFIH", b"MTrk\0\0\0\4" + C)  # what looks like a track inside is none
    parts = [track(C, END), track(BEAT + E[1:], END)]
    parts.insert(place, alien)
    assert notes_and_doubts(tmp_path, head(2, 1), *parts) == (THREE[:2], [])


def test_a_longer_head_is_read_as_the_standard_asks(tmp_path: Path) -> None:
    longer = chunk(b"MThd", struct.pack(">HHHH", 0, 1, 96, 7))
    assert notes_and_doubts(tmp_path, longer, track(C, E, G, END)) == (THREE, [])


def test_a_track_that_the_end_of_the_file_cuts_is_played_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = head() + track(C, E, G, END)
    notes, doubts = notes_and_doubts(tmp_path, whole[:-6])  # within the end of the last note
    assert notes == THREE
    assert doubts[0] == "track 1 at byte 14 says 28 bytes and has 22"
    lost = "2 bytes from byte 42 on left out, to the end of the track"
    assert doubts[1] == f"track 1: the event at byte 42 is cut off; {lost}"


@pytest.mark.parametrize("status", [0xF4, 0xF5, 0xF9, 0xFD])
def test_an_undefined_status_byte_costs_its_event_alone(tmp_path: Path, status: int) -> None:
    bad = bytearray(head() + track(C, E, G, END))
    assert bad[31] == 0x90  # the beginning of E
    bad[31] = status
    notes, doubts = notes_and_doubts(tmp_path, bytes(bad))
    assert notes == [THREE[0], THREE[2]]
    assert doubts == [
        f"track 1: undefined status byte {status:02X} at byte 31; 4 bytes from byte 30 on left out"
    ]


def test_an_undefined_status_byte_on_its_own_costs_nothing_else(tmp_path: Path) -> None:
    notes, doubts = notes_and_doubts(tmp_path, head(), track(C, b"\0\xf4", E, G, END))
    assert notes == THREE
    assert doubts == ["track 1: undefined status byte F4 at byte 31; 2 bytes from byte 30 on left out"]


@pytest.mark.parametrize("system", [b"\xf0\x03\x7e\x7f\xf7", b"\xf7\x01\xf8", b"\xf1\x10", b"\xf6"])
def test_running_status_after_a_system_message_is_taken_from_before_it(tmp_path: Path, system: bytes) -> None:
    running = b"\0\x90\x3c\x40" + BEAT + b"\x3c\0" + b"\0" + system + b"\0\x40\x40" + BEAT + b"\x40\0"
    notes, doubts = notes_and_doubts(tmp_path, head(), track(running, END))
    assert notes == THREE[:2]
    at = 30 + len(system)
    assert doubts == [
        f"track 1: no status byte after the system message before byte {at}; 90 taken, the one before it"
    ]


def test_running_status_goes_on_over_a_meta_event_and_a_clock(tmp_path: Path) -> None:
    running = (
        b"\0\x90\x3c\x40" + BEAT + b"\x3c\0" + b"\0\xff\x01\x02hi\0\xf8" + b"\0\x40\x40" + BEAT + b"\x40\0"
    )
    assert notes_and_doubts(tmp_path, head(), track(running, END)) == (THREE[:2], [])


def test_data_without_any_status_before_is_left_out(tmp_path: Path) -> None:
    notes, doubts = notes_and_doubts(tmp_path, head(), track(b"\0\x3c\x40", C, E, G, END))
    assert notes == THREE
    assert doubts == ["track 1: no status byte before the data at byte 23; 3 bytes from byte 22 on left out"]


@pytest.mark.parametrize("length", [0, 5, 27, 29, 1_000, 2**32 - 1])
def test_a_wrong_length_of_a_track_costs_no_note(tmp_path: Path, length: int) -> None:
    second = track(b"\0\x91\x48\x40" + BEAT + b"\x81\x48\x40", END)
    notes, doubts = notes_and_doubts(tmp_path, head(2, 1), track(C, E, G, END, length=length), second)
    assert notes == [THREE[0], [0.0, 0.5, 72], *THREE[1:]]
    assert doubts[0] == f"track 1 at byte 14 says {length} bytes and has 28"


def test_a_sysex_of_a_wrong_length_is_left_out_up_to_its_end(tmp_path: Path) -> None:
    notes, doubts = notes_and_doubts(tmp_path, head(), track(C, b"\0\xf0\x7f\x7e\x09\x01\xf7", E, G, END))
    assert notes == THREE
    assert doubts == ["track 1: the event at byte 30 is cut off; 7 bytes from byte 30 on left out"]


def test_a_time_of_more_than_four_bytes_is_left_out(tmp_path: Path) -> None:
    notes, doubts = notes_and_doubts(
        tmp_path, head(), track(C, b"\xff\xff\xff\xff\x00\xb0\x01\x02", E, G, END)
    )
    assert notes == THREE
    assert doubts[0].startswith("track 1: the event at byte 30 has a number of more than 4 bytes; ")


def test_a_track_that_the_head_promises_and_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert notes_and_doubts(tmp_path, head(3, 1), track(C, E, G, END)) == (
        THREE,
        ["tracks: the head says 3, the file has 1"],
    )


def test_data_over_127_are_taken_as_127_and_told(tmp_path: Path) -> None:
    notes, doubts = notes_and_doubts(
        tmp_path, head(), track(b"\0\x90\x3c\xff" + BEAT + b"\x80\x3c\x40", E, G, END)
    )
    assert notes == THREE
    assert doubts == ["track 1: data over 127 in the event at byte 22; taken as 127"]


def test_what_follows_the_end_of_a_track_is_left_out_and_told(tmp_path: Path) -> None:
    notes, doubts = notes_and_doubts(tmp_path, head(), track(C, END, E))
    assert notes == THREE[:1]
    assert doubts == ["track 1: 8 bytes after its end at byte 34; left out"]


def test_rubbish_after_the_last_track_is_told(tmp_path: Path) -> None:
    notes, doubts = notes_and_doubts(tmp_path, head(), track(C, E, G, END), b"\0" * 20)
    assert notes == THREE
    assert doubts == ["20 bytes from byte 50 on are no chunk; left out"]


def test_an_event_of_an_unknown_meta_type_takes_its_time(tmp_path: Path) -> None:
    notes, doubts = notes_and_doubts(tmp_path, head(), track(BEAT + b"\xff\x60\x01\x00", C, END))
    assert (notes, doubts) == ([[0.5, 0.5, 60]], [])


def test_many_faults_are_told_in_a_few_lines_and_in_little_time(tmp_path: Path) -> None:
    begun = time.monotonic()
    notes, doubts = notes_and_doubts(tmp_path, head(), track((b"\0\xf4" + C) * 30_000, END))
    assert time.monotonic() - begun < 3
    assert notes[0] == THREE[0]
    assert len(doubts) == 5
    assert doubts[-1].endswith("more such places; get a better copy")


def test_a_damaged_file_without_any_note_is_refused_with_what_was_left_out(tmp_path: Path) -> None:
    (tmp_path / "song.mid").write_bytes(head() + track(b"\0\xf4\x3c", END))
    with pytest.raises(
        StudioError, match=r"song\.mid: a damaged MIDI file: no notes; track 1: undefined status"
    ):
        read_midi(tmp_path / "song.mid")


def test_a_text_that_is_cut_off_is_not_heard_as_notes(tmp_path: Path) -> None:
    text = b"\0\xff\x01\x7f" + b"What a wonderful world " * 4
    notes, doubts = notes_and_doubts(tmp_path, head(), track(C, text))
    assert notes == THREE[:1]
    assert doubts[0].endswith(f"{len(text)} bytes from byte 30 on left out, to the end of the track")


def test_whichever_byte_is_bad_most_notes_are_heard(tmp_path: Path) -> None:
    parts = [b"\0\x90" + bytes([40 + i, 64]) + BEAT + b"\x80" + bytes([40 + i, 64]) for i in range(20)]
    whole = head() + track(*parts, END)
    path = tmp_path / "song.mid"
    for place in range(22, len(whole)):
        for value, least in ((0xF4, 19), (0x00, 17), (0xFF, 10), (0xF0, 10)):  # the last two begin long data
            bad = bytearray(whole)
            bad[place] = value
            path.write_bytes(bad)
            try:
                notes, _ = read_midi(path)
            except StudioError as refusal:  # a time that is a day
                assert "longer than 60 minutes" in str(refusal)  # noqa: PT017
            else:
                assert len(notes) >= least, (place, value, len(notes))
