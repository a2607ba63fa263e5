"""Arrangements for one player: piano, guitar, organ and music box."""

from __future__ import annotations

from random import Random

from engine.music.melody import melody
from engine.music.plan import Arrangement, Pen, Plan
from engine.music.theory import lead

_PIANO, _MUSIC_BOX, _CHURCH_ORGAN, _NYLON_GUITAR, _FLUTE = 0, 10, 19, 24, 73


def piano(plan: Plan, rng: Random) -> Arrangement:
    """A melody over broken chords or chords on the half bar."""
    pen = Pen(plan, rng, _PIANO)
    first = rng.choice((0, 0, 1))
    for tone in melody(plan, rng, low=69, high=84, first_bar=first):
        pen.play(tone.beat, tone.beats, tone.pitch, 86)
    broken = rng.random() < 0.6
    voices: tuple[int, ...] = (52, 55, 59)
    order = rng.choice(((0, 1, 2, 1), (0, 2, 1, 2)))
    for bar in range(plan.bars):
        start, bass = bar * plan.beats, plan.bass(bar, 40)
        voices = lead(voices, plan.chord(bar), 50, 64)
        pen.play(start, plan.beats * 0.95, bass, 70)
        if broken:
            for k in range(1, 2 * plan.beats):
                pen.play(start + k / 2, 0.6, voices[order[k % 4]], 54)
        else:
            for beat in range(1, plan.beats) if plan.beats == 3 else range(0, plan.beats, 2):
                for voice in voices[:2]:
                    pen.play(start + beat, 0.9 if plan.beats == 3 else 1.9, voice, 54)
    return (pen.part(),), ("solo", "arpeggio" if broken else "chords")


def guitar(plan: Plan, rng: Random) -> Arrangement:
    """Finger picking on nylon strings, at times with a flute above."""
    pen = Pen(plan, rng, _NYLON_GUITAR)
    pattern = rng.choice(((0, 2, 1, 3, 2, 1, 3, 2), (0, 1, 2, 3, 2, 1, 2, 3), (0, 3, 2, 1, 3, 2, 1, 2)))
    voices: tuple[int, ...] = (55, 59, 64)
    for bar in range(plan.bars):
        voices = lead(voices, plan.chord(bar), 52, 69)
        strings = (plan.bass(bar, 40), *voices)
        for k in range(2 * plan.beats):
            string = pattern[k % 8]
            pen.play(
                bar * plan.beats + k / 2,
                1.4 if string else plan.beats * 0.9,
                strings[string],
                80 if k % 4 == 0 else 66,
            )
    if rng.random() >= 0.35:
        return (pen.part(),), ("solo", "arpeggio")
    flute = Pen(plan, rng, _FLUTE, volume=92)
    for tone in melody(plan, rng, low=72, high=86, density=0.3, first_bar=1):
        flute.play(tone.beat, tone.beats * 0.92, tone.pitch, 76)
    return (pen.part(), flute.part()), ("arpeggio", "flute")


def organ(plan: Plan, rng: Random) -> Arrangement:
    """A church organ: a chorale in half bars, or a running figure over a pedal note."""
    pen = Pen(plan, rng, _CHURCH_ORGAN, jitter=0.003)
    running = rng.random() < 0.45
    figure = rng.choice(((0, 1, 2, 1), (2, 1, 0, 1), (0, 2, 1, 2)))
    voices: tuple[int, ...] = (60, 64, 67)
    for bar in range(plan.bars):
        start = bar * plan.beats
        pen.play(start, plan.beats * 0.98, plan.bass(bar, 36), 80)
        voices = lead(voices, plan.chord(bar), 57, 76)
        if running:
            for k in range(2 * plan.beats):
                pen.play(
                    start + k / 2, 0.46, voices[figure[k % 4]] + (12 if plan.mood.register >= 0 else 0), 80
                )
            continue
        for half in range(2):
            if half == 1 and rng.random() < 0.6:
                voices = lead(
                    (voices[0], voices[1], voices[2] + rng.choice((-3, 3))), plan.chord(bar), 57, 76
                )
            for voice in voices:
                pen.play(start + half * plan.beats / 2, plan.beats / 2 * 0.97, voice, 80)
    return (pen.part(),), ("solo", "arpeggio" if running else "chords")


def musicbox(plan: Plan, rng: Random) -> Arrangement:
    """A high melody over single plucked chord notes."""
    pen = Pen(plan, rng, _MUSIC_BOX, jitter=0.004)
    for tone in melody(plan, rng, low=81, high=95):
        pen.play(tone.beat, tone.beats, tone.pitch, 90)
    voices: tuple[int, ...] = (67, 71, 74)
    for bar in range(plan.bars):
        voices = lead(voices, plan.chord(bar), 64, 79)
        for beat in range(plan.beats):
            pen.play(bar * plan.beats + beat, 1.0, voices[(0, 2, 1, 2)[beat]], 68)
    return (pen.part(),), ("solo", "arpeggio")
