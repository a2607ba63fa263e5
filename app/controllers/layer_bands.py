"""Which frequencies the shown model's layers let through: measured aside once their lane is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.controllers.latest_work import LatestWork
from engine.errors import StudioError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.controllers.catalogue import Catalogue
    from app.controllers.event_bridge import Background
    from app.controllers.player import Player
    from app.stage import Stage
    from engine.library.presets import Preset
    from engine.library.takes import Take
    from engine.wavenet.model_file import ModelFile

MEASURED = "measuring …"
MOST_KNOWN = 8
"""Models whose bands are kept in memory."""


class LayerBands(QObject):
    """Between the strip beside the layers, the take that is shown, and the player's preset."""

    def __init__(self, stage: Stage, player: Player, catalogue: Catalogue, background: Background) -> None:
        super().__init__()
        self._layers, self._strip, self._player = stage.layers, stage.layer_bands, player
        self._catalogue, self._work = catalogue, LatestWork(background)
        self._preset: Preset | None = None
        """That of the take that is shown."""
        self._known: dict[str, NDArray[np.float64] | None] = {}
        """By the model's name; None where it cannot be looked into."""
        self._asked = ""
        """The model that is being measured."""
        stage.layers.seen.connect(self.refresh)
        player.preset_changed.connect(self.refresh)

    def show_take(self, take: Take | None) -> None:
        """Another take is shown; None while one is being made."""
        self._preset = take.preset if take is not None else None
        self.refresh()

    def stop(self) -> None:
        """Measure no more. Can be called twice."""
        self._work.drop()

    @Slot()
    def refresh(self) -> None:
        """Draw what is known of the model, or have it measured."""
        preset = self._preset or self._player.preset
        config = self._catalogue.config(preset) if preset is not None else None
        if preset is None or config is None or not self._layers.isVisible():
            return
        model = preset.model
        self._layers.show_model(config.dilations)
        if model in self._known:
            self._work.drop()
            self._asked = ""
            self._show(model, self._known[model])
        elif model != self._asked or not self._work.waiting:
            self._asked = model
            self._strip.clear()
            self._strip.set_hint(MEASURED)
            self._strip.show()
            self._measure(model, self._catalogue.loader(preset))

    def _measure(self, model: str, load: object) -> None:
        number = self._work.number + 1

        def go_on() -> None:
            if self._work.number != number:
                raise StudioError("another model is shown by now")

        def work() -> NDArray[np.float64]:
            from engine.stream.layer_gains import layer_gains

            loaded: ModelFile = load()  # type: ignore[operator]
            return layer_gains(loaded, go_on)

        def done(gains: NDArray[np.float64] | None) -> None:
            self._known[model] = gains
            while len(self._known) > MOST_KNOWN:
                self._known.pop(next(iter(self._known)))
            self.refresh()

        self._work.run(work, done, lambda _: done(None))

    def _show(self, model: str, gains: NDArray[np.float64] | None) -> None:
        from engine.analysis.responses import LOWEST_HZ

        preset = self._preset or self._player.preset
        config = self._catalogue.config(preset) if preset is not None else None
        self._strip.set_hint("")
        self._strip.setVisible(gains is not None)
        if gains is not None and config is not None:
            self._strip.show_gains(gains, config.dilations, LOWEST_HZ, config.sample_rate)
