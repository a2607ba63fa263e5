"""What a user moved while a stream ran, and when; a take holds it beside the settings that it began with."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Annotated

from annotated_types import Ge
from pydantic.dataclasses import dataclass as checked

from engine.errors import StudioError, shortened
from engine.wavenet.config import STRICT, GenerationParams, parse_params
from engine.wavenet.philox import SEED_LIMIT

TAG = "tags."
LAYER = "layers."
SKIP = "skips."
SEED = "seed"
"""The parameter of an event from which on a stream draws with another seed: there a branch begins."""
NOTE = "note."
"""Before the MIDI pitch of a key that went down or up; the value is its velocity, 0 where it went up."""
PEDAL = "pedal"
"""The parameter of an event in which the sustain pedal went down, 1…127, or up, 0."""


@checked(frozen=True, config=STRICT)
class ControlEvent:
    """A parameter that changed while a stream ran."""

    sample: Annotated[int, Ge(0)]
    """The first sample drawn with it, counted from the take's start."""
    parameter: str
    """A field of ``GenerationParams``, ``tags.NAME`` for one tag's weight, ``layers.NUMBER`` for whether a
    layer is at work (1) or muted (0), ``skips.NUMBER`` for whether it gives to the skip sum, ``seed``,
    ``note.PITCH`` or ``pedal``."""
    value: float | int | str | None

    @property
    def steers(self) -> bool:
        """Whether it changes the ``GenerationParams``: no seed does, and no key that is played."""
        return self.parameter not in (SEED, PEDAL) and not self.parameter.startswith(NOTE)


def changes(sample: int, old: GenerationParams, new: GenerationParams) -> tuple[ControlEvent, ...]:
    """The events that lead from ``old`` to ``new`` at ``sample``; none where nothing changed."""
    old_tags, new_tags = dict(old.tags), dict(new.tags)
    plain = [
        ControlEvent(sample, name, getattr(new, name))
        for name in ("temperature", "top_k", "top_p", "speaker")
        if getattr(old, name) != getattr(new, name)
    ]
    tags = [
        ControlEvent(sample, TAG + tag, new_tags.get(tag, 0.0))
        for tag in {**old_tags, **new_tags}
        if old_tags.get(tag, 0.0) != new_tags.get(tag, 0.0)
    ]
    layers = [
        ControlEvent(sample, f"{kind}{layer}", int(layer in before))
        for kind, before, after in ((LAYER, old.muted, new.muted), (SKIP, old.unskipped, new.unskipped))
        for layer in sorted(set(before) ^ set(after))
    ]
    return (*plain, *tags, *layers)


def apply(params: GenerationParams, event: ControlEvent) -> GenerationParams:
    """``params`` after ``event``. Raises StudioError where parameter or value make no sense."""
    fields = dataclasses.asdict(params)
    if event.parameter.startswith(TAG):
        weights = {**dict(params.tags), event.parameter.removeprefix(TAG): event.value}
        fields["tags"] = tuple(weights.items())
    elif event.parameter.startswith(LAYER):
        fields["muted"] = _switched(params.muted, event)
    elif event.parameter.startswith(SKIP):
        fields["unskipped"] = _switched(params.unskipped, event)
    elif event.parameter in fields and event.parameter not in ("tags", "muted", "unskipped"):
        fields[event.parameter] = event.value
    else:
        raise StudioError(f"control event at sample {event.sample}: unknown parameter {event.parameter!r}")
    return parse_params(fields)


def _switched(off: tuple[int, ...], event: ControlEvent) -> tuple[int, ...]:
    """The layers ``off`` after an event of one of them."""
    layer = event.parameter.partition(".")[2]
    if not (layer.isascii() and layer.isdecimal()) or len(layer) > 4 or event.value not in (0, 1):
        raise StudioError(
            f"control event at sample {event.sample}: {shortened(event.parameter, 40)} is "
            f"{shortened(repr(event.value), 40)}; a layer's number and 0 or 1 are wanted"
        )
    others = set(off) - {int(layer)}
    return tuple(sorted(others if event.value else {*others, int(layer)}))


def params_at(params: GenerationParams, events: Iterable[ControlEvent]) -> GenerationParams:
    """``params`` after all of ``events`` that steer them, in order. Raises StudioError."""
    for event in events:
        params = apply(params, event) if event.steers else params
    return params


def seed_at(seed: int, events: Iterable[ControlEvent]) -> int:
    """The seed that is drawn with after all of ``events``. Raises StudioError where one of them is none."""
    for event in events:
        if event.parameter == SEED:
            seed = seed_of(event)
    return seed


def seed_of(event: ControlEvent) -> int:
    """The seed of an event that changes it. Raises StudioError where it is none."""
    value = event.value
    if not isinstance(value, int) or not 0 <= value < SEED_LIMIT:
        raise StudioError(
            f"control event at sample {event.sample}: seed {shortened(repr(value), 40)} is not a whole "
            f"number from 0 to {SEED_LIMIT - 1}"
        )
    return value
