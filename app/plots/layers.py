"""What each layer contributes over time: a row a layer, the first one lowest; a click switches one off."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QContextMenuEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QShowEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from app.look.colours import DARK, Theme, mix
from app.plots.axis import TimeAxis
from app.plots.odds_history import OddsHistory
from app.plots.raster import Indices, runs
from app.plots.time_plot import CLICK, TimePlot

SHADES = 32
MUTED, UNSKIPPED = SHADES, SHADES + 1
LABEL_LINE = 13.0
SHIFT = Qt.KeyboardModifier.ShiftModifier
ON = "On"
SKIP_OFF = "Skip off: only the layers above hear it"
OFF = "Off: it passes on what it gets"


class LayersPlot(TimePlot):
    """Brighter where a layer's part of the skip sum says more of the drawn sample than others' do."""

    toggled = Signal(int)
    """The layer that is to be switched off, all of it, or not to be any more."""
    skip_toggled = Signal(int)
    """The layer whose skip alone is to be switched off, or not to be any more."""

    seen = Signal()
    """It came to be shown."""
    left = Signal()
    """It is shown no more."""

    def __init__(self, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(axis, parent)
        self.setAccessibleName("Layers over time")
        self.setToolTip(
            "What each layer adds to the next sample, the first layer lowest: its number and dilation.\n"
            "Click: the layer off, it passes on what it gets. Shift+click: its skip off, so that only the "
            "layers above hear it. Again: back on.\n"
            "Keys: up and down, then Return or Shift+Return. A right click has all three."
        )
        self._history: OddsHistory | None = None
        self._dilations: tuple[int, ...] = ()
        self._model: tuple[int, ...] = ()
        """Dilations of the model, of which nothing may have been seen yet."""
        self._muted: frozenset[int] = frozenset()
        self._unskipped: frozenset[int] = frozenset()
        self.picked: int | None = None
        """The layer that the arrow keys have come to."""
        self.set_theme(DARK)

    @property
    def muted(self) -> frozenset[int]:
        """Layers that are drawn as switched off."""
        return self._muted

    @property
    def unskipped(self) -> frozenset[int]:
        """Layers whose skip is drawn as switched off, their layer being at work."""
        return self._unskipped - self._muted

    def show_model(self, dilations: tuple[int, ...]) -> None:
        """Have a row for each layer of a model, whether or not anything was seen of them."""
        self._model = dilations
        if self._history is None and dilations != self._dilations:
            self.show_layers(None, ())

    def show_layers(self, history: OddsHistory | None, dilations: tuple[int, ...]) -> None:
        """Draw another take's: parts of the whole for each of the layers, or none."""
        self._history, self._dilations = history, dilations or self._model
        if self.picked is not None and self.picked >= len(dilations):
            self.picked = None
        self.redraw()

    def show_muted(self, muted: frozenset[int], unskipped: frozenset[int] = frozenset()) -> None:
        """Which layers give nothing, and which give to later layers only."""
        if (muted, unskipped) != (self._muted, self._unskipped):
            self._muted, self._unskipped = muted, unskipped
            self.redraw()

    def columns(self, first: int, last: int) -> Indices:
        height, width = self.pixels
        picture, count = self.empty(first, last), len(self._dilations)
        if not count:
            return picture
        rows = (height - 1 - np.arange(height)) * count
        layers = rows // height
        if self._history is not None and self._history.width == count:
            edges = self.axis.view.edges(first, last, width)
            numbers, which = runs(self._history.numbers((edges[:-1] + edges[1:]) / 2.0))
            picture = np.ascontiguousarray((self._history.odds(numbers)[:, layers].T >> 3)[:, which])
        picture[np.isin(layers, list(self._muted))] = MUTED
        # Its skip is the upper part of what a layer gives: that half of the row is filled.
        upper = rows % height * 2 >= height
        picture[np.isin(layers, list(self.unskipped)) & upper] = UNSKIPPED
        return picture

    def decorate(self, painter: QPainter) -> None:
        super().decorate(painter)
        taken: list[float] = []
        layers = range(len(self._dilations))
        special = [layer for layer in layers if self._state(layer) or layer == self.picked]
        for layer in (*special, *layers):  # those first, others where there is room
            y = max(self._foot(layer) - 1.0, 11.0)
            if all(abs(y - other) >= LABEL_LINE for other in taken):
                words = f"{layer}: {self._dilations[layer]}" + self._state(layer)
                self.note(painter, words + (" ◂" if layer == self.picked else ""), 3.0, y)
                taken.append(y)

    def colours(self, theme: Theme) -> list[int]:
        """A part of a fifth is as bright as colour gets: few layers have more."""
        shades = [mix(theme.surface, theme.accent, min(1.0, 2.2 * i / SHADES)) for i in range(SHADES)]
        bright = [
            mix(shade.name(), theme.text, min(0.9, max(0.0, (i / SHADES - 0.4) * 1.6)))
            for i, shade in enumerate(shades)
        ]
        off = mix(theme.surface, theme.marked, 0.4)
        return [colour.rgba() for colour in (*bright, off, off)]

    def layer_at(self, y: float) -> int:
        """The layer whose row lies there, in points from the top."""
        count = len(self._dilations)
        return min(count - 1, max(0, int((1.0 - y / self.height()) * count)))

    def menu_of(self, layer: int) -> QMenu:
        """What can be done with a layer."""
        menu, choice = QMenu(self), QActionGroup(self)
        menu.addSection(f"Layer {layer}, dilation {self._dilations[layer]}")
        off, skip_off = layer in self._muted, layer in self.unskipped
        undo = self.toggled if off else self.skip_toggled
        for text, checked, signal in (
            (ON, not off and not skip_off, undo),
            (SKIP_OFF, skip_off, self.skip_toggled),
            (OFF, off, self.toggled),
        ):
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setChecked(checked)
            choice.addAction(action)
            if not checked:
                action.triggered.connect(lambda _=False, signal=signal: signal.emit(layer))
            menu.addAction(action)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed = self._pressed
        moved = pressed is not None and abs(event.position().x() - pressed.x()) > CLICK
        if pressed is None or moved or not self._dilations or event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        self._pressed, self._choosing = None, False
        self._tell(self.layer_at(event.position().y()), skip=bool(event.modifiers() & SHIFT))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.left.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        layer = self.picked if by_key else self.layer_at(event.pos().y())
        if layer is None or not self._dilations:
            super().contextMenuEvent(event)
            return
        at = QPoint(40, round(self._foot(layer))) if by_key else event.pos()
        self.menu_of(layer).popup(self.mapToGlobal(at))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        step, count = steps.get(Qt.Key(event.key())), len(self._dilations)
        if step is not None and count:
            self.picked = (
                (0 if step > 0 else count - 1) if self.picked is None else (self.picked + step) % count
            )
            self.redraw()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.picked is not None:
            self._tell(self.picked, skip=bool(event.modifiers() & SHIFT))
        else:
            super().keyPressEvent(event)

    def _tell(self, layer: int, *, skip: bool) -> None:
        (self.skip_toggled if skip else self.toggled).emit(layer)

    def _state(self, layer: int) -> str:
        """What its label says of it behind the numbers."""
        return ", off" if layer in self._muted else ", skip off" if layer in self._unskipped else ""

    def _foot(self, layer: int) -> float:
        """Points from the top to the lower edge of a layer's row."""
        return self.height() * (1.0 - layer / len(self._dilations))
