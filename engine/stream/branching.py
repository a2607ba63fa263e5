"""A stream that plays is gone back in: where a branch of it begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.stream.messages import Request
from engine.stream.run import Run


def rewound(run: Run, played: int, seconds: float, seed: int) -> Callable[[], Request]:
    """What goes on with ``seed`` so many seconds before sample ``played`` of ``run``, as is wanted now.

    Up to half a second more or less, where a state was kept: it is heard the sooner. To be called where one
    can wait for what was played long ago to be read; raises StudioError where it cannot be.
    """
    back = round(seconds * run.sample_rate)
    meant = max(0, played - back)
    origin = run.origin(run.soonest(meant, back // 4) if meant else 0)
    recording = run.material.recording  # of a text, what is made by now
    request = replace(run.request, recording=recording, narration=None)
    request = replace(request, params=run.controls.params, seed=seed, prime="")
    return lambda: replace(request, origin=origin())
