"""A take's control events as rows that can be edited, and edits back as control events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.controllers.change_words import NAMES
from app.panels.sampling import HOTTEST, LEAST_TOP_P
from app.plots.change_lanes import ChangeRow
from app.widgets.tag_chip import HEAVIEST
from engine.library.control_events import LAYER, SKIP, TAG, ControlEvent
from engine.wavenet.mulaw import LEVELS

if TYPE_CHECKING:
    from engine.wavenet.config import GenerationParams, ModelConfig

RANGES = {"temperature": (0.0, HOTTEST), "top_p": (LEAST_TOP_P, 1.0), "top_k": (0.0, float(LEVELS))}
"""Lowest and highest value of a row; a take that went beyond has higher ones."""

Value = float | int | str | None


@dataclass(frozen=True)
class Edits:
    """Changes of a take that ``length`` samples are long, at ``rate`` Hz; ``parameters`` name the rows."""

    start: GenerationParams
    events: tuple[ControlEvent, ...]
    speakers: tuple[str, ...]
    rate: int
    length: int

    @property
    def parameters(self) -> tuple[str, ...]:
        """Those that were moved first, then those that can be."""
        moved = [event.parameter for event in self.events if event.steers]
        used = [
            name for name in moved if not name.startswith((LAYER, SKIP))
        ]  # those have a lane of their own
        weighed = [TAG + tag for tag, weight in self.start.tags if weight]
        voices = ["speaker"] if len(self.speakers) > 1 else []
        known = [name for name in used if name != "speaker" or self.speakers]
        return tuple(dict.fromkeys([*known, "temperature", *weighed, *voices]))

    def rows(self) -> list[ChangeRow]:
        """What is shown of them, a row for each of ``parameters``."""
        return [self._row(parameter) for parameter in self.parameters]

    def moved(self, row: int, point: int, seconds: float, value: float) -> tuple[ControlEvent, ...]:
        """The events with a point elsewhere."""
        parameter = self.parameters[row]
        return self._with(parameter, self._place(parameter, point), seconds, value)

    def added(self, row: int, seconds: float, value: float) -> tuple[ControlEvent, ...]:
        """The events with another point."""
        return self._with(self.parameters[row], None, seconds, value)

    def removed(self, row: int, point: int) -> tuple[ControlEvent, ...]:
        """The events without a point."""
        place = self._place(self.parameters[row], point)
        return self.events[:place] + self.events[place + 1 :]

    def _row(self, parameter: str) -> ChangeRow:
        points = [
            (event.sample / self.rate, self._number(parameter, event.value)) for event in self._of(parameter)
        ]
        if parameter == "speaker":
            start = self._number(parameter, self.start.speaker)
            return ChangeRow("voice", start, 0.0, len(self.speakers) - 1.0, tuple(points), self.speakers)
        if parameter.startswith(TAG):
            title = parameter.removeprefix(TAG)
            start, (low, high) = dict(self.start.tags).get(title, 0.0), (0.0, HEAVIEST)
        else:
            title = NAMES.get(parameter, parameter)
            start, (low, high) = float(getattr(self.start, parameter)), RANGES[parameter]
        return ChangeRow(
            title, start, low, max([high, start, *(value for _, value in points)]), tuple(points)
        )

    def _of(self, parameter: str) -> list[ControlEvent]:
        return [event for event in self.events if event.parameter == parameter]

    def _place(self, parameter: str, point: int) -> int:
        """Where in ``events`` the point of a row stands."""
        return [n for n, event in enumerate(self.events) if event.parameter == parameter][point]

    def _with(
        self, parameter: str, replaced: int | None, seconds: float, value: float
    ) -> tuple[ControlEvent, ...]:
        sample = min(max(0, round(seconds * self.rate)), self.length - 1)
        events = [event for n, event in enumerate(self.events) if n != replaced]
        event = ControlEvent(sample, parameter, self._value(parameter, value))
        return in_order([*events, event])

    def _number(self, parameter: str, value: Value) -> float:
        if parameter == "speaker":
            return float(self.speakers.index(value)) if value in self.speakers else 0.0
        return float(value or 0.0)

    def _value(self, parameter: str, number: float) -> Value:
        if parameter == "speaker":
            return self.speakers[min(max(0, round(number)), len(self.speakers) - 1)]
        if parameter == "top_k":
            return round(number)
        return max(RANGES.get(parameter, (0.0, 0.0))[0], round(number, 2))


def in_order(events: Sequence[ControlEvent]) -> tuple[ControlEvent, ...]:
    """By time; those of one moment stay as they were."""
    return tuple(sorted(events, key=lambda event: event.sample))


def edits_of(
    start: GenerationParams, events: Sequence[ControlEvent], config: ModelConfig, rate: int, length: int
) -> Edits:
    """The changes of a take of a model."""
    return Edits(start, in_order(events), config.speakers, rate, length)
