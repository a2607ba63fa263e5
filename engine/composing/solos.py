"""Pieces of one melody line alone: a voice of the genre, and nothing with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from engine.composing import chip
from engine.composing.melody import Tone, melody, perform
from engine.composing.plan import Arrangement, Pen, Plan


@dataclass(frozen=True)
class Voice:
    """A General MIDI program (or a voice of the chip) and the pitches that a line may take."""

    program: int
    low: int
    high: int
    tags: tuple[str, ...] = ("solo",)
    swing: float = 0.5


VOICES: dict[str, tuple[Voice, ...]] = {
    "piano": (Voice(0, 36, 96),),
    "strings": (Voice(40, 56, 86, ("solo", "violin")), Voice(42, 38, 69, ("solo", "cello"))),
    "guitar": (Voice(24, 41, 79),),
    "organ": (Voice(19, 38, 88),),
    "musicbox": (Voice(10, 66, 98),),
    "jazz": (Voice(66, 46, 78, ("solo", "saxophone"), swing=0.64),),
    "chiptune": (
        Voice(chip.PULSE_QUARTER, 57, 96, ("solo", "synth")),
        Voice(chip.PULSE_EIGHTH, 57, 96, ("solo", "synth")),
        Voice(chip.TRIANGLE, 36, 81, ("solo", "synth")),
    ),
}
"""Of the genres in which one player may be alone."""

_SPAN = 15  # semitones of the range that one piece keeps to, bridge aside


def line(plan: Plan, rng: Random, voices: tuple[Voice, ...]) -> Arrangement:
    """A melody from the first bar to the last, by one of the voices."""
    voice = rng.choice(voices)
    low = rng.randint(voice.low, voice.high - _SPAN)
    shifts = (voice.low - low, voice.high - _SPAN - low)
    sections = tuple(
        replace(section, melody=True, shift=max(shifts[0], min(shifts[1], section.shift)))
        for section in plan.sections
    )
    plan = replace(plan, sections=sections)
    strict = "synth" in voice.tags  # the chip's timing is a machine's
    pen = Pen(plan, rng, voice.program, jitter=0.0 if strict else 0.008)
    start = low - plan.mood.register  # the voice's range counts, not the mood's
    tones = melody(plan, rng, low=start, high=start + _SPAN, density=rng.uniform(0.4, 0.9))
    tones = joined(tones)
    legato = rng.uniform(0.95, 1.0)
    perform(pen, tones, 92, legato=legato, swing=voice.swing, lean=0.0 if strict else 0.012)
    return (pen.part(),), voice.tags


def joined(tones: list[Tone]) -> list[Tone]:
    """The melody without rests: each tone lasts until the next, so that a lone voice is never silent."""
    ends = [*(tone.beat for tone in tones[1:]), tones[-1].beat + tones[-1].beats]
    return [replace(tone, beats=end - tone.beat) for tone, end in zip(tones, ends, strict=True)]
