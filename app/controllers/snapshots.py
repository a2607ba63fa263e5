"""Snapshots of all controls under nine digits, and the way from one of them to another."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot

from app.controllers.reporter import Reporter
from engine.errors import StudioError
from engine.files.documents import parse_json
from engine.wavenet.config import GenerationParams, parse_params
from engine.wavenet.mulaw import LEVELS

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.catalogue import Catalogue
    from app.controllers.player import Player
    from app.panels.snapshots import SnapshotPanel
    from app.settings import AppSettings

DIGITS = range(1, 10)
EMPTY = "Nothing is stored here yet; Ctrl+{} stores the controls as they are"


class SnapshotController(Reporter):
    """Between the player, the panel, the keys and what is remembered."""

    def __init__(
        self,
        panel: SnapshotPanel,
        actions: Actions,
        player: Player,
        catalogue: Catalogue,
        settings: AppSettings,
    ) -> None:
        super().__init__()
        self._panel, self._actions, self._player = panel, actions, player
        self._catalogue, self._settings = catalogue, settings
        self._stored = from_text(settings.snapshots)
        panel.recall_asked.connect(self.recall)
        panel.store_asked.connect(self.store)
        panel.morphed.connect(self.morph)
        for digit in DIGITS:
            recall, store = actions[f"recall_{digit}"], actions[f"store_{digit}"]
            recall.triggered.connect(lambda _=False, digit=digit: self.recall(digit))
            store.triggered.connect(lambda _=False, digit=digit: self.store(digit))
        self.show()

    @Slot()
    def show(self) -> None:
        """Bring panel and actions up to date."""
        self._panel.show_stored(sorted(self._stored))
        for digit in DIGITS:
            self._actions.allow(f"recall_{digit}", "" if digit in self._stored else EMPTY.format(digit))

    @Slot(int)
    def store(self, digit: int) -> None:
        """Keep the controls as they are."""
        self._stored = {**self._stored, digit: self._player.params}
        self._settings.snapshots = to_text(self._stored)
        self.show()
        self.reported.emit(f"The controls are stored; {digit} brings them back", "info")

    @Slot(int)
    def recall(self, digit: int) -> None:
        """Set the controls as they were stored; what the model does not know stays out."""
        params = self._stored.get(digit)
        if params is not None:
            self._player.set_params(self._known(params))

    @Slot(int, int, float)
    def morph(self, first: int, second: int, share: float) -> None:
        """Set the controls between two snapshots: 0 is the first, 1 the second."""
        if first in self._stored and second in self._stored:
            self._player.set_params(self._known(between(self._stored[first], self._stored[second], share)))

    def _known(self, params: GenerationParams) -> GenerationParams:
        """``params`` as the model in use can be given them."""
        preset, now = self._player.preset, self._player.params
        config = self._catalogue.config(preset) if preset else None
        if config is None:
            return params
        return dataclasses.replace(
            params,
            tags=tuple((tag, weight) for tag, weight in params.tags if tag in config.tags),
            speaker=params.speaker if params.speaker in config.speakers else now.speaker,
            vector=now.vector,
            muted=now.muted,
            unskipped=now.unskipped,
        )


def between(first: GenerationParams, second: GenerationParams, share: float) -> GenerationParams:
    """Numbers and weights on the straight line from one to the other; the speaker changes half way."""
    old, new = dict(first.tags), dict(second.tags)

    def line(a: float, b: float) -> float:
        return (1.0 - share) * a + share * b  # exact at both ends

    top_k = round(line(first.top_k or LEVELS, second.top_k or LEVELS))
    return dataclasses.replace(
        second if share > 0.5 else first,
        temperature=line(first.temperature, second.temperature),
        top_p=line(first.top_p, second.top_p),
        top_k=0 if top_k == LEVELS else top_k,
        tags=tuple((tag, line(old.get(tag, 0.0), new.get(tag, 0.0))) for tag in {**old, **new}),
    )


def to_text(stored: dict[int, GenerationParams]) -> str:
    """As ``from_text`` reads it."""
    return json.dumps({str(digit): dataclasses.asdict(params) for digit, params in stored.items()})


def from_text(text: str) -> dict[int, GenerationParams]:
    """Snapshots by their digits; what is none of ours is left out."""
    try:
        document = parse_json(text) if text else {}
    except ValueError:
        return {}
    fields: dict[str, Any] = document if isinstance(document, dict) else {}
    stored = {}
    for digit in DIGITS:
        try:
            if str(digit) in fields:
                stored[digit] = parse_params(fields[str(digit)])
        except StudioError:
            continue
    return stored
