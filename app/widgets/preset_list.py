"""The list of presets: a row can be chosen, or starred or its clip heard without choosing it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from app.widgets.lists import ChoiceList
from app.widgets.preset_row import PresetDelegate, PresetItem, listen_place, star_place


class PresetList(ChoiceList):
    """Rows with a star and a button for their clip; a press on those, first or second, selects nothing."""

    listened = Signal(str)
    """The preset whose button was clicked."""
    star_clicked = Signal(str)
    """The preset whose star was."""
    deletion_asked = Signal()

    def __init__(self, delegate: PresetDelegate) -> None:
        super().__init__("Presets")
        self._delegate = delegate
        self._pressed = ("", "")
        delegate.setParent(self)
        self.setItemDelegate(delegate)
        self.setUniformItemSizes(False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        button = self._button_at(event.position().toPoint())
        if button[0] and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = button
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._button_at(event.position().toPoint())[0]:
            self.mousePressEvent(event)
            return
        super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._button_at(event.position().toPoint())[0] == "clip")
        if not self._pressed[0]:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed[0] and event.button() == Qt.MouseButton.LeftButton:
            pressed, self._pressed = self._pressed, ("", "")
            if self._button_at(event.position().toPoint()) == pressed:
                (self.star_clicked if pressed[0] == "star" else self.listened).emit(pressed[1])
            return
        super().mouseReleaseEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._point(False)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and not event.modifiers():
            self.deletion_asked.emit()
            return
        super().keyPressEvent(event)

    def _button_at(self, place: QPoint) -> tuple[str, str]:
        """``clip`` or ``star``, and whose of that lies at ``place``; both empty where there is none."""
        index = self.indexAt(place)
        item, rect = index.data(Qt.ItemDataRole.UserRole), self.visualRect(index)
        if not isinstance(item, PresetItem):
            return "", ""
        if item.clip and listen_place(rect).contains(place):
            return "clip", item.id
        return ("star", item.id) if star_place(rect).contains(place) else ("", "")

    def _point(self, on: bool) -> None:
        if on != self._delegate.pointed:
            self._delegate.pointed = on
            self.viewport().update()
