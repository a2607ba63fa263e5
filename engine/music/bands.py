"""Arrangements with drums: techno, jazz, rock and the four voices of a game console."""

from __future__ import annotations

from random import Random

from engine.music import chip
from engine.music.melody import melody
from engine.music.plan import Arrangement, Pen, Plan
from engine.music.theory import lead, nearest

_PIANO, _ACOUSTIC_BASS, _PICKED_BASS, _SYNTH_BASS = 0, 32, 34, 38
_OVERDRIVE, _LEAD_GUITAR, _SAXOPHONE, _SAW = 29, 30, 66, 81
_ROCK_KIT, _JAZZ_KIT, _DANCE_KIT = 0, 32, 25
_KICK, _SNARE, _CLAP, _CLOSED_HAT, _PEDAL_HAT, _RIDE = 36, 38, 39, 42, 44, 51


def techno(plan: Plan, rng: Random) -> Arrangement:
    """Four on the floor: kick, a bass between the kicks, chord stabs."""
    drums = Pen(plan, rng, _DANCE_KIT, volume=58, jitter=0.0, drums=True)
    bass = Pen(plan, rng, _SYNTH_BASS, volume=108, jitter=0.0)
    stab = Pen(plan, rng, _SAW, volume=127, jitter=0.0)
    hits = rng.choice(((0.75, 1.5, 2.5), (0.5, 1.75, 3.0), (1.5, 3.5), (0.5, 1.25, 2.75)))
    riff = rng.choice(((0.5, 1.5, 2.5, 3.5), (0.5, 0.75, 1.5, 2.5, 2.75, 3.5), (0.5, 1.5, 1.75, 2.5, 3.5)))
    hats, clap, arpeggio = rng.random() < 0.5, rng.random() < 0.5, rng.random() < 0.35
    voices: tuple[int, ...] = (60, 64, 67)
    for bar in range(plan.bars):
        start, root = bar * 4, plan.bass(bar, 38)
        voices = lead(voices, plan.chord(bar), 57, 74)
        for beat in range(4):
            drums.play(start + beat, 0.2, _KICK, 112)
            if clap and bar >= 4 and beat % 2:
                drums.play(start + beat, 0.2, _CLAP, 60)
            if hats and bar >= 2:
                drums.play(start + beat + 0.5, 0.2, _CLOSED_HAT, 52)
        for k, at in enumerate(riff):
            bass.play(start + at, 0.24, root + (12 if k % 3 == 2 else 0), 92)
        if arpeggio:
            for k in range(8):
                stab.play(start + k / 2, 0.3, voices[(0, 1, 2, 1)[k % 4]], 78)
        elif bar >= 1:
            for at in hits:
                for voice in voices:
                    stab.play(start + at, 0.3, voice, 78)
    tags = ("drums", "bass", "synth", "arpeggio" if arpeggio else "chords")
    return (drums.part(), bass.part(), stab.part()), tags


def jazz(plan: Plan, rng: Random) -> Arrangement:
    """A swinging trio: walking bass, sparse piano chords, soft ride; a saxophone at times."""
    drums = Pen(plan, rng, _JAZZ_KIT, volume=116, drums=True)
    bass = Pen(plan, rng, _ACOUSTIC_BASS, volume=84)
    keys = Pen(plan, rng, _PIANO, volume=122)
    swing = 0.64
    comps = [
        rng.choice(((0.0, 1 + swing), (swing, 2.0), (1.0, 2 + swing), (0.0, 2 + swing))) for _ in range(2)
    ]
    voices: tuple[int, ...] = (58, 62, 65)
    for bar in range(plan.bars):
        start, seventh = bar * 4, plan.chord(bar, 4)
        target = plan.bass((bar + 1) % plan.bars, 33)
        walk = plan.bass(bar, 33)
        third, fifth = nearest(seventh[1:2], walk + 4), nearest(seventh[2:3], walk + 7)
        approach = target + rng.choice((-1, 1, 2))
        for beat, pitch in enumerate((walk, third, fifth, approach)):
            bass.play(start + beat, 0.9, pitch, 88)
        voices = lead(voices, seventh[1:], 55, 70)
        for at in comps[bar % 2]:
            for voice in voices:
                keys.play(start + at, 0.55, voice, 64)
        for at in (0.0, 1.0, 1 + swing, 2.0, 3.0, 3 + swing):
            drums.play(start + at, 0.3, _RIDE, 58 if at in (1.0, 3.0) else 46)
        for at in (1.0, 3.0):
            drums.play(start + at, 0.2, _PEDAL_HAT, 50)
    blown = rng.random() < 0.5
    solo = Pen(plan, rng, _SAXOPHONE, volume=80) if blown else keys
    for tone in melody(
        plan, rng, low=62 if blown else 70, high=77 if blown else 84, density=0.6, first_bar=1
    ):
        late = swing - 0.5 if tone.beat % 1.0 == 0.5 else 0.0
        solo.play(tone.beat + late, tone.beats * 0.85, tone.pitch, 84)
    parts = (drums.part(), bass.part(), keys.part())
    if blown:
        return (*parts, solo.part()), ("drums", "bass", "ensemble", "saxophone")
    return parts, ("drums", "bass", "ensemble")


def rock(plan: Plan, rng: Random) -> Arrangement:
    """Power chords with bass, kick and snare, and a lead guitar at times."""
    drums = Pen(plan, rng, _ROCK_KIT, volume=127, jitter=0.004, drums=True)
    chords = Pen(plan, rng, _OVERDRIVE, volume=74, jitter=0.004)
    bass = Pen(plan, rng, _PICKED_BASS, volume=92, jitter=0.004)
    lead_in = rng.choice((0, 1))
    strokes = rng.choice(
        (((0.0, 2.0), (2.0, 2.0)), ((0.0, 1.5), (1.5, 1.0), (2.5, 1.5)), ((0.0, 1.0), (1.0, 1.0), (2.0, 2.0)))
    )
    kicks = rng.choice(((0.0, 2.0), (0.0, 2.5), (0.0, 1.5, 2.0)))
    for bar in range(plan.bars):
        start, root = bar * 4, plan.bass(bar, 40)
        for at, beats in strokes:
            for pitch in (root, root + 7, root + 12):
                chords.play(start + at, beats * 0.92, pitch, 88)
        for k in range(8):
            bass.play(start + k / 2, 0.46, root - 12 if root - 12 >= 28 else root, 88)
        if bar >= lead_in:
            for at in kicks:
                drums.play(start + at, 0.2, _KICK, 108)
            for at in (1.0, 3.0):
                drums.play(start + at, 0.2, _SNARE, 96)
        for at in (0.0, 2.0):
            drums.play(start + at, 0.2, _CLOSED_HAT, 52)
    parts, tags = (drums.part(), chords.part(), bass.part()), ("drums", "bass", "electric guitar", "chords")
    if rng.random() >= 0.35:
        return parts, tags
    solo = Pen(plan, rng, _LEAD_GUITAR, volume=62, jitter=0.004)
    for tone in melody(plan, rng, low=67, high=81, density=0.35, first_bar=2):
        solo.play(tone.beat, tone.beats * 0.95, tone.pitch, 82)
    return (*parts, solo.part()), (*tags, "lead")


def chiptune(plan: Plan, rng: Random) -> Arrangement:
    """Two square waves, a triangle bass and bursts of noise."""
    tune = Pen(plan, rng, chip.PULSE_QUARTER, volume=100, jitter=0.0)
    broken = Pen(plan, rng, chip.PULSE_EIGHTH, volume=64, jitter=0.0)
    bass = Pen(plan, rng, chip.TRIANGLE, volume=70, jitter=0.0)
    noise = Pen(plan, rng, chip.NOISE, volume=44, jitter=0.0, drums=True)
    for tone in melody(plan, rng, low=72, high=86):
        tune.play(tone.beat, tone.beats * 0.9, tone.pitch, 96)
    arpeggio, drummed = rng.random() < 0.6, rng.random() < 0.6
    voices: tuple[int, ...] = (60, 64, 67)
    for bar in range(plan.bars):
        start, root = bar * 4, plan.bass(bar, 38)
        voices = lead(voices, plan.chord(bar), 57, 72)
        for k in range(8):
            bass.play(start + k / 2, 0.42, root + (12 if k % 2 else 0), 100)
            if arpeggio:
                broken.play(start + k / 2, 0.45, voices[(0, 1, 2, 1)[k % 4]], 96)
        if drummed:
            for at in (1.0, 3.0):
                noise.play(start + at, 0.2, _SNARE, 96)
    parts = [tune.part(), bass.part()]
    tags = ["synth", "bass"]
    if arpeggio:
        parts.append(broken.part())
        tags.append("arpeggio")
    if drummed:
        parts.append(noise.part())
        tags.append("drums")
    return tuple(parts), tuple(tags)
