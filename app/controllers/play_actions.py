"""Play, stop, pause and start anew: what each is called just now, and whether it can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from engine.stream.states import State

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.player import Player
    from app.panels.transport import Transport

NOTHING_PLAYS = "Nothing is playing"


class PlayActions(QObject):
    """Between these commands, the player and the round button."""

    def __init__(self, transport: Transport, actions: Actions, player: Player) -> None:
        super().__init__()
        self._transport, self._actions, self._player = transport, actions, player
        actions.bind(play=player.toggle, stop=player.stop, pause=player.pause, new_take=player.start)

    def show(self) -> None:
        """Bring them up to date with what sounds and what would."""
        state, preset, actions = self._player.state, self._player.preset, self._actions
        sounding = state not in (State.IDLE, State.PAUSED)
        if self._player.clip:
            actions.describe("play", "Stop", "Stop the clip", "stop")
        elif sounding:
            actions.describe("play", "Stop", "Stop; what was made is kept as a take", "stop")
        elif state == State.PAUSED:
            actions.describe("play", "Go on", "Go on where the pause began", "play")
        else:
            actions.describe("play", "Play", f"Play “{preset.name}”" if preset else "Play", "play")
        no_preset = "" if preset else "There is no preset to play"
        actions.allow("play", no_preset if state == State.IDLE else "")
        actions.allow("new_take", no_preset)
        actions["pause"].setChecked(state == State.PAUSED)
        actions.allow("pause", NOTHING_PLAYS if state in (State.IDLE, State.PREPARING) else "")
        actions.allow("stop", "" if state != State.IDLE else NOTHING_PLAYS)
        self._transport.show_stop(sounding)
