"""Two panels in one column, one behind the other; side by side where the window is wide."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.look.colours import Theme
from app.widgets.buttons import Button

GAP = 8


class SideTabs(QWidget):
    """A button for each panel; none is needed while all are seen."""

    def __init__(self, panels: Sequence[tuple[str, str, QWidget]]) -> None:
        """``panels``: (name, tooltip, panel) each; the first is seen at first."""
        super().__init__()
        self._panels = [panel for _, _, panel in panels]
        self._side_by_side = False
        self._current = 0
        self.segments = QFrame()
        self.segments.setObjectName("segments")
        line = QHBoxLayout(self.segments)
        line.setContentsMargins(2, 2, 2, 2)
        line.setSpacing(0)
        self._group = QButtonGroup(self)
        self.buttons: list[Button] = []
        for number, (name, tip, _) in enumerate(panels):
            button = Button(name, style="segment", tip=tip, checkable=True)
            button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
            self._group.addButton(button, number)
            self.buttons.append(button)
            line.addWidget(button)
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
        self._group.buttonClicked.connect(self._clicked)
        self._fit()

    def turn_to(self, number: int) -> None:
        """Bring a panel to the front."""
        self._current = number
        self._fit()

    @property
    def current(self) -> int:
        """Number of the panel in front."""
        return self._current

    def set_side_by_side(self, on: bool) -> None:
        """Whether there is room for all of them."""
        if on != self._side_by_side:
            self._side_by_side = on
            self._fit()

    def set_theme(self, theme: Theme) -> None:
        for button in self.buttons:
            button.set_theme(theme)

    def _fit(self) -> None:
        self.buttons[self._current].setChecked(True)
        self.segments.setVisible(not self._side_by_side)
        for number, panel in enumerate(self._panels):
            panel.setVisible(self._side_by_side or number == self._current)

    @Slot(QAbstractButton)
    def _clicked(self, button: QAbstractButton) -> None:
        self.turn_to(self._group.id(button))
