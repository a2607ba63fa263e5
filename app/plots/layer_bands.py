"""Which frequencies each layer lets through: rows as in the picture of the layers, low left, high right."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from app.look.colours import DARK, Theme, mix
from app.look.tips import wrapped
from app.plots.base import StillPlot, label_width

SHADES = 24
EDGE = SHADES
RANGE_DB = 12.0
"""So much below a layer's loudest band, nothing is seen of it."""
BEND = 1.6
"""Above 1, what lies a little below the loudest band stands out from it more."""
LABEL_LINE = 13.0
TICKS = ((100.0, "100"), (1000.0, "1k"), (10_000.0, "10k"))
OCTAVE_PARTS = 3
TIP = (
    "Which frequencies each layer lets through, low ones left, brighter where it lets more through.\n"
    "The mark: the frequency of its dilation, of which half a wave is as long.\n"
    "Measured once with even noise; a click and a right click are those of the layer."
)


class LayerBandsPlot(StillPlot):
    """A strip over the right end of the layers, whose clicks it leaves to them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Frequencies that each layer lets through")
        self.setToolTip(TIP)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._gains: NDArray[np.float64] = np.zeros((0, 0))
        self._dilations: tuple[int, ...] = ()
        self._lowest_hz, self._rate = 50.0, 16_000
        self.set_theme(DARK)

    def show_gains(
        self, gains: NDArray[np.float64], dilations: tuple[int, ...], lowest_hz: float, sample_rate: int
    ) -> None:
        """Draw ``gains`` [layers, bands] ≥ 0 of thirds of an octave from ``lowest_hz`` on; NaN as nothing."""
        self._gains, self._dilations = np.nan_to_num(gains), dilations
        self._lowest_hz, self._rate = lowest_hz, sample_rate
        self.redraw()

    def clear(self) -> None:
        """Nothing is known."""
        self.show_gains(np.zeros((0, 0)), (), self._lowest_hz, self._rate)

    @property
    def shown(self) -> bool:
        """Whether there is anything to draw."""
        return self._gains.size > 0

    def redraw(self) -> None:
        height, width = self.pixels
        picture = np.zeros((height, width), np.uint8)
        if self.shown:
            layers, bands = self._gains.shape
            rows = (height - 1 - np.arange(height)) * layers // height
            columns = np.arange(width) * bands // width
            picture = np.ascontiguousarray(levels(self._gains)[rows][:, columns])
        picture[:, : max(1, round(self.scale_factor))] = EDGE
        self.present(picture)

    def decorate(self, painter: QPainter) -> None:
        if not self.shown:
            return
        layers, row = len(self._dilations), self.height() / len(self._dilations)
        mark = QColor(self.theme.marked)
        for layer, dilation in enumerate(self._dilations):
            hertz = self._rate / (2.0 * dilation)
            if self._lowest_hz <= hertz:
                x = min(self.place(hertz), self.width() - 2.0)
                top = self.height() - (layer + 1) * row
                painter.fillRect(QRectF(x, top + 0.15 * row, 2.0, max(1.0, 0.7 * row)), mark)
        free = self.height() - LABEL_LINE  # the foot belongs to the frequencies
        for layer in range(layers):
            y = self.height() - layer * row - 1.0
            if y <= free and y >= 11.0:
                text = str(self._dilations[layer])
                self.note(painter, text, self.width() - label_width(text) - 4.0, y)
                free = y - LABEL_LINE
        for hertz, text in TICKS:
            x = self.place(hertz)
            if x < self.width():
                painter.fillRect(QRectF(x, self.height() - 4.0, 1.0, 4.0), QColor(self.theme.muted))
                self.note(painter, text, x + 3.0, self.height() - 1.0)

    def note(self, painter: QPainter, text: str, x: float, y: float) -> None:
        """A label on a ground of its own."""
        ground = QColor(self.theme.surface)
        ground.setAlphaF(0.8)
        painter.fillRect(QRectF(x - 2.0, y - 11.0, label_width(text) + 5.0, 12.0), ground)
        self.label(painter, text, x, y)

    def place(self, hertz: float) -> float:
        """Where a frequency lies, in points from the left."""
        bands = self._gains.shape[1]
        return float(math.log2(hertz / self._lowest_hz) * OCTAVE_PARTS / bands * self.width())

    def words(self, layer: int) -> str:
        """What is told of a layer."""
        gains, dilation = self._gains[layer], self._dilations[layer]
        if not gains.any():
            return f"Layer {layer}, dilation {dilation}: nothing comes out of it"
        loudest = int(np.argmax(gains))
        hertz = self._lowest_hz * 2.0 ** ((loudest + 0.5) / OCTAVE_PARTS)
        above = 20.0 * np.log10(gains[loudest] / max(1e-9, float(np.median(gains[gains > 0.0]))))
        return (
            f"Layer {layer}, dilation {dilation}: most of what it lets through lies at about "
            f"{in_hertz(hertz)}, {above:.0f} dB above the middle of its bands"
        )

    def colours(self, theme: Theme) -> list[int]:
        shades = [mix(theme.surface, theme.second, 0.9 * i / (SHADES - 1)) for i in range(SHADES)]
        return [colour.rgba() for colour in (*shades, QColor(theme.strong_line))]

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and self.shown and isinstance(event, QHelpEvent):
            layers = len(self._dilations)
            layer = min(layers - 1, max(0, int((1.0 - event.pos().y() / self.height()) * layers)))
            QToolTip.showText(event.globalPos(), wrapped(f"{self.words(layer)}.\n{TIP}"), self)
            return True
        return super().event(event)


def levels(gains: NDArray[np.float64]) -> NDArray[np.uint8]:
    """[layers, bands]: the shade of each, by how far below its layer's loudest it lies."""
    loudest = gains.max(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        below = -20.0 * np.log10(gains / loudest)
    shades = np.clip(1.0 - below / RANGE_DB, 0.0, 1.0) ** BEND * (SHADES - 1)
    found: NDArray[np.uint8] = np.rint(np.nan_to_num(shades)).astype(np.uint8)
    return found


def in_hertz(hertz: float) -> str:
    """Two digits: ``250 Hz``, ``1.3 kHz``."""
    return f"{hertz / 1000.0:.1f} kHz" if hertz >= 995.0 else f"{float(f'{hertz:.2g}'):.0f} Hz"
