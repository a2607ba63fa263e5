"""What each layer contributes over time: a row a layer, the first one lowest; a click mutes one."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.look.colours import DARK, Theme, mix
from app.plots.axis import TimeAxis
from app.plots.odds_history import OddsHistory
from app.plots.raster import Indices, runs
from app.plots.time_plot import CLICK, TimePlot

SHADES = 32
MUTED = SHADES
LABEL_LINE = 13.0


class LayersPlot(TimePlot):
    """Brighter where a layer's part of the skip sum says more of the drawn sample than others' do."""

    toggled = Signal(int)
    """The layer that is to be muted, or not to be any more."""

    def __init__(self, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(axis, parent)
        self.setAccessibleName("Layers over time")
        self.setToolTip(
            "What each layer contributes to the next sample, the first layer lowest.\n"
            "A click mutes a layer; the arrow keys and Return do, too."
        )
        self._history: OddsHistory | None = None
        self._dilations: tuple[int, ...] = ()
        self._muted: frozenset[int] = frozenset()
        self.picked: int | None = None
        """The layer that the arrow keys have come to."""
        self.set_theme(DARK)

    @property
    def muted(self) -> frozenset[int]:
        """Layers that are drawn as muted."""
        return self._muted

    def show_layers(self, history: OddsHistory | None, dilations: tuple[int, ...]) -> None:
        """Draw another take's: parts of the whole for each of the layers, or none."""
        self._history, self._dilations = history, dilations
        self.redraw()

    def show_muted(self, muted: frozenset[int]) -> None:
        """Which layers give nothing."""
        if muted != self._muted:
            self._muted = muted
            self.redraw()

    def columns(self, first: int, last: int) -> Indices:
        height, width = self.pixels
        picture, count = self.empty(first, last), len(self._dilations)
        if not count:
            return picture
        layers = (height - 1 - np.arange(height)) * count // height
        if self._history is not None and self._history.width == count:
            edges = self.axis.view.edges(first, last, width)
            numbers, which = runs(self._history.numbers((edges[:-1] + edges[1:]) / 2.0))
            picture = np.ascontiguousarray((self._history.odds(numbers)[:, layers].T >> 3)[:, which])
        picture[np.isin(layers, list(self._muted))] = MUTED
        return picture

    def decorate(self, painter: QPainter) -> None:
        super().decorate(painter)
        taken: list[float] = []
        layers = range(len(self._dilations))
        special = [layer for layer in layers if layer in self._muted or layer == self.picked]
        for layer in (*special, *layers):  # those first, others where there is room
            y = max(self._foot(layer) - 1.0, 11.0)
            if all(abs(y - other) >= LABEL_LINE for other in taken):
                words = f"{layer}: {self._dilations[layer]}" + (", muted" if layer in self._muted else "")
                self.note(painter, words + (" ◂" if layer == self.picked else ""), 3.0, y)
                taken.append(y)

    def colours(self, theme: Theme) -> list[int]:
        """A part of a fifth is as bright as colour gets: few layers have more."""
        shades = [mix(theme.surface, theme.accent, min(1.0, 2.2 * i / SHADES)) for i in range(SHADES)]
        bright = [
            mix(shade.name(), theme.text, min(0.9, max(0.0, (i / SHADES - 0.4) * 1.6)))
            for i, shade in enumerate(shades)
        ]
        return [colour.rgba() for colour in (*bright, mix(theme.surface, theme.marked, 0.4))]

    def layer_at(self, y: float) -> int:
        """The layer whose row lies there, in points from the top."""
        count = len(self._dilations)
        return min(count - 1, max(0, int((1.0 - y / self.height()) * count)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed = self._pressed
        moved = pressed is not None and abs(event.position().x() - pressed.x()) > CLICK
        if pressed is None or moved or not self._dilations or event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        self._pressed, self._choosing = None, False
        self.toggled.emit(self.layer_at(event.position().y()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        step, count = steps.get(Qt.Key(event.key())), len(self._dilations)
        if step is not None and count:
            self.picked = (
                (0 if step > 0 else count - 1) if self.picked is None else (self.picked + step) % count
            )
            self.redraw()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.picked is not None:
            self.toggled.emit(self.picked)
        else:
            super().keyPressEvent(event)

    def _foot(self, layer: int) -> float:
        """Points from the top to the lower edge of a layer's row."""
        return self.height() * (1.0 - layer / len(self._dilations))
