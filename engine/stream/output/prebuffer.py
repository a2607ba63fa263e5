"""A model slower than real time plays from a prebuffer: how much of it is made first."""

from __future__ import annotations

from dataclasses import dataclass

from engine.stream.run import Run

SLOW = 1.1
"""×RT below which a stream needs a prebuffer."""
WARM_UP_SOUND_S = 0.032
"""Seconds of sound that a new stream makes before it is heard, to see how quick it is."""
WARM_UP_WORK_S = 0.3
"""Seconds of work after which a slow one has shown what it can."""
PLAYED_S = 10.0
"""Seconds that the prebuffer should let a slow stream play on, …"""
LONGEST_FILL_S = 15.0
"""… unless filling it took longer than so many seconds."""
LEAST_S = 0.5


@dataclass(frozen=True)
class Prebuffer:
    """Samples made before a slow stream is heard, and again whenever it has run dry."""

    samples: int
    explanation: str


def has_shown_its_speed(run: Run) -> bool:
    """Whether ``run`` has made so much that ``needed_prebuffer`` can judge it."""
    made_s = (run.generated - run.first) / run.sample_rate
    worked_s = made_s / run.real_time_factor if made_s else 0.0
    return run.judged or made_s >= WARM_UP_SOUND_S or worked_s >= WARM_UP_WORK_S or run.complete


def needed_prebuffer(run: Run) -> Prebuffer | None:
    """What ``run`` needs, going by the blocks it has made; None where it keeps up with real time."""
    factor = run.best_factor
    if factor >= SLOW:
        return None
    seconds = max(LEAST_S, min(PLAYED_S * (1.0 - min(factor, 0.95)), LONGEST_FILL_S * factor))
    name = run.request.preset.model
    explanation = (
        f"model {name} runs at {factor:.2f} × real time on this machine: "
        f"it plays after a buffer of {seconds:.1f} s, with breaks; the take has none"
    )
    return Prebuffer(round(seconds * run.sample_rate), explanation)
