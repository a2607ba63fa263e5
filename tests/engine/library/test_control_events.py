"""What was moved while a stream ran: from one set of parameters to the next."""

from __future__ import annotations

import dataclasses

import pytest

from engine.errors import StudioError
from engine.library.control_events import ControlEvent, apply, changes
from engine.wavenet.config import GenerationParams, parse_params


def test_the_events_between_two_sets_of_parameters_lead_from_one_to_the_other() -> None:
    old = GenerationParams(temperature=1.0, speaker="slt", tags=(("piano", 1.0), ("calm", 0.5)))
    new = GenerationParams(temperature=0.5, top_k=9, top_p=0.9, tags=(("calm", 0.5), ("fast", 2.0)))
    events = changes(128, old, new)
    assert set(events) == {
        ControlEvent(128, "temperature", 0.5),
        ControlEvent(128, "top_k", 9),
        ControlEvent(128, "top_p", 0.9),
        ControlEvent(128, "speaker", None),
        ControlEvent(128, "tags.piano", 0.0),
        ControlEvent(128, "tags.fast", 2.0),
    }
    reached = old
    for event in events:
        reached = apply(reached, event)
    assert dict(reached.tags) == {"piano": 0.0, "calm": 0.5, "fast": 2.0}
    assert dataclasses.replace(reached, tags=()) == dataclasses.replace(new, tags=())


def test_parameters_that_stay_give_no_event() -> None:
    old = GenerationParams(tags=(("piano", 0.0), ("calm", 1.0)))
    assert changes(0, old, GenerationParams(tags=(("calm", 1.0),))) == ()


@pytest.mark.parametrize("parameter", ["volume", "tags", ""])
def test_an_event_of_no_known_parameter_is_refused(parameter: str) -> None:
    with pytest.raises(StudioError, match=f"sample 5: unknown parameter '{parameter}'"):
        apply(GenerationParams(), ControlEvent(5, parameter, 1.0))


def test_an_event_with_an_absurd_value_is_refused() -> None:
    with pytest.raises(StudioError, match="temperature: input should be less than or equal to 4"):
        apply(GenerationParams(), ControlEvent(5, "temperature", 40.0))


def test_muting_layers_gives_an_event_a_layer_and_leads_back() -> None:
    old, new = GenerationParams(muted=(1, 12)), GenerationParams(muted=(3, 12))
    events = changes(7, old, new)
    assert events == (ControlEvent(7, "layers.1", 1), ControlEvent(7, "layers.3", 0))
    reached = old
    for event in events:
        reached = apply(reached, event)
    assert reached == new
    assert new.unmuted() == GenerationParams()
    plain = GenerationParams(temperature=0.5)
    assert plain.unmuted() is plain


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("layers.", 0), ("layers.x", 0), ("layers.99999", 0), ("layers.1", 2), ("layers.1", None)],
)
def test_a_layer_that_is_none_or_half_muted_is_refused(parameter: str, value: int | None) -> None:
    with pytest.raises(StudioError, match=r"sample 5: .* a layer's number and 0 or 1 are wanted"):
        apply(GenerationParams(), ControlEvent(5, parameter, value))


def test_a_skip_that_is_switched_gives_an_event_beside_those_of_whole_layers() -> None:
    old = GenerationParams(muted=(1,), unskipped=(4, 12))
    new = GenerationParams(unskipped=(1, 12))
    events = changes(7, old, new)
    assert events == (
        ControlEvent(7, "layers.1", 1),
        ControlEvent(7, "skips.1", 0),
        ControlEvent(7, "skips.4", 1),
    )
    reached = old
    for event in events:
        reached = apply(reached, event)
    assert reached == new
    assert new.unmuted() == GenerationParams()


def test_a_skip_of_no_layer_is_refused() -> None:
    with pytest.raises(StudioError, match=r"sample 5: skips.x is 0; a layer's number and 0 or 1 are wanted"):
        apply(GenerationParams(), ControlEvent(5, "skips.x", 0))


def test_parameters_as_the_version_before_kept_them_have_every_skip() -> None:
    kept = {
        "temperature": 0.5,
        "top_k": 0,
        "top_p": 1.0,
        "speaker": None,
        "tags": (),
        "vector": (),
        "muted": (3,),
    }
    assert parse_params(kept) == GenerationParams(temperature=0.5, muted=(3,))
