"""Bass lines: roots, fifths and octaves under the chords."""

from __future__ import annotations

from engine.composing.plan import Pen, Plan

ROOT, FIFTH, OCTAVE = range(3)

Line = tuple[tuple[float, float, int], ...]
"""What a bar plays: beat, beats, and which note of the chord."""

WHOLE: Line = ((0.0, 3.95, ROOT),)
FIFTHS: Line = ((0.0, 1.95, ROOT), (2.0, 1.95, FIFTH))
BEATS: Line = tuple((float(k), 0.9, ROOT) for k in range(4))
QUAVERS: Line = tuple((k / 2, 0.46, ROOT) for k in range(8))
OCTAVES: Line = tuple((k / 2, 0.42, OCTAVE if k % 2 else ROOT) for k in range(8))
GALLOP: Line = tuple((k + at, length, ROOT) for k in range(4) for at, length in ((0.0, 0.45), (0.75, 0.22)))


_LOWEST = 24  # of doubled octaves; below it, pitch is hardly heard


def bassline(
    pen: Pen, plan: Plan, lines: tuple[Line, Line], *, low: int, velocity: float, doubled: bool = False
) -> None:
    """Play the first line, and the second in the bridge, in the octave from pitch ``low`` up.

    Only sections with a bass have one; the last root is held. ``doubled`` adds the octave below in
    full sections.
    """
    for bar in range(plan.bars):
        start = float(bar * plan.beats)
        section, root = plan.section(start), plan.bass(bar, low)
        if not section.bass:
            continue
        if bar == plan.bars - 1:
            pen.play(plan.last, 0.9 * plan.beats, root, velocity)
            return
        steps = {ROOT: 0, FIFTH: (plan.chord(bar)[2] - root) % 12, OCTAVE: 12}
        for at, beats, note in lines[section.material]:
            if at >= plan.beats:
                continue
            beats = min(beats, plan.beats - at)
            pen.play(start + at, beats, root + steps[note], velocity)
            if doubled and section.full and note == ROOT and root - 12 >= _LOWEST:
                pen.play(start + at, beats, root - 12, 0.85 * velocity)
