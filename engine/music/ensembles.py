"""Arrangements for sustained voices: strings and choir."""

from __future__ import annotations

from random import Random

from engine.music.melody import melody
from engine.music.plan import Arrangement, Pen, Plan
from engine.music.theory import lead

_VIOLIN, _CELLO, _STRINGS, _CHOIR = 40, 42, 48, 52


def strings(plan: Plan, rng: Random) -> Arrangement:
    """Held chords of the string orchestra over a cello, at times with a violin above."""
    body = Pen(plan, rng, _STRINGS, volume=110, jitter=0.015)
    cello = Pen(plan, rng, _CELLO, volume=96, jitter=0.01)
    voices: tuple[int, ...] = (60, 64, 67)
    walking = rng.random() < 0.5
    for bar in range(plan.bars):
        start, bass = bar * plan.beats, plan.bass(bar, 38)
        voices = lead(voices, plan.chord(bar), 55 + min(0, plan.mood.register), 74 + plan.mood.register)
        for voice in voices:
            body.play(start, plan.beats, voice, 74)
        if walking:
            fifth = bass + (plan.chord(bar)[2] - bass) % 12
            cello.play(start, plan.beats / 2, bass, 80)
            cello.play(start + plan.beats / 2, plan.beats / 2, fifth, 76)
        else:
            cello.play(start, plan.beats, bass, 80)
    parts, tags = (body.part(), cello.part()), ("ensemble", "cello")
    if rng.random() >= 0.4:
        return parts, tags
    violin = Pen(plan, rng, _VIOLIN, volume=72, jitter=0.01)
    for tone in melody(plan, rng, low=72, high=86, density=0.2, first_bar=1):
        violin.play(tone.beat, tone.beats * 0.97, tone.pitch, 76)
    return (*parts, violin.part()), (*tags, "violin")


def choir(plan: Plan, rng: Random) -> Arrangement:
    """Three or four sung parts that move together and breathe at the ends of phrases."""
    pen = Pen(plan, rng, _CHOIR, jitter=0.01)
    low, high = (45, 67) if plan.mood.register < 0 else (52, 76)
    voices: tuple[int, ...] = (low + 5, low + 9, low + 14)
    full = rng.random() < 0.6
    halves = rng.random() < 0.5
    for bar in range(plan.bars):
        breath = 0.9 if bar % 4 == 3 else 1.0
        for half in range(2 if halves else 1):
            if half:
                voices = (voices[0], voices[1], voices[2] + rng.choice((-3, 3)))
            voices = lead(voices, plan.chord(bar), low, high)
            beats = plan.beats / (2 if halves else 1)
            for voice in voices:
                pen.play(
                    bar * plan.beats + half * beats,
                    beats * (breath if half or not halves else 1.0),
                    voice,
                    84,
                )
        if full:
            pen.play(bar * plan.beats, plan.beats * breath, plan.bass(bar, 40), 82)
    return (pen.part(),), ("ensemble", "chords", *(("bass",) if full else ()))
