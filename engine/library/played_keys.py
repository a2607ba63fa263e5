"""Keys that are played while a stream runs: as control events of its take, as its guide track, as notes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.errors import StudioError, shortened
from engine.generation.conditions import StreamConditions
from engine.library.control_events import NOTE, PEDAL, ControlEvent
from engine.music.condition import learnt_scores, plays_scores
from engine.music.guide import feedback_gain
from engine.music.keyboard import Keyboard, KeyChange, PlayedNote
from engine.music.live_guide import LiveGuide
from engine.wavenet.config import ModelConfig

if TYPE_CHECKING:
    from engine.library.takes import Take


def takes_keys(config: ModelConfig) -> bool:
    """Whether a model of this shape can be led by notes that are played live: it hears them as its past."""
    return plays_scores(config) and not learnt_scores(config)


def is_key(event: ControlEvent) -> bool:
    """Whether a key or the pedal went down or up."""
    return event.parameter == PEDAL or event.parameter.startswith(NOTE)


def event_of(sample: int, change: KeyChange) -> ControlEvent:
    """How a take keeps ``change`` at ``sample``."""
    parameter = PEDAL if change.pitch is None else f"{NOTE}{change.pitch}"
    return ControlEvent(sample, parameter, change.velocity)


def change_of(event: ControlEvent) -> KeyChange:
    """What ``event_of`` made the event of. Raises StudioError where it makes no sense."""
    name, value = event.parameter.removeprefix(NOTE), event.value
    number = name.isascii() and name.isdigit() and len(name) <= 3
    pitch = None if event.parameter == PEDAL else int(name) if number else 128
    if pitch is not None and pitch > 127:
        key = shortened(event.parameter, 40)
        raise StudioError(
            f"control event at sample {event.sample}: {key!r} is no key; note.0 to note.127 are"
        )
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 127:
        raise StudioError(
            f"control event at sample {event.sample}: velocity {shortened(repr(value), 40)} is not a whole "
            "number from 0 to 127"
        )
    return KeyChange(pitch, value)


def led_by_keys(config: ModelConfig, conditions: StreamConditions, first: int) -> StreamConditions:
    """``conditions`` with a guide track for keys, if a model of this shape takes any.

    ``first``: the sample of the stream at which its take begins.
    """
    if not takes_keys(config):
        return conditions
    guide = LiveGuide(config.sample_rate, feedback_gain(config), conditions.feedback, first)
    return replace(conditions, feedback=guide)


def play_events(conditions: StreamConditions, events: Iterable[ControlEvent]) -> None:
    """Play those of ``events``, in order, that are keys. Raises StudioError where the model takes none."""
    guide = conditions.feedback
    for event in events:
        if is_key(event):
            if not isinstance(guide, LiveGuide):
                raise StudioError(f"control event at sample {event.sample}: this model takes no keys")
            guide.play(event.sample, change_of(event))


def releases(events: Iterable[ControlEvent], sample: int) -> list[ControlEvent]:
    """Events at ``sample`` that let all go that ``events``, in order, hold then. Raises StudioError."""
    keyboard = Keyboard(1)
    for event in events:
        if is_key(event):
            keyboard.play(event.sample, change_of(event))
    return [event_of(sample, change) for change in keyboard.releases()]


def played_notes(take: Take) -> tuple[PlayedNote, ...]:
    """The notes that were played into a take, in the order in which they ended; some may not have.

    Raises StudioError where an event makes no sense.
    """
    keyboard = Keyboard(take.sample_rate)
    for event in sorted(take.events, key=lambda event: event.sample):
        if is_key(event):
            keyboard.play(event.sample, change_of(event))
    return keyboard.notes
