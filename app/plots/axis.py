"""The one time axis of the stage: which seconds are seen, and where they lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

SHORTEST_S, LONGEST_S = 0.25, 8 * 3600.0
FIRST_SPAN_S = 10.0
PAGE_AT = 0.8
"""Where in the view the playhead turns the page."""
PAGE_TO = 0.1
"""Where it lies on the next page."""
STEPS_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)


@dataclass(frozen=True)
class View:
    """Seconds from ``start_s`` on, ``span_s`` of them (> 0), from the left edge to the right one."""

    start_s: float = 0.0
    span_s: float = FIRST_SPAN_S

    def x(self, seconds: float, width: float) -> float:
        """Where a time lies, in points (or pixels) of a view so wide."""
        return (seconds - self.start_s) / self.span_s * width

    def seconds(self, x: float, width: float) -> float:
        """The time at a place; the inverse of ``x``."""
        return self.start_s + x / width * self.span_s

    def edges(self, first: int, last: int, width: int) -> NDArray[np.float64]:
        """[last - first + 1]: seconds at which the columns of pixels ``first`` … ``last`` begin."""
        edges: NDArray[np.float64] = self.start_s + np.arange(first, last + 1, dtype=np.float64) * (
            self.span_s / width
        )
        return edges

    def zoomed(self, factor: float, at_s: float) -> View:
        """``factor`` times as many seconds, with ``at_s`` where it was."""
        span = min(max(self.span_s * factor, SHORTEST_S), LONGEST_S)
        return View(at_s - (at_s - self.start_s) * span / self.span_s, span)

    def moved(self, seconds: float) -> View:
        """So many seconds later."""
        return View(self.start_s + seconds, self.span_s)

    def within(self, duration_s: float, before_s: float = 0.0) -> View:
        """Nothing earlier than ``before_s`` before 0, and never only what lies behind the end."""
        latest = max(-before_s, duration_s - self.span_s * PAGE_TO)
        return View(min(max(self.start_s, -before_s), latest), self.span_s)

    def paged(self, seconds: float) -> View:
        """The page on which the playhead is seen, with room to the right."""
        place = (seconds - self.start_s) / self.span_s
        if 0.0 <= place <= PAGE_AT:
            return self
        return View(max(0.0, seconds - PAGE_TO * self.span_s), self.span_s)

    def ticks(self, width: float, room: float) -> tuple[float, list[float]]:
        """(step, times): where lines stand in a view so wide, ``room`` points from each other at least."""
        least = self.span_s * room / max(1.0, width)
        step = next((step for step in STEPS_S if step >= least), STEPS_S[-1])
        first, last = (
            int(np.ceil(max(0.0, self.start_s) / step)),
            int(np.floor((self.start_s + self.span_s) / step)),
        )
        return step, [number * step for number in range(first, last + 1)]


class TimeAxis(QObject):
    """The view that all lanes share. ``changed`` when another part is seen."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.view = View()
        self.duration_s = 0.0
        """How long what is shown is by now."""
        self.before_s = 0.0
        """How long what it continues is, which lies before 0."""

    def show(self, view: View) -> None:
        """See another part."""
        view = view.within(max(self.duration_s, 0.0), self.before_s)
        if view != self.view:
            self.view = view
            self.changed.emit()

    def zoom(self, factor: float, at_s: float | None = None) -> None:
        """See ``factor`` times as many seconds, around a time or the middle."""
        middle = self.view.start_s + self.view.span_s / 2.0
        self.show(self.view.zoomed(factor, middle if at_s is None else at_s))

    def scroll(self, seconds: float) -> None:
        """See what is so many seconds later."""
        self.show(self.view.moved(seconds))

    def follow(self, seconds: float) -> None:
        """Turn the page where a time is not seen, or only just."""
        self.show(self.view.paged(seconds))

    def show_all(self) -> None:
        """See the whole of it."""
        if self.duration_s > 0.0:
            span = self.before_s + self.duration_s / PAGE_AT
            self.show(View(-self.before_s, max(SHORTEST_S, span)))
