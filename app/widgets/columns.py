"""Three columns: the sides give way where there is no room for all, and can be called back one at a time."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

LEFT, MIDDLE, RIGHT = 0, 1, 2


class Columns(QSplitter):
    """``folded`` when a side comes or goes."""

    folded = Signal()

    def __init__(self, left: QWidget, middle: QWidget, right: QWidget, room_for_all: int) -> None:
        """Narrower than ``room_for_all`` points, only the side that was asked for last is shown."""
        super().__init__(Qt.Orientation.Horizontal)
        self.setChildrenCollapsible(False)
        self._room = room_for_all
        self._sides = {LEFT: left, RIGHT: right}
        self._wanted = {LEFT: True, RIGHT: True}
        self._last = LEFT
        for widget in (left, middle, right):
            self.addWidget(widget)
        self.setStretchFactor(MIDDLE, 1)

    def shows(self, side: int) -> bool:
        """Whether a side is seen."""
        return side == MIDDLE or not self._sides[side].isHidden()

    def show_side(self, side: int, on: bool) -> None:
        """Show a side, or hide it; where there is room for one, it takes the other's place."""
        self._wanted[side] = on
        if on:
            self._last = side
            if not self._wide:  # the other comes back once there is room for both
                self._wanted[RIGHT if side == LEFT else LEFT] = True
        elif not self._wide:
            self._last = MIDDLE
        self.fit()

    def set_width(self, side: int, points: int) -> None:
        """Let a side be so wide, if it is seen; the middle gives or takes the rest."""
        sizes = self.sizes()
        if sizes[side]:
            sizes[MIDDLE] += sizes[side] - points
            sizes[side] = points
            self.setSizes(sizes)

    def fit(self) -> None:
        """Show what there is room for, once it is known how much there is."""
        if not self.isVisible():
            return
        changed = False
        for side in (LEFT, RIGHT):
            shown = self._wanted[side] and (self._wide or side == self._last)
            changed |= shown != self.shows(side)
            self._sides[side].setVisible(shown)
        if changed:
            self.folded.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fit()
        super().resizeEvent(event)

    @property
    def _wide(self) -> bool:
        return self.width() >= self._room
