"""Two panels in one column, one behind the other; side by side where the window is wide."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.look.colours import Theme
from app.widgets.segments import Segments

GAP = 8


class SideTabs(QWidget):
    """A button for each panel; none is needed while all are seen."""

    def __init__(self, panels: Sequence[tuple[str, str, QWidget]]) -> None:
        """``panels``: (name, tooltip, panel) each; the first is seen at first."""
        super().__init__()
        self._panels = [panel for _, _, panel in panels]
        self._side_by_side = False
        self._current = 0
        choices = [(number, name, tip) for number, (name, tip, _) in enumerate(panels)]
        self.segments = Segments(choices, wide=True)
        self._pages = QSplitter(Qt.Orientation.Horizontal)
        self._pages.setHandleWidth(GAP)
        self._pages.setChildrenCollapsible(False)
        for panel in self._panels:
            self._pages.addWidget(panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.segments)
        column.addWidget(self._pages, 1)
        self.segments.pressed.connect(self.turn_to)
        self._fit()

    @Slot(object)
    def turn_to(self, number: int) -> None:
        """Bring a panel to the front."""
        self._current = number
        self._fit()

    @property
    def current(self) -> int:
        """Number of the panel in front."""
        return self._current

    def set_side_by_side(self, on: bool) -> bool:
        """Whether there is room for all of them; returns whether that is new."""
        if on == self._side_by_side:
            return False
        self._side_by_side = on
        self._fit()
        return True

    def set_theme(self, theme: Theme) -> None:
        self.segments.set_theme(theme)

    def _fit(self) -> None:
        self.segments.choose(self._current)
        self.segments.setVisible(not self._side_by_side)
        for number, panel in enumerate(self._panels):
            panel.setVisible(self._side_by_side or number == self._current)
        self._pages.refresh()  # whoever asks for the least width must not wait a turn for it
