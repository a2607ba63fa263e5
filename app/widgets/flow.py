"""A layout that sets widgets in lines, like words."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

MOST_WIDTHS = 16
"""Widths whose lines are kept."""


class FlowLayout(QLayout):
    """Left to right, then down; its height follows from its width."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._arranged: dict[int, tuple[list[tuple[QLayoutItem, QRect]], int]] = {}
        """(places, height) by width: Qt asks dozens of times for one resize."""
        self._least: QSize | None = None
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        if not 0 <= index < len(self._items):
            return None
        self.invalidate()
        return self._items.pop(index)

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def invalidate(self) -> None:
        self._arranged.clear()
        self._least = None
        super().invalidate()

    def heightForWidth(self, width: int) -> int:
        return self._arrange(width)[1]

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        for item, place in self._arrange(rect.width())[0]:
            item.setGeometry(place.translated(rect.topLeft()))

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        if self._least is None:
            self._least = QSize(0, 0)
            for item in self._items:
                self._least = self._least.expandedTo(item.minimumSize())
        return self._least

    def _arrange(self, width: int) -> tuple[list[tuple[QLayoutItem, QRect]], int]:
        """Where each widget lies, from the layout's own corner, and the height of all."""
        found = self._arranged.get(width)
        if found is None:
            if len(self._arranged) >= MOST_WIDTHS:
                self._arranged.clear()
            found = self._arranged[width] = self._set_in_lines(width)
        return found

    def _set_in_lines(self, width: int) -> tuple[list[tuple[QLayoutItem, QRect]], int]:
        x, y, line = 0, 0, 0
        places = []
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if line and x + size.width() > width:
                x, y, line = 0, y + line + self.spacing(), 0
            places.append((item, QRect(QPoint(x, y), size)))
            x += size.width() + self.spacing()
            line = max(line, size.height())
        return places, y + line


class FlowArea(QWidget):
    """Widgets in lines; always just as high as they need at its width."""

    def __init__(self, spacing: int = 5) -> None:
        super().__init__()
        self._flow = FlowLayout(self, spacing)

    def add(self, widget: QWidget) -> None:
        """Put a widget after the others."""
        self._flow.addWidget(widget)
        widget.show()
        self._fit()

    def clear(self) -> None:
        """Forget all widgets; they are not deleted."""
        while self._flow.count():
            self._flow.takeAt(0)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # A layout asks for heights only at widths of its own choice: the height follows each resize instead.
        height = self._flow.heightForWidth(self.width())
        if height != self.minimumHeight():
            self.setFixedHeight(height)
