"""Writes the MIDI files of this folder from the notes below: python assets/scores/write_scores.py.

A voice is words: ``D5:1`` a note for so many beats, ``A3+C4:2`` a chord, ``-:1`` a rest. The length stays
until another is given. In drum voices the names are those of DRUMS.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import mido

TICKS = 480
DRUM_CHANNEL = 9
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
DRUMS = {"kick": 36, "snare": 38, "hat": 42, "open": 46, "crash": 49}


@dataclass(frozen=True)
class Voice:
    """What one instrument plays."""

    program: int
    words: str
    volume: int = 100
    velocity: int = 84
    drums: bool = False


MINUET = (
    Voice(
        0,
        "D5:1 G4:.5 A4 B4 C5 D5:1 G4 G4 E5 C5:.5 D5 E5 F#5 G5:1 G4 G4 "
        "C5 D5:.5 C5 B4 A4 B4:1 C5:.5 B4 A4 G4 F#4:1 G4:.5 A4 B4 G4 A4:3 "
        "D5:1 G4:.5 A4 B4 C5 D5:1 G4 G4 E5 C5:.5 D5 E5 F#5 G5:1 G4 G4 "
        "C5 D5:.5 C5 B4 A4 B4:1 C5:.5 B4 A4 G4 A4:1 B4:.5 A4 G4 F#4 G4:3 "
        "B5:1 G5:.5 A5 B5 G5 A5:1 D5:.5 E5 F#5 D5 G5:1 E5:.5 F#5 G5 D5 C#5:1 B4:.5 C#5 A4:1 "
        "A4:.5 B4 C#5 D5 E5 F#5 G5:1 F#5 E5 F#5 A4 C#5 D5:3 "
        "D5:1 G4:.5 F#4 G4:1 E5 G4:.5 F#4 G4:1 D5 C5 B4 A4:.5 G4 F#4 G4 A4:1 "
        "D4:.5 E4 F#4 G4 A4 B4 C5:1 B4 A4 B4:.5 D5 G4:1 F#4 G4:3",
        velocity=88,
    ),
    Voice(
        0,
        "G3+B3+D4:2 A3:1 B3:3 C4 B3 A3 G3 D4:1 B3 G3 D4 D3:.5 C4 B3 A3 "
        "B3:2 A3:1 G3 B3 G3 C4:3 B3:1 C4:.5 B3 A3 G3 A3:2 F#3:1 G3:2 B3:1 C4 D4 D3 G3:2 G2:1 "
        "G3:3 F#3 E3:1 G3 E3 A3:2 A2:1 A3:3 B3:1 D4 C#4 D4 F#3 A3 D4 D3 C4 "
        "B3:2 D4:1 C4:2 E4:1 B3 A3 G3 D4:3 D3 E3:1 G3 F#3 G3 B2 D3 G3+B3 D3 G2",
        velocity=70,
    ),
)
_A_MINOR, _G, _E = "A2:1 E3 A3 C4 A3 E3 ", "G2:1 D3 G3 B3 G3 D3 ", "E2:1 B2 E3 G#3 E3 B2 "
_C, _CADENCE = "C3:1 G3 C4 E4 C4 G3 ", "A2:1 E3 A3 E2 B2 G#3 "
GREENSLEEVES = (
    Voice(
        73,
        "A4:1 C5:2 D5:1 E5:1.5 F5:.5 E5:1 D5:2 B4:1 G4:1.5 A4:.5 B4:1 "
        "C5:2 A4:1 A4:1.5 G#4:.5 A4:1 B4:2 G#4:1 E4:2 A4:1 "
        "C5:2 D5:1 E5:1.5 F5:.5 E5:1 D5:2 B4:1 G4:1.5 A4:.5 B4:1 "
        "C5:1.5 B4:.5 A4:1 G#4:1.5 F#4:.5 G#4:1 A4:3 A4:3 "
        "G5:3 G5:1.5 F#5:.5 E5:1 D5:2 B4:1 G4:1.5 A4:.5 B4:1 "
        "C5:2 A4:1 A4:1.5 G#4:.5 A4:1 B4:2 G#4:1 E4:3 "
        "G5:3 G5:1.5 F#5:.5 E5:1 D5:2 B4:1 G4:1.5 A4:.5 B4:1 "
        "C5:1.5 B4:.5 A4:1 G#4:1.5 F#4:.5 G#4:1 A4:6",
        velocity=92,
    ),
    Voice(
        24,
        "-:1 "
        + (_A_MINOR + _G + _A_MINOR + _E + _A_MINOR + _G + _CADENCE + _A_MINOR)
        + (_C + _G + _A_MINOR + _E + _C + _G + _CADENCE)
        + "A2+E3+A3+C4:6",
        velocity=72,
    ),
)
_BEAT = "kick+hat:.5 hat snare+hat hat kick+hat kick+hat snare+hat hat "
_RIFF = "A4:.5 C5 D5 E5:1 D5:.5 C5 D5 A4 G4 A4:1 -:.5 E4 G4:1 "
GROOVE = (
    Voice(80, _RIFF + _RIFF + "F4:.5 A4 C5 F5:1 E5:.5 C5 A4 G4 B4 D5:1 B4:.5 G4 E4 G#4 " + _RIFF + "A4:2"),
    Voice(
        38,
        "A2:.5 A2 A3 A2 G2 G2 A2 C3 " * 4
        + "F2:.5 F2 F3 F2 F2 F2 F3 C3 G2 G2 G3 G2 E2 E2 E3 G#2 "
        + "A2:.5 A2 A3 A2 G2 G2 A2 C3 " * 2
        + "A2:2",
        velocity=92,
    ),
    Voice(
        0,
        "crash+kick:.5 hat snare+hat hat kick+hat kick+hat snare+hat open " + _BEAT * 7 + "crash+kick:2",
        velocity=96,
        drums=True,
    ),
)
SCORES = {"minuet": (MINUET, 132), "greensleeves": (GREENSLEEVES, 176), "groove": (GROOVE, 126)}
"""Voices, and beats a minute."""


def events(voice: Voice) -> list[tuple[int, int, int]]:
    """(tick, whether it begins, key) of every note: 0 for an end, 1 for a beginning."""
    found, now, length = [], 0, TICKS
    for word in voice.words.split():
        names, _, beats = word.partition(":")
        length = round(float(beats) * TICKS) if beats else length
        for name in names.split("+"):
            if name != "-":
                key = DRUMS[name] if voice.drums else pitch(name)
                found += [(now, 1, key), (now + round(0.94 * length), 0, key)]
        now += length
    return sorted(found)


def pitch(name: str) -> int:
    """``C4`` is 60."""
    return STEPS[name[0]] + name.count("#") + 12 * (int(name[-1]) + 1)


def write(path: Path, voices: tuple[Voice, ...], beats_a_minute: int) -> None:
    """One track a voice."""
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS)
    for number, voice in enumerate(voices):
        channel = DRUM_CHANNEL if voice.drums else number
        track = mido.MidiTrack()
        if not number:
            track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(beats_a_minute)))
        track.append(mido.Message("program_change", channel=channel, program=voice.program))
        track.append(mido.Message("control_change", channel=channel, control=7, value=voice.volume))
        before = 0
        for tick, begins, key in events(voice):
            velocity = voice.velocity if begins else 0
            track.append(
                mido.Message("note_on", channel=channel, note=key, velocity=velocity, time=tick - before)
            )
            before = tick
        file.tracks.append(track)
    file.save(path)


if __name__ == "__main__":
    for name, (voices, tempo) in SCORES.items():
        write(Path(__file__).with_name(f"{name}.mid"), voices, tempo)
