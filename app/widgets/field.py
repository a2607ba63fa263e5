"""A line of text to type into that keeps its keys to itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

OWN_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class Field(QLineEdit):
    """Return and Escape end the typing: they reach neither a shortcut of the window nor what lies behind."""

    escaped = Signal()

    def event(self, event: QEvent) -> bool:
        if keeps(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)
        if event.key() in OWN_KEYS:
            event.accept()


def asks_for(event: QEvent, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
    """Whether the window asks if this key with these modifiers is a shortcut of its own."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    return event.key() == key and event.modifiers() == modifiers


def keeps(event: QEvent) -> bool:
    """Whether the window asks if a key is a shortcut that belongs to the field."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    return event.key() in OWN_KEYS and not event.modifiers()
