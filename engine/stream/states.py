"""The states of live playing, and which may follow which: the only place that says so."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """What the worker does just now."""

    IDLE = "idle"
    """Nothing sounds, nothing is on its way."""
    PREPARING = "preparing"
    """Nothing sounds yet: a model is loaded, or its first samples are made."""
    BUFFERING = "buffering"
    """A stream slower than real time fills its prebuffer, at its start or after it ran dry."""
    PLAYING = "playing"
    """A stream is generated and heard."""
    PAUSED = "paused"
    """Something holds, and goes on from there."""
    PLAYBACK = "playback"
    """Finished samples are played."""


FOLLOWERS = {
    State.IDLE: {State.PREPARING, State.PLAYBACK},
    State.PREPARING: set(State),
    State.BUFFERING: set(State),
    State.PLAYING: set(State),
    State.PAUSED: set(State) - {State.PAUSED},
    State.PLAYBACK: set(State),
}
"""The states that each may turn into. A stream is always prepared first, and only what goes on can hold."""


class StateMachine:
    """The present state, and what a pause goes back to."""

    def __init__(self) -> None:
        self.state = State.IDLE
        self._held = State.IDLE

    def enter(self, state: State) -> None:
        """Change. Raises ValueError where ``state`` cannot follow the present one."""
        if state not in FOLLOWERS[self.state]:
            raise ValueError(f"playing cannot go from {self.state} to {state}")
        self.state = state

    def hold(self) -> None:
        """Pause. Raises ValueError where nothing is there to hold."""
        held = self.state
        self.enter(State.PAUSED)
        self._held = held

    def release(self) -> None:
        """Go back to what was held. Raises ValueError where nothing is."""
        if self.state is not State.PAUSED:
            raise ValueError(f"playing cannot go on from {self.state}")
        self.enter(self._held)
