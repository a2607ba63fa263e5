"""What a user does to preset, controls, score and seed, as steps that can be undone.

It looks what changed once a gesture is over, so that one gesture is one step, whatever it moves.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from app.controllers.held import Held, bent, moved
from app.controllers.history import History, Step

if TYPE_CHECKING:
    from app.controllers.player import Player
    from engine.library.presets import Preset

TOGETHER_S = 1.0
"""Moves of one control that follow each other so soon, by wheel or keys, are one step."""
RELEASE_MS = 50
"""How often to look whether the mouse was let go."""


class PlayerHistory(QObject):
    """Watches the player; a drag with the mouse is one step, from its press to its release."""

    def __init__(
        self,
        player: Player,
        history: History,
        now: Callable[[], float] = time.monotonic,
        pressed: Callable[[], bool] | None = None,
    ) -> None:
        """``pressed`` says whether a mouse button is down."""
        super().__init__()
        self._player, self._history, self._now = player, history, now
        self._pressed = pressed or _mouse_is_down
        self._last = self._hold()
        self._seed_chosen = False
        self._step: _PlayerStep | None = None
        """What the next change may still belong to."""
        self._soon, self._release = QTimer(self), QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.look)
        self._release.setInterval(RELEASE_MS)
        self._release.timeout.connect(self._look_for_release)
        for signal in (
            player.preset_changed,
            player.params_changed,
            player.scores.changed,
            player.speech.changed,
        ):
            signal.connect(self._soon.start)
        player.seeds.chosen.connect(self._choose_seed)

    def stop(self) -> None:
        """Look no more. Can be called twice."""
        self._soon.stop()
        self._release.stop()

    @Slot()
    def look(self) -> None:
        """Note what changed, if anything did, as a step."""
        self._soon.stop()
        before, after = self._last, self._hold()
        chosen, self._seed_chosen = self._seed_chosen, False
        self._last = after
        if self._history.replaying:
            return
        other = _another(before.preset, after.preset)
        scored = after.score != before.score
        names = [*moved(before.params, after.params), *bent(before.manner, after.manner)]
        if before.preset is None or not (other or scored or names or chosen):
            return
        if not other and not names and scored and self._follows_preset(before, after):
            if self._step is not None and self._step is self._history.last:
                self._step.after = after  # the preset's own, which was read aside
            return
        if other:
            text = f"the preset “{after.preset.name}”" if after.preset else "the preset"
        else:
            words = [*names, *(["the score"] if scored else []), *(["the seed"] if chosen else [])]
            text = ", ".join(words) if len(words) < 4 else "moving controls"
        self._note(before, after, text, plain=not other and not scored and not chosen)

    def restore(self, held: Held, *, plain: bool) -> None:
        """Take up what was held; only the parameters where ``plain``."""
        player = self._player
        player.speech.restore(held.manner, None)
        if plain:
            player.set_params(held.params)
        elif player.preset is not held.preset:
            player.take_up(held)
        else:
            player.set_score(held.score, held.source)
            player.set_params(held.params)
            if player.seeds.seed != held.seed:
                player.seeds.set(held.seed)
            if player.seeds.locked != held.locked:
                player.seeds.lock(held.locked)
        if not plain and held.preset is not None:
            player.scores.belong_to(held.preset)
        self._last, self._seed_chosen, self._step = self._hold(), False, None
        self._soon.stop()

    def _note(self, before: Held, after: Held, text: str, *, plain: bool) -> None:
        """``plain`` where only parameters moved."""
        step, at, pressed = self._step, self._now(), self._pressed()
        if pressed:
            self._release.start()
        if plain and step is not None and step is self._history.last and step.plain:
            soon = step.text == text and at - step.at <= TOGETHER_S
            if (pressed and step.pressed) or (soon and not step.pressed and not pressed):
                step.after, step.at = after, at
                return
        self._step = _PlayerStep(self, before, after, text, plain=plain)
        self._step.at, self._step.pressed = at, pressed
        self._history.push(self._step)

    def _follows_preset(self, before: Held, after: Held) -> bool:
        """Whether the score that came is the preset's own, or went with the preset that brought it."""
        if after.score is None:
            return self._came_along(before)
        return (
            after.preset is not None
            and after.preset.score is not None
            and (after.source == after.preset.score)
        )

    def _came_along(self, held: Held) -> bool:
        step = self._step
        brought = step.before.preset if step else None
        return brought is not None and brought.score is not None and held.source == brought.score

    def _hold(self) -> Held:
        player = self._player
        return Held(
            preset=player.preset,
            params=player.params,
            score=player.score,
            recording=player.recordings.recording,
            seed=player.seeds.seed,
            locked=player.seeds.locked,
            source=player.scores.source or "",
            manner=player.speech.manner,
        )

    @Slot()
    def _choose_seed(self) -> None:
        self._seed_chosen = True
        self._soon.start()

    @Slot()
    def _look_for_release(self) -> None:
        if not self._pressed():
            self._release.stop()
            self.look()
            self._step = None


class _PlayerStep(Step):
    """From what was held to what is."""

    def __init__(self, owner: PlayerHistory, before: Held, after: Held, text: str, *, plain: bool) -> None:
        super().__init__(text, self._back, self._forth)
        self.before, self.after, self.plain = before, after, plain
        self.at = 0.0
        self.pressed = False
        self._owner = owner

    def _back(self) -> None:
        self._owner.restore(self.before, plain=self.plain)

    def _forth(self) -> None:
        self._owner.restore(self.after, plain=self.plain)


def _another(before: Preset | None, after: Preset | None) -> bool:
    """Whether that is another preset, and not the same under another name."""
    if before is None or after is None:
        return before is not after
    return after != dataclasses.replace(before, id=after.id, name=after.name, description=after.description)


def _mouse_is_down() -> bool:
    return bool(QApplication.mouseButtons() & Qt.MouseButton.LeftButton)
