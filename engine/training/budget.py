"""How far a run is: by steps, which makes it repeatable, or by time, which makes it end on time."""

from __future__ import annotations

import re
import time

from engine.errors import StudioError


class Budget:
    """Share of a run that is done; exactly one of ``seconds`` and ``steps`` is given."""

    def __init__(self, *, seconds: float | None = None, steps: int | None = None) -> None:
        if (seconds is None) == (steps is None):
            raise ValueError("give seconds or steps")
        self.seconds = seconds
        self.steps = steps
        self.spent = 0.0
        """Seconds trained before this process (from a checkpoint)."""
        self._started = time.monotonic()
        self._shared_seconds: float | None = None

    def start(self) -> None:
        """Begin to count time."""
        self._started = time.monotonic()

    def leave_out(self, seconds: float) -> None:
        """Do not count so many seconds that have just passed: the run rested."""
        self._started += seconds

    def set_elapsed(self, seconds: float) -> None:
        """Let ``elapsed`` be this until it is set anew: processes that train together need one time."""
        self._shared_seconds = seconds

    def elapsed(self) -> float:
        """Seconds trained, earlier processes included."""
        return self.measured() if self._shared_seconds is None else self._shared_seconds

    def measured(self) -> float:
        """The same by this process's own clock, whatever was set."""
        return self.spent + time.monotonic() - self._started

    def progress(self, step: int) -> float:
        """0 at the start, 1 at the end."""
        if self.steps is not None:
            return min(1.0, step / self.steps)
        assert self.seconds is not None
        return min(1.0, self.elapsed() / self.seconds)


def parse_time(text: str, option: str = "--time") -> float:
    """Seconds of ``90m``, ``2h``, ``45s`` or ``1h30m``; else raises StudioError that names ``option``."""
    match = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", text)
    if not text or match is None:
        raise StudioError(f"{option} {text!r} is not a time; write 90m, 2h or 1h30m")
    hours, minutes, seconds = (int(group or 0) for group in match.groups())
    return float(hours * 3600 + minutes * 60 + seconds)
