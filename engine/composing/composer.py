"""From a seed to a piece: mood, key, tempo and chords first, then the genre's arrangement.

Everything is drawn from one generator seeded by a string, so that a piece is its seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from engine.composing import bands, ensembles, keyboards
from engine.composing.form import sections
from engine.composing.plan import MOODS, Arrangement, Plan
from engine.composing.solos import VOICES, line
from engine.composing.theory import MAJOR, MINOR, MODES, Key, loop, progression
from engine.music.score import Score

INSTRUMENTS = ("solo", "ensemble", "arpeggio", "chords", "bass", "drums", "synth", "electric guitar")
SOLOISTS = ("lead", "cello", "violin", "flute", "saxophone")
TEMPI = ("slow", "medium", "fast")
TRIES = 300
_PIECE_SECONDS = 29.0
_ALONE = 0.06  # of the pieces in the genres that have a voice for it: 4 % of all


@dataclass(frozen=True)
class Genre:
    """Tempo range in beats a minute, moods, share of pieces in three-four time, and how it is scored.

    ``steady`` genres keep their tempo to the end; ``loops`` go round the same four chords.
    """

    bpm: tuple[int, int]
    moods: tuple[str, ...]
    arrange: Callable[[Plan, Random], Arrangement]
    waltzes: float = 0.0
    loops: bool = False
    steady: bool = False


GENRES: dict[str, Genre] = {
    "piano": Genre((60, 108), ("calm", "sad", "happy", "dark", "dreamy"), keyboards.piano, 0.25),
    "strings": Genre((50, 76), ("calm", "sad", "dark", "dreamy"), ensembles.strings),
    "guitar": Genre((66, 108), ("calm", "sad", "happy"), keyboards.guitar),
    "chiptune": Genre((96, 138), ("happy", "energetic", "dark"), bands.chiptune, steady=True),
    "techno": Genre((112, 130), ("energetic", "energetic", "dark"), bands.techno, loops=True, steady=True),
    "jazz": Genre((88, 138), ("calm", "happy", "sad"), bands.jazz),
    "choir": Genre((50, 76), ("calm", "sad", "dark"), ensembles.choir),
    "organ": Genre((56, 92), ("calm", "dark", "happy"), keyboards.organ),
    "musicbox": Genre((60, 100), ("dreamy", "happy", "sad"), keyboards.musicbox, 0.4),
    "rock": Genre((92, 132), ("energetic", "happy", "dark"), bands.rock, loops=True, steady=True),
}

CHIP_GENRE = "chiptune"
"""The one genre that is played by ``chip``, not by FluidSynth."""

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
    plan = _plan(genre, rng)
    parts, sounding_tags = line(plan, rng, VOICES[genre]) if plan.alone else kind.arrange(plan, rng)
    waltz = ("waltz",) if plan.beats == 3 else ()
    tags = (genre, *sounding_tags, *waltz, _tempo(plan.bpm), plan.key.mode, plan.mood.name)
    return Composition(genre, plan, Score(plan.seconds, parts), tags)


def compose_like(genre: str, seed: int, wanted: Sequence[str]) -> Composition:
    """Of TRIES pieces of a genre that follow from ``seed``, the first with the most of the ``wanted`` tags.

    Raises KeyError where the genre is none of GENRES.
    """
    best, most = None, -1
    for number in range(TRIES if wanted else 1):
        piece = compose(genre, Random(f"{seed}-{genre}-{number}"))
        found = len(set(wanted) & set(piece.tags))
        if found > most:
            best, most = piece, found
        if found == len(set(wanted)):
            break
    assert best is not None
    return best


def _plan(genre: str, rng: Random) -> Plan:
    kind = GENRES[genre]
    mood = MOODS[rng.choice(kind.moods)]
    key = Key(rng.randrange(12), MINOR if rng.random() < mood.minor else MAJOR)
    slow, fast = kind.bpm
    bpm = round(slow + (fast - slow) * rng.uniform(*mood.pace))
    beats = 3 if rng.random() < kind.waltzes else 4
    bars = max(4, round(_PIECE_SECONDS * bpm / 60.0 / beats))
    form = sections(rng, bars)
    parts = [(section.material, section.bars) for section in form]
    roots = loop(rng, key.mode, bars) if kind.loops else progression(rng, key.mode, parts)
    slowing = 1.0 if kind.steady else rng.uniform(1.2, 1.6)
    alone = genre in VOICES and rng.random() < _ALONE
    return Plan(key, bpm, beats, mood, roots, form, slowing, alone)


def _tempo(bpm: int) -> str:
    return TEMPI[0] if bpm < 76 else TEMPI[1] if bpm < 108 else TEMPI[2]
