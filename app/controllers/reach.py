"""What the moment at the playhead was made of, drawn over the wave while the layers are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from app.controllers.latest_work import LatestWork
from app.plots.reach import ReachPicture
from engine.errors import StudioError

if TYPE_CHECKING:
    from app.controllers.catalogue import Catalogue
    from app.controllers.event_bridge import Background
    from app.controllers.player import Player
    from app.stage import Stage
    from engine.library.takes import Take

QUIET_MS = 400
"""The playhead must have stood so long."""


class ReachController(QObject):
    """Between the take that is shown, the playhead and the wave; it reckons aside, and gives way."""

    def __init__(self, stage: Stage, player: Player, catalogue: Catalogue, background: Background) -> None:
        super().__init__()
        self._stage, self._player, self._catalogue = stage, player, catalogue
        self._work = LatestWork(background)
        self._seconds = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(QUIET_MS)
        self._timer.timeout.connect(self._ripe)
        self._shown: Take | None = None
        stage.layers.seen.connect(self._again)
        stage.layers.left.connect(self._again)

    def show_take(self, take: Take | None) -> None:
        """Another take is shown; None while one is being made."""
        self._shown = take
        self._again()

    def moved(self, take_id: str, seconds: float) -> None:
        """The playhead stands elsewhere."""
        self._seconds = seconds
        if self._shown is not None and take_id != self._shown.id:
            return
        self._again()

    def stop(self) -> None:
        """Begin nothing any more. Can be called twice."""
        self._timer.stop()
        self._work.drop()

    @Slot()
    def _again(self) -> None:
        self._work.drop()
        self._stage.wave.show_reach(None)
        if self._shown is not None and self._stage.layers.isVisible():
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def _ripe(self) -> None:
        take, stage = self._shown, self._stage
        if take is None or not stage.layers.isVisible() or self._player.generating:
            return
        sample = min(round(self._seconds * take.sample_rate), take.length - 1)
        load, number = self._catalogue.loader(take.preset), self._work.number + 1

        def go_on() -> None:
            if self._work.number != number:
                raise StudioError("another moment is looked at by now")

        def work() -> ReachPicture | None:
            import numpy as np

            from engine.library.take_reach import reach_in_take
            from engine.stream.one_thread import one_thread
            from engine.stream.priority import give_way

            give_way()
            model = load()
            if model.header.hash != take.model_hash:
                return None  # it would say what another model would have heard
            with one_thread():
                found = reach_in_take(take, sample, model, go_on)
            sizes = np.abs(found.astype(np.float64))
            return ReachPicture(sample / take.sample_rate, take.sample_rate, sizes) if len(sizes) else None

        self._work.run(work, stage.wave.show_reach, lambda _: None)
