"""From a seed to a piece: mood, key, tempo and chords first, then the genre's arrangement.

Everything is drawn from one generator seeded by a string, so that a piece is its seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from engine.music import bands, ensembles, keyboards
from engine.music.plan import MOODS, Arrangement, Plan
from engine.music.score import Score
from engine.music.theory import MAJOR, MINOR, MODES, Key, loop, progression

INSTRUMENTS = ("solo", "ensemble", "arpeggio", "chords", "bass", "drums", "synth", "electric guitar")
SOLOISTS = ("lead", "cello", "violin", "flute", "saxophone")
TEMPI = ("slow", "medium", "fast")
_TONICS = (0, 2, 5, 7, 9)  # C, D, F, G, A: few pitches that come often are learnt sooner
_PIECE_SECONDS = 30.0


@dataclass(frozen=True)
class Genre:
    """Tempo range in beats a minute, moods, share of pieces in three-four time, and how it is scored."""

    bpm: tuple[int, int]
    moods: tuple[str, ...]
    arrange: Callable[[Plan, Random], Arrangement]
    waltzes: float = 0.0
    loops: bool = False


GENRES: dict[str, Genre] = {
    "piano": Genre((60, 108), ("calm", "sad", "happy", "dark", "dreamy"), keyboards.piano, 0.25),
    "strings": Genre((50, 76), ("calm", "sad", "dark", "dreamy"), ensembles.strings),
    "guitar": Genre((66, 108), ("calm", "sad", "happy"), keyboards.guitar),
    "chiptune": Genre((96, 138), ("happy", "energetic", "dark"), bands.chiptune),
    "techno": Genre((112, 130), ("energetic", "energetic", "dark"), bands.techno, loops=True),
    "jazz": Genre((88, 138), ("calm", "happy", "sad"), bands.jazz),
    "choir": Genre((50, 76), ("calm", "sad", "dark"), ensembles.choir),
    "organ": Genre((56, 92), ("calm", "dark", "happy"), keyboards.organ),
    "musicbox": Genre((60, 100), ("dreamy", "happy", "sad"), keyboards.musicbox, 0.4),
    "rock": Genre((92, 132), ("energetic", "happy", "dark"), bands.rock, loops=True),
}

TAGS: tuple[str, ...] = (*GENRES, *INSTRUMENTS, *SOLOISTS, "waltz", *TEMPI, *MODES, *MOODS)
"""Every tag that a piece can bear."""


@dataclass(frozen=True)
class Composition:
    """A piece before it sounds: the score, its tags (genre first) and how it was planned."""

    genre: str
    plan: Plan
    score: Score
    tags: tuple[str, ...]


def compose(genre: str, rng: Random) -> Composition:
    """Compose about thirty seconds of a genre, ending with the last bar.

    Raises KeyError where the genre is none of GENRES.
    """
    kind = GENRES[genre]
    plan = _plan(kind, rng)
    parts, heard = kind.arrange(plan, rng)
    waltz = ("waltz",) if plan.beats == 3 else ()
    tags = (genre, *heard, *waltz, _tempo(plan.bpm), plan.key.mode, plan.mood.name)
    return Composition(genre, plan, Score(plan.seconds, parts), tags)


def _plan(kind: Genre, rng: Random) -> Plan:
    mood = MOODS[rng.choice(kind.moods)]
    key = Key(rng.choice(_TONICS), MINOR if rng.random() < mood.minor else MAJOR)
    slow, fast = kind.bpm
    bpm = round(slow + (fast - slow) * rng.uniform(*mood.pace))
    beats = 3 if rng.random() < kind.waltzes else 4
    bars = max(4, round(_PIECE_SECONDS * bpm / 60.0 / beats))
    chords = loop if kind.loops else progression
    return Plan(key, bpm, beats, mood, chords(rng, key.mode, bars))


def _tempo(bpm: int) -> str:
    return TEMPI[0] if bpm < 76 else TEMPI[1] if bpm < 108 else TEMPI[2]
