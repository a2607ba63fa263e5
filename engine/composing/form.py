"""Form: the sections of a piece, how full and how loud each is.

Voices rest, the whole never does: a model that has heard silence go on stays silent when it begins in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

OPENING, THEME, BRIDGE, RETURN, ENDING = "opening", "theme", "bridge", "return", "ending"
MAIN, CONTRAST, SPARSE = range(3)
"""Which of a piece's three accompaniment figures a section has."""


@dataclass(frozen=True)
class Section:
    """Some bars of one texture, from bar ``first`` on.

    ``level`` is a factor on velocities at the section's start and end, ``figure`` one of MAIN,
    CONTRAST and SPARSE, ``shift`` moves the melody in semitones; ``full`` sections double what they can.
    """

    name: str
    first: int
    bars: int
    level: tuple[float, float] = (1.0, 1.0)
    figure: int = MAIN
    melody: bool = True
    bass: bool = True
    full: bool = False
    shift: int = 0

    @property
    def end(self) -> int:
        """The bar after the last one."""
        return self.first + self.bars

    @property
    def material(self) -> int:
        """0 for the piece's theme, 1 for the bridge: what melody and chords are made of."""
        return int(self.name == BRIDGE)


def sections(rng: Random, bars: int) -> tuple[Section, ...]:
    """The form of a piece of ``bars`` bars (at least 4), its sections end to end.

    A plain opening, the theme, a bridge of other chords and thinner texture, the theme again at its
    fullest, an ending; short pieces have no return.
    """
    names = [(OPENING, 2 if bars < 14 or rng.random() < 0.7 else 4)]
    inner = bars - names[0][1] - 2
    if inner < 4:
        names.append((THEME, inner))
    elif inner < 6:
        names += [(THEME, inner - 2), (BRIDGE, 2)]
    else:
        theme, bridge = (4, 4) if inner >= 10 else (inner - 4, 2)
        names += [(THEME, theme), (BRIDGE, bridge), (RETURN, inner - theme - bridge)]
    names.append((ENDING, 2))
    first, form = 0, []
    for name, length in names:
        if length:
            form.append(_section(rng, name, first, length))
        first += length
    return tuple(form)


def _section(rng: Random, name: str, first: int, bars: int) -> Section:
    if name == OPENING:
        level = (rng.uniform(0.7, 0.85), 0.9)
        return Section(name, first, bars, level, SPARSE, melody=rng.random() < 0.5)
    if name == THEME:
        return Section(name, first, bars, (0.8, rng.uniform(0.9, 1.05)))
    if name == BRIDGE:
        melody = rng.random() < 0.75
        level = rng.choice(((0.7, 0.95), (0.9, 0.7), (0.75, 0.75)))
        bass = not melody or rng.random() < 0.35
        return Section(name, first, bars, level, CONTRAST, melody, bass, shift=rng.choice((-5, 5, 7)))
    if name == RETURN:
        return Section(name, first, bars, (0.95, 1.15), full=True, shift=rng.choice((0, 0, 5)))
    return Section(name, first, bars, (rng.uniform(0.85, 1.05), rng.uniform(0.55, 0.8)))
