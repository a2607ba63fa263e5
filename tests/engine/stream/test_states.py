from __future__ import annotations

import pytest

from engine.stream.states import State, StateMachine

ALL = ("idle", "preparing", "buffering", "playing", "paused", "playback")


def machine_in(state: str) -> StateMachine:
    machine = StateMachine()
    if state == "paused":
        machine.enter(State.PLAYBACK)
        machine.hold()
    elif state != "idle":
        machine.enter(State.PREPARING)
        machine.enter(State(state))
    return machine


def test_the_states_are_the_six_of_the_design() -> None:
    assert tuple(State) == ALL


@pytest.mark.parametrize("state", ["idle", "buffering", "playing", "paused"])
def test_from_idle_nothing_sounds_or_holds_before_it_was_prepared(state: str) -> None:
    with pytest.raises(ValueError, match=f"cannot go from idle to {state}"):
        StateMachine().enter(State(state))


@pytest.mark.parametrize("state", ["preparing", "buffering", "playing", "playback"])
def test_a_pause_goes_back_to_what_it_held(state: str) -> None:
    machine = machine_in(state)
    machine.hold()
    assert machine.state == "paused"
    machine.release()
    assert machine.state == state


@pytest.mark.parametrize("state", ["idle", "paused"])
def test_there_is_nothing_to_hold_in_some_states(state: str) -> None:
    with pytest.raises(ValueError, match=f"cannot go from {state} to paused"):
        machine_in(state).hold()


@pytest.mark.parametrize("state", [state for state in ALL if state != "paused"])
def test_only_a_pause_can_be_released(state: str) -> None:
    with pytest.raises(ValueError, match=f"cannot go on from {state}"):
        machine_in(state).release()


@pytest.mark.parametrize("state", [state for state in ALL if state != "idle"])
def test_everything_can_end(state: str) -> None:
    machine = machine_in(state)
    machine.enter(State.IDLE)
    assert machine.state == "idle"
