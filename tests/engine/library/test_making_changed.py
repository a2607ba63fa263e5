"""A take with other changes: the same samples before the first that differs, whatever they are."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import StudioError
from engine.kernels.reference import ReferenceKernel
from engine.library.control_events import ControlEvent
from engine.library.making_again import make_again, make_changed
from engine.library.packed_codes import pack_codes
from engine.library.replay import replay
from engine.library.takes import Take
from engine.wavenet.model_file import ModelFile
from tests.models import save_tiny_model
from tests.takes import TINY_SETTINGS, tiny_take

LENGTH = 120
EVENTS = st.lists(
    st.builds(
        ControlEvent,
        st.integers(0, LENGTH + 50),
        st.sampled_from(["temperature", "tags.piano", "tags.calm"]),
        st.floats(0.1, 2.0),
    ),
    max_size=5,
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    return save_tiny_model(tmp_path_factory.mktemp("model") / "tiny.safetensors")


def take_with(model: ModelFile, events: list[ControlEvent], prime: str = "") -> Take:
    ordered = tuple(sorted(events, key=lambda event: event.sample))
    settings = dataclasses.replace(TINY_SETTINGS, samples=LENGTH, events=ordered, prime=prime)
    return dataclasses.replace(tiny_take(replay(settings, ReferenceKernel(model)), ordered), prime=prime)


def differing_from(one: list[ControlEvent], other: list[ControlEvent]) -> int:
    """The first sample for which the two say something else, event by event in order of time."""
    for sample in range(LENGTH):
        if [e for e in one if e.sample == sample] != [e for e in other if e.sample == sample]:
            return sample
    return LENGTH


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=EVENTS, new=EVENTS, primed=st.booleans())
def test_before_the_first_change_the_samples_are_the_same_and_all_can_be_made_again(
    model: ModelFile, old: list[ControlEvent], new: list[ControlEvent], primed: bool
) -> None:
    prime = pack_codes(np.arange(30, dtype=np.uint8)) if primed else ""
    take = take_with(model, old, prime)
    first = differing_from(old, new)
    if first == LENGTH:
        return
    changed = make_changed(take, new, model, lambda done: True)
    assert changed is not None
    assert (changed.parent, changed.parent_sample, changed.length) == (take.id, first, LENGTH)
    np.testing.assert_array_equal(changed.codes[:first], take.codes[:first])
    assert make_again(changed, model) is None


def test_it_is_another_take_with_nothing_of_the_olds_marks(model: ModelFile) -> None:
    take = dataclasses.replace(take_with(model, []), starred=True, recovered=True, group="g")
    seen: list[float] = []
    hot = [ControlEvent(100, "temperature", 2.0)]
    changed = make_changed(take, hot, model, lambda done: seen.append(done) is None)
    assert changed is not None
    assert changed.id != take.id
    assert (changed.name, changed.starred, changed.recovered, changed.group) == ("", False, False, "")
    assert (changed.codes[100:] != take.codes[100:]).any()
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_it_can_be_ended_and_nothing_to_change_is_told(model: ModelFile) -> None:
    take = take_with(model, [])
    assert make_changed(take, [ControlEvent(1, "temperature", 2.0)], model, lambda done: False) is None
    with pytest.raises(StudioError, match="nothing was changed"):
        make_changed(take, [], model, lambda done: True)
    with pytest.raises(StudioError, match="unknown parameter"):
        make_changed(take, [ControlEvent(1, "wind", 2.0)], model, lambda done: True)
