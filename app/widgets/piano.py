"""Drawn piano keys: what is held lights up, and a press with the mouse plays, the louder the lower."""

from __future__ import annotations

from collections.abc import Mapping, Set

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.colours import DARK, LIGHT, Theme
from app.look.theme import ui_font

WHITE = (0, 2, 4, 5, 7, 9, 11)
"""Semitones above C of the white keys."""
BLACK_LONG, BLACK_WIDE = 0.62, 0.62
"""Of a black key, as shares of a white one."""
SOFTEST, LOUDEST = 30, 127
NAMES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
LETTER_ROOM = 11.0
"""Points that a key is wide at least to bear a letter."""


def name_of(pitch: int) -> str:
    """``C4`` for middle C, 60."""
    return f"{NAMES[pitch % 12]}{pitch // 12 - 1}"


class PianoKeys(QWidget):
    """``pressed`` carries a pitch and a velocity, ``released`` a pitch."""

    pressed = Signal(int, int)
    released = Signal(int)

    def __init__(self, lowest: int, highest: int, parent: QWidget | None = None) -> None:
        """From the white key ``lowest`` to the white key ``highest``, MIDI pitches."""
        super().__init__(parent)
        self._pitches = range(lowest, highest + 1)
        self._whites = [pitch for pitch in self._pitches if pitch % 12 in WHITE]
        self._held: Set[int] = frozenset()
        self._letters: Mapping[int, str] = {}
        self._mouse: int | None = None
        self._theme = DARK
        self._font = ui_font(7.5)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(40)
        self.setAccessibleName("Piano keys")
        self.setToolTip("Press a key: the lower on it, the louder")
        self._describe()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_held(self, held: Set[int]) -> None:
        """Pitches of the keys that are down."""
        if held != self._held:
            self._held = frozenset(held)
            self._describe()
            self.update()

    def show_letters(self, letters: Mapping[int, str]) -> None:
        """What stands on keys, by pitch."""
        self._letters = letters
        self.update()

    def let_go(self) -> None:
        """The mouse no longer holds a key."""
        pitch, self._mouse = self._mouse, None
        if pitch is not None:
            self.released.emit(pitch)

    def key_at(self, place: QPointF) -> int | None:
        """The pitch of the key under a point."""
        for pitch in [*(p for p in self._pitches if p % 12 not in WHITE), *self._whites]:
            if self.place_of(pitch).contains(place):
                return pitch
        return None

    def place_of(self, pitch: int) -> QRectF:
        """Where a key lies; a black one lies over its neighbours."""
        wide, high = self.width() / len(self._whites), float(self.height())
        if pitch % 12 in WHITE:
            return QRectF(self._whites.index(pitch) * wide, 0.0, wide, high)
        edge = (self._whites.index(pitch - 1) + 1) * wide
        return QRectF(edge - BLACK_WIDE * wide / 2.0, 0.0, BLACK_WIDE * wide, BLACK_LONG * high)

    def sizeHint(self) -> QSize:
        return QSize(480, 56)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        light, dark = (theme.text, theme.window) if theme.dark else (theme.surface, theme.text)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        for pitch in [*self._whites, *(p for p in self._pitches if p % 12 not in WHITE)]:
            white = pitch % 12 in WHITE
            ground, ink, lit = (light, dark, LIGHT.accent) if white else (dark, light, DARK.accent)
            held = pitch in self._held
            place = self.place_of(pitch).adjusted(0.5, -3.0, -0.5, -0.5)
            painter.setPen(QPen(QColor(theme.strong_line), 1.0))
            painter.setBrush(QColor(lit if held else ground))
            painter.drawRoundedRect(place, 2.5, 2.5)
            letter = self._letters.get(pitch, "")
            if letter and self.place_of(pitch).width() >= LETTER_ROOM * (1.0 if white else 0.6):
                painter.setPen(QColor(light if held and white else dark if held else ink))
                foot = place.adjusted(0.0, 0.0, 0.0, -2.0)
                painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, letter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._move_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._mouse is not None:
            self._move_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.let_go()

    def _move_to(self, place: QPointF) -> None:
        pitch = self.key_at(place)
        if pitch is None or pitch == self._mouse:
            return
        self.let_go()
        self._mouse = pitch
        share = min(1.0, max(0.0, place.y() / self.place_of(pitch).height()))
        self.pressed.emit(pitch, round(SOFTEST + share * (LOUDEST - SOFTEST)))

    def _describe(self) -> None:
        held = ", ".join(name_of(pitch) for pitch in sorted(self._held))
        self.setAccessibleDescription(f"Held: {held}" if held else "Nothing is held")
