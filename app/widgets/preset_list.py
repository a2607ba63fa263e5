"""The list of presets: a row can be chosen, or its clip heard without choosing it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent

from app.widgets.lists import ChoiceList
from app.widgets.preset_row import PresetDelegate, PresetItem, listen_place


class PresetList(ChoiceList):
    """Rows with a button for their clip; a press on it, first or second, leaves the selection alone."""

    listened = Signal(str)
    """The preset whose button was clicked."""

    def __init__(self, delegate: PresetDelegate) -> None:
        super().__init__("Presets")
        self._delegate = delegate
        self._pressed = ""
        delegate.setParent(self)
        self.setItemDelegate(delegate)
        self.setUniformItemSizes(False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        preset = self._button_at(event.position().toPoint())
        if preset and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = preset
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._button_at(event.position().toPoint()):
            self.mousePressEvent(event)
            return
        super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(bool(self._button_at(event.position().toPoint())))
        if not self._pressed:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed and event.button() == Qt.MouseButton.LeftButton:
            pressed, self._pressed = self._pressed, ""
            if self._button_at(event.position().toPoint()) == pressed:
                self.listened.emit(pressed)
            return
        super().mouseReleaseEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._point(False)
        super().leaveEvent(event)

    def _button_at(self, place: QPoint) -> str:
        """The preset whose button lies at ``place``; empty where there is none."""
        index = self.indexAt(place)
        item = index.data(Qt.ItemDataRole.UserRole)
        if (
            isinstance(item, PresetItem)
            and item.clip
            and listen_place(self.visualRect(index)).contains(place)
        ):
            return item.id
        return ""

    def _point(self, on: bool) -> None:
        if on != self._delegate.pointed:
            self._delegate.pointed = on
            self.viewport().update()
