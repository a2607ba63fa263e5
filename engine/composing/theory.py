"""Keys, chords, progressions and voice leading: what every genre's arrangement builds on.

Degrees count from 0 (the tonic) and go on past the octave; pitches are MIDI note numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

MAJOR = "major"
MINOR = "minor"
MODES = (MAJOR, MINOR)

_SCALES = {MAJOR: (0, 2, 4, 5, 7, 9, 11), MINOR: (0, 2, 3, 5, 7, 8, 10)}
_NAMES = ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")

# Weights of the next chord's root, by mode and present root. Diminished chords are left out: held
# for a whole bar they sound like mistakes.
_NEXT: dict[str, dict[int, dict[int, int]]] = {
    MAJOR: {
        0: {3: 3, 5: 3, 4: 2, 1: 1, 2: 1},
        1: {4: 4, 3: 1},
        2: {5: 2, 3: 2},
        3: {4: 3, 0: 2, 1: 1},
        4: {5: 2, 0: 3, 3: 1},
        5: {3: 3, 1: 2, 4: 1},
    },
    MINOR: {
        0: {5: 3, 3: 2, 6: 2, 4: 1},
        2: {5: 2, 6: 2, 3: 1},
        3: {4: 2, 0: 2, 6: 2},
        4: {0: 3, 5: 2},
        5: {6: 3, 2: 2, 3: 2},
        6: {2: 2, 0: 2, 5: 1},
    },
}


@dataclass(frozen=True)
class Key:
    """A tonic (pitch class 0-11, C = 0) and a mode (``major`` or ``minor``)."""

    tonic: int
    mode: str

    def __str__(self) -> str:
        """For people: ``E flat minor``."""
        return f"{_NAMES[self.tonic]} {self.mode}"

    def pitch(self, degree: int, octave: int) -> int:
        """MIDI pitch of a scale degree above the tonic of ``octave`` (4 holds middle C)."""
        octaves, step = divmod(degree, 7)
        return 12 * (octave + 1 + octaves) + self.tonic + _SCALES[self.mode][step]

    def scale(self, low: int, high: int) -> list[int]:
        """Every pitch of the scale from ``low`` to ``high``, both included, rising."""
        classes = {(self.tonic + step) % 12 for step in _SCALES[self.mode]}
        return [pitch for pitch in range(low, high + 1) if pitch % 12 in classes]

    def chord(self, root: int, notes: int = 3) -> tuple[int, ...]:
        """Pitch classes of the chord of stacked thirds on a degree, root first.

        The dominant of a minor key takes the raised leading note, as in practice.
        """
        classes = [self.pitch(root + 2 * i, 4) % 12 for i in range(notes)]
        if self.mode == MINOR and root % 7 == 4:
            classes[1] = (classes[1] + 1) % 12
        return tuple(classes)


def progression(rng: Random, mode: str, sections: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Chord roots, one a bar, of sections (material, bars), closing with a cadence on the tonic.

    Each material, 0 or 1, is a phrase of three chords and a dominant or tonic, again and again.
    """
    phrases = [_phrase(rng, mode, 0), _phrase(rng, mode, rng.choice((3, 5)))]
    roots: list[int] = []
    for material, bars in sections:
        closes = (4, 0) if material == 0 else (4, 4)
        for bar in range(bars):
            roots.append(closes[bar // 4 % 2] if bar % 4 == 3 else phrases[material][bar % 4])
    return (*roots[:-2], 4, 0)


def loop(rng: Random, mode: str, bars: int) -> tuple[int, ...]:
    """Chord roots, one a bar: the same four bars again and again, the last bar on the tonic."""
    phrase = (*_phrase(rng, mode, 0), rng.choice((3, 4) if mode == MAJOR else (5, 6)))
    return (*(phrase[i % 4] for i in range(bars - 1)), 0)


def nearest(classes: tuple[int, ...], pitch: int) -> int:
    """The pitch of one of the pitch classes that lies closest to ``pitch`` (the lower of two)."""
    return min(
        (p for p in range(pitch - 11, pitch + 12) if p % 12 in classes), key=lambda p: (abs(p - pitch), p)
    )


def lead(previous: tuple[int, ...], classes: tuple[int, ...], low: int, high: int) -> tuple[int, ...]:
    """Voices moved to a new chord by the smallest steps, without unisons, rising.

    ``low`` and ``high`` bound the pitches; the span must hold an octave for up to four voices.
    """
    free = [pitch for pitch in range(low, high + 1) if pitch % 12 in classes]
    missing = set(classes)
    voices: list[int] = []
    for i, old in enumerate(previous):
        must = [p for p in free if p % 12 in missing] if len(missing) >= len(previous) - i else []
        voice = min(must or free, key=lambda p: (abs(p - old), p))
        free.remove(voice)
        missing.discard(voice % 12)
        voices.append(voice)
    return tuple(sorted(voices))


def _phrase(rng: Random, mode: str, first: int) -> tuple[int, int, int]:
    roots = [first]
    for _ in range(2):
        ways = _NEXT[mode][roots[-1]]
        roots.append(rng.choices(list(ways), list(ways.values()))[0])
    return roots[0], roots[1], roots[2]
