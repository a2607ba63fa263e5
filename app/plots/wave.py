"""The wave of the whole take: what has been heard is bright, what is made ahead of the ear faint.

What it continues lies hatched before 0:00, with the bits that the model needed for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.look.colours import DARK, Theme, mix
from app.plots.axis import TimeAxis
from app.plots.base import label_width
from app.plots.phones import FOOT, draw_phones
from app.plots.pyramid import Pyramid
from app.plots.raster import Indices, between
from app.plots.reach import ReachPicture, draw_reach
from app.plots.time_plot import TimePlot

if TYPE_CHECKING:
    from engine.speech.recognition.recogniser import FoundPhone

SHADES = 12
GROUND, LINE, HEARD, AHEAD = 0, 1, 2, 2 + SHADES
HATCH, PRIMED = 2 + 2 * SHADES, 3 + 2 * SHADES
HATCHED = 6
"""Points from one line of the hatching to the next."""


@dataclass(frozen=True)
class PrimePicture:
    """What a take continues, drawn before 0:00."""

    pyramid: Pyramid
    seconds: float
    bits: NDArray[np.float32]
    """[n]: what the model needed for a sample of it, in n equal parts of its time; none where unknown yet."""
    most_bits: float = 8.0
    """What guessing blindly would need."""
    sound: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    """[n] of its whole time, as it sounds."""


class WavePlot(TimePlot):
    """Draws a pyramid on the shared axis."""

    prime_changed = Signal()

    def __init__(self, axis: TimeAxis, parent: QWidget | None = None) -> None:
        super().__init__(axis, parent)
        self.setAccessibleName("Wave")
        self.setToolTip(
            "The take, before the volume. The wheel zooms.\n"
            "Click: hear it from there; one that is being made then ends as a take.\n"
            "Drag with Shift: the part that is repeated (L)."
        )
        self._pyramid = Pyramid()
        self._rate = 16_000
        self._audible_s = math.inf
        self.prime: PrimePicture | None = None
        self.phones: tuple[FoundPhone, ...] = ()
        """Those that were heard in it, drawn along its foot; before 0:00 in what it continues."""
        self.reach: ReachPicture | None = None
        """What the moment at the playhead was made of."""
        self.set_theme(DARK)

    def show_wave(self, pyramid: Pyramid, sample_rate: int) -> None:
        """Draw another sound; all of it counts as heard."""
        self._pyramid, self._rate, self._audible_s = pyramid, sample_rate, math.inf
        self.redraw()

    @property
    def shows_sound(self) -> bool:
        """Whether there is anything to draw."""
        return self._pyramid.count > 0

    def show_prime(self, prime: PrimePicture | None) -> None:
        """Draw what it continues, or nothing."""
        if prime is not self.prime:
            self.prime = prime
            self.redraw()
            self.prime_changed.emit()

    def show_phones(self, phones: tuple[FoundPhone, ...]) -> None:
        """Draw phones that were heard, or none."""
        if phones is not self.phones:
            self.phones = phones
            self.redraw()

    def show_reach(self, reach: ReachPicture | None) -> None:
        """Draw what a moment was made of, or nothing."""
        if reach is not self.reach:
            self.reach = reach
            self.redraw()

    def extend(self, start_s: float, end_s: float, audible_s: float) -> None:
        """The pyramid was written to between two times; it is heard up to ``audible_s``."""
        before, self._audible_s = self._audible_s, audible_s
        if math.isinf(before):
            self.redraw()
        else:
            self.draw_between(min(start_s, before, audible_s), max(end_s, before, audible_s))

    def columns(self, first: int, last: int) -> Indices:
        height, width = self.pixels
        edges = self.axis.view.edges(first, last, width)
        low, high, there = self._pyramid.extremes(edges * self._rate)
        middle, reach = self._place(height)
        picture = self.empty(first, last)
        picture[:, self.grid(first, last)] = LINE
        picture[round(middle)] = LINE
        top = np.where(there, np.rint(middle - reach * high), height)
        bottom = np.where(there, np.rint(middle - reach * low), -1)
        inside = between(height, top.astype(np.int16), bottom.astype(np.int16))
        shades = np.minimum(np.abs(np.arange(height) - middle) / reach * SHADES, SHADES - 1)
        heard = np.where(edges[:-1] < self._audible_s, HEARD, AHEAD).astype(np.uint8)
        np.copyto(picture, shades.astype(np.uint8)[:, None] + heard, where=inside)
        if self.prime is not None:
            self._draw_prime(picture, edges, first, self.prime)
        return picture

    def decorate(self, painter: QPainter) -> None:
        if self.phones:
            draw_phones(self, painter, self.phones)
        if self.reach is not None:
            draw_reach(self, painter, self.reach)
        super().decorate(painter)
        prime, view, width = self.prime, self.axis.view, self.width()
        if prime is None or view.start_s >= 0.0:
            return
        left, right = (view.x(seconds, width) for seconds in (-prime.seconds, 0.0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if len(prime.bits):
            x = left + (np.arange(len(prime.bits)) + 0.5) * (right - left) / len(prime.bits)
            y = self.height() * (1.0 - np.clip(prime.bits / prime.most_bits, 0.0, 1.0))
            painter.setPen(QPen(QColor(self.theme.marked), 1.4))
            painter.drawPolyline([QPointF(*point) for point in zip(x.tolist(), y.tolist(), strict=True)])
        words = f"{float(prime.bits.mean()):.1f} bits a sample" if len(prime.bits) else ""
        for line, text in enumerate(filter(None, (f"prime {prime.seconds:.1f} s", words))):
            if label_width(text) < right - max(0.0, left) - 8.0:
                self.note(painter, text, max(0.0, left) + 5.0, 14.0 + 14.0 * line)
        painter.fillRect(QRectF(right - 0.75, 0.0, 1.5, self.height()), QColor(self.theme.second))

    def _place(self, height: int) -> tuple[float, float]:
        """The row in the middle of the wave, and the rows that full scale takes on either side of it."""
        room = max(1, height - round(FOOT * self.scale_factor)) if self.phones else height
        return (room - 1) / 2.0, max(1.0, room / 2.0 - 2.0)

    def _draw_prime(
        self, picture: Indices, edges: NDArray[np.float64], first: int, prime: PrimePicture
    ) -> None:
        """Hatched ground, and over it the wave."""
        height, width = picture.shape
        before = (edges[:-1] < 0.0) & (edges[:-1] >= -prime.seconds)
        step = max(2, round(HATCHED * self.scale_factor))
        lines = (np.arange(height)[:, None] + np.arange(first, first + width)) % step == 0
        picture[lines & before] = HATCH
        low, high, there = prime.pyramid.extremes((edges + prime.seconds) * self._rate)
        middle, reach = self._place(height)
        drawn = there & before
        top = np.where(drawn, np.rint(middle - reach * high), height)
        bottom = np.where(drawn, np.rint(middle - reach * low), -1)
        picture[between(height, top.astype(np.int16), bottom.astype(np.int16))] = PRIMED

    def colours(self, theme: Theme) -> list[int]:
        far = mix(theme.accent, theme.second, 0.85).name()
        heard = [mix(theme.accent, far, (shade / (SHADES - 1)) ** 0.8) for shade in range(SHADES)]
        ahead = [mix(theme.surface, colour.name(), 0.35) for colour in heard]
        plain = [QColor(theme.surface), QColor(theme.line)]
        primed = (QColor(theme.strong_line), QColor(theme.muted))
        return [colour.rgba() for colour in (*plain, *heard, *ahead, *primed)]
