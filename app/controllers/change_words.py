"""What was moved, and what differs between two takes, in a few words each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.library.control_events import LAYER, SKIP, TAG, ControlEvent
from engine.library.played_keys import is_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.library.takes import Take

SAME_MOVE_S = 0.5
"""Moves of one control that lie closer than this are one: a slider that was dragged."""
SAME_MOMENT_S = 0.1
MOST_OPEN = 256
"""Events after which those before are settled, though a drag may go on and be two marks then."""
NAMES = {"top_p": "nucleus", "top_k": "top-k", "speaker": "voice"}


Value = float | int | str | None
"""Of a parameter."""


def words(event: ControlEvent, before: Value = None) -> str:
    """What a control event did; ``before``: the value that it replaced, if that is known."""
    value = event.value
    if event.parameter.startswith(TAG):
        tag, weight = event.parameter.removeprefix(TAG), float(value or 0.0)
        if not weight:
            return f"− {tag}"
        return f"+ {tag}" if weight == 1.0 and not before else f"{tag} {weight:.2f}"
    for kind, noun in ((LAYER, "layer"), (SKIP, "skip")):
        if event.parameter.startswith(kind):
            return f"{'+' if value else '−'} {noun} {event.parameter.removeprefix(kind)}"
    name = NAMES.get(event.parameter, event.parameter)
    if event.parameter == "top_k":
        return f"{name} {value or 'off'}"
    if isinstance(value, float):
        return f"{name} {value:.2f}"
    return f"{name} {'anyone' if value is None else value}"


def marks(events: Sequence[ControlEvent], sample_rate: int) -> list[tuple[float, str]]:
    """(seconds, words) of a take's events but its keys, drags taken as one, in order of time."""
    return _marked([event for event in events if not is_key(event)], sample_rate, {})


class Marks:
    """``marks`` of events that come one after another; those of long ago are not looked at again."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._settled: list[tuple[float, str]] = []
        self._values: dict[str, Value] = {}
        self._open: list[ControlEvent] = []
        """Events since nothing moved for so long that no more can be one with those before."""

    def add(self, events: Sequence[ControlEvent]) -> None:
        """Go on with these, in order of time."""
        for event in events:
            if is_key(event):
                continue
            still = self._open and event.sample - self._open[-1].sample >= SAME_MOVE_S * self._rate
            if still or len(self._open) >= MOST_OPEN:
                self._settled += _marked(self._open, self._rate, self._values)
                self._open = []
            self._open.append(event)

    def all(self) -> list[tuple[float, str]]:
        """See ``marks``."""
        return [*self._settled, *_marked(self._open, self._rate, dict(self._values))]


def _marked(
    events: Sequence[ControlEvent], sample_rate: int, values: dict[str, Value]
) -> list[tuple[float, str]]:
    """See ``marks``; ``values`` holds what each parameter was before, and then what it is after."""
    kept: list[ControlEvent] = []
    last: dict[str, int] = {}
    for event in events:
        at = last.get(event.parameter)
        if at is not None and event.sample - kept[at].sample < SAME_MOVE_S * sample_rate:
            kept[at] = event
        else:
            last[event.parameter] = len(kept)
            kept.append(event)
    found: list[tuple[float, str]] = []
    for event in sorted(kept, key=lambda event: event.sample):
        seconds, text = event.sample / sample_rate, words(event, values.get(event.parameter))
        values[event.parameter] = event.value
        if found and seconds - found[-1][0] < SAME_MOMENT_S:
            found[-1] = (found[-1][0], f"{found[-1][1]}, {text}")
        else:
            found.append((seconds, text))
    return found


def differences(one: Take, other: Take) -> str:
    """What the second take was begun with other than the first: ``temperature 0.96 → 1.20, + flute``."""
    a, b = one.preset, other.preset
    found = []
    if a.id != b.id:
        found.append(f"{a.name} → {b.name}")
    for field, name in (("temperature", "temperature"), ("top_p", "nucleus"), ("top_k", "top-k")):
        before, after = getattr(a, field), getattr(b, field)
        if before != after:
            style = ".2f" if isinstance(after, float) else ""
            found.append(f"{name} {before:{style}} → {after:{style}}")
    if a.speaker != b.speaker:
        found.append(f"voice {a.speaker or 'anyone'} → {b.speaker or 'anyone'}")
    for tag in {**a.tags, **b.tags}:
        before, after = a.tags.get(tag, 0.0), b.tags.get(tag, 0.0)
        if before and after and before != after:
            found.append(f"{tag} {before:.2f} → {after:.2f}")
        elif before != after:
            found.append(f"{'+' if after else '−'} {tag}")
    if one.seed != other.seed:
        found.append(f"seed {one.seed} → {other.seed}")
    for wanted, thing in ((False, "moves"), (True, "keys")):
        mine, others = (tuple(e for e in take.events if is_key(e) is wanted) for take in (one, other))
        more = len(others) - len(mine)
        if mine != others and not found:
            found.append(f"{abs(more) or 'other'} {thing} {'more' if more > 0 else 'fewer' if more else ''}")
    return ", ".join(text.strip() for text in found) or "nothing differs"
