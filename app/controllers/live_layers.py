"""What each layer contributes, drawn as it comes while a take is made; a click on a layer mutes it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Slot

from app.controllers.latest_work import LatestWork
from app.plots.odds_history import STEP_S, OddsHistory
from engine.analysis.contributions import contributions_at, relative
from engine.analysis.network import Given, LayerNetwork
from engine.stream.one_thread import one_thread
from engine.stream.priority import give_way
from engine.stream.states import State

if TYPE_CHECKING:
    from app.controllers.event_bridge import Background
    from app.controllers.player import Player
    from app.controllers.take_pictures import Pictures
    from app.stage import Stage
    from engine.analysis.network import Floats
    from engine.stream.layer_watch import LayerSamples
    from engine.stream.messages import Status
    from engine.stream.session import Session

NO_LAYERS = "The layers show while a take is made"
NOT_HERE = "This engine does not let its layers be seen; the processor's does"


class LiveLayers(QObject):
    """Reckons aside, on a thread that gives way, and only while the picture is to be seen."""

    def __init__(self, stage: Stage, player: Player, session: Session, background: Background) -> None:
        super().__init__()
        self._plot, self._player, self._watch = stage.layers, player, session.layers
        self._work = LatestWork(background)
        player.params_changed.connect(self._show_muted)
        player.preset_changed.connect(self._show_muted)
        self._plot.toggled.connect(self.toggle)
        self._plot.skip_toggled.connect(self.toggle_skip)
        self._plot.set_hint(NO_LAYERS)

    def pull(self, status: Status, pictures: Pictures) -> None:
        """One look, 30 times a second: begin to reckon with what is new, if nothing else is being."""
        self._watch.on = self._plot.isVisible() and status.state is State.PLAYING
        if not self._watch.on or self._work.waiting:
            return
        if not self._watch.possible:
            self._plot.set_hint(NOT_HERE)
        taken = self._watch.take()
        found = [each for each in taken if each.model is taken[-1].model]
        if found:
            self._work.run(
                lambda: _columns(found), lambda made: self._draw(pictures, found[0], made), self._fail
            )

    def show(self, pictures: Pictures) -> None:
        """Draw another take's; what is on its way no longer counts."""
        self._work.drop()
        self._watch.take()
        self._plot.show_layers(pictures.layers, pictures.dilations)
        self._plot.set_hint("" if pictures.layers is not None else NO_LAYERS)

    @Slot(int)
    def toggle(self, layer: int) -> None:
        """Switch a layer off or on, all of it: from the first sample on that still can be another."""
        params = self._player.params
        self._set({layer} ^ set(params.muted), set(params.unskipped) - {layer})

    @Slot(int)
    def toggle_skip(self, layer: int) -> None:
        """Switch a layer's skip alone off or on; one that was off as a whole then gives to the later ones."""
        params = self._player.params
        self._set(set(params.muted) - {layer}, {layer} ^ set(params.unskipped))

    def _set(self, muted: set[int], unskipped: set[int]) -> None:
        self._player.set_params(
            dataclasses.replace(
                self._player.params, muted=tuple(sorted(muted)), unskipped=tuple(sorted(unskipped))
            )
        )

    @Slot()
    def _show_muted(self) -> None:
        params = self._player.params
        self._plot.show_muted(frozenset(params.muted), frozenset(params.unskipped))

    def _draw(self, pictures: Pictures, first: LayerSamples, columns: list[tuple[float, Floats]]) -> None:
        dilations = first.model.config.dilations
        if pictures.layers is None:
            pictures.layers, pictures.dilations = OddsHistory(len(dilations)), dilations
            self._plot.show_layers(pictures.layers, dilations)
        self._plot.set_hint("")
        for seconds, parts in columns:
            pictures.layers.put(seconds, parts.astype(np.float64), 0.0)
        self._plot.draw_between(columns[0][0] - 0.3, columns[-1][0] + pictures.layers.step_s)

    def _fail(self, why: str) -> None:
        self._plot.set_hint(why)


def _columns(found: list[LayerSamples]) -> list[tuple[float, Floats]]:
    """(seconds, parts [L] of the whole) for each 30th of a second of what was seen. Raises StudioError."""
    give_way()
    columns = []
    for each in found:
        seen, rate = each.seen, each.model.config.sample_rate
        given = Given(seen.features, seen.local, frozenset(each.muted), frozenset(each.unskipped))
        with one_thread():
            shares = contributions_at(LayerNetwork(each.model), seen.taps, each.codes, given).shares
        numbers = (each.samples / rate / STEP_S).astype(np.int64)
        for number in np.unique(numbers):
            columns.append(((number + 0.5) * STEP_S, relative(shares[:, numbers == number])))
    return columns
