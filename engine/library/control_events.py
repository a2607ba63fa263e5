"""What a user moved while a stream ran, and when; a take holds it beside the settings that it began with."""

from __future__ import annotations

import dataclasses
from typing import Annotated

from annotated_types import Ge
from pydantic.dataclasses import dataclass as checked

from engine.errors import StudioError
from engine.wavenet.config import STRICT, GenerationParams, parse_params

TAG = "tags."


@checked(frozen=True, config=STRICT)
class ControlEvent:
    """A parameter that changed while a stream ran."""

    sample: Annotated[int, Ge(0)]
    """The first sample drawn with it, counted from the take's start."""
    parameter: str
    """A field of ``GenerationParams``, or ``tags.NAME`` for one tag's weight."""
    value: float | int | str | None


def changes(sample: int, old: GenerationParams, new: GenerationParams) -> tuple[ControlEvent, ...]:
    """The events that lead from ``old`` to ``new`` at ``sample``; none where nothing changed."""
    before, after = dict(old.tags), dict(new.tags)
    plain = [
        ControlEvent(sample, name, getattr(new, name))
        for name in ("temperature", "top_k", "top_p", "speaker")
        if getattr(old, name) != getattr(new, name)
    ]
    tags = [
        ControlEvent(sample, TAG + tag, after.get(tag, 0.0))
        for tag in {**before, **after}
        if before.get(tag, 0.0) != after.get(tag, 0.0)
    ]
    return (*plain, *tags)


def apply(params: GenerationParams, event: ControlEvent) -> GenerationParams:
    """``params`` after ``event``. Raises StudioError where parameter or value make no sense."""
    fields = dataclasses.asdict(params)
    if event.parameter.startswith(TAG):
        weights = {**dict(params.tags), event.parameter.removeprefix(TAG): event.value}
        fields["tags"] = tuple(weights.items())
    elif event.parameter in fields and event.parameter != "tags":
        fields[event.parameter] = event.value
    else:
        raise StudioError(f"control event at sample {event.sample}: unknown parameter {event.parameter!r}")
    return parse_params(fields)
