"""A stream that plays is gone back in: where a branch of it begins."""

from __future__ import annotations

from dataclasses import replace

from engine.stream.messages import Request
from engine.stream.run import Run


def rewound(run: Run, played: int, seconds: float, seed: int) -> Request:
    """What goes on with ``seed`` so many seconds before sample ``played`` of ``run``, as is wanted now.

    Up to half a second more, where a state was kept: it is heard the sooner.
    """
    origin = run.origin(run.before(max(0, played - round(seconds * run.sample_rate))))
    return replace(run.request, params=run.controls.params, seed=seed, origin=origin, prime="")
