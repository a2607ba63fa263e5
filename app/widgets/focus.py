"""Where the keyboard goes in an area of the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def first_of(area: QWidget) -> QWidget:
    """The widget of an area that the keyboard reaches first: a list before what searches it."""
    inside = [
        widget
        for widget in area.findChildren(QWidget)
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    lists = [widget for widget in inside if widget.inherits("QListView")]
    return (lists or inside or [area])[0]
