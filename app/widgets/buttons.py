"""Buttons that Return presses, because Space belongs to Play, and that can show one of our icons."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QToolButton, QWidget

from app.look.colours import Theme
from app.look.icons import icon
from app.look.tips import wrapped


class Button(QToolButton):
    """A tool button with an icon by name; ``style`` is an object name of the style sheet.

    ``on_icon`` is shown while it is checked.
    """

    def __init__(
        self,
        text: str = "",
        *,
        icon_name: str | None = None,
        on_icon: str = "",
        style: str = "plain",
        tip: str = "",
        checkable: bool = False,
        size: int = 18,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(style)
        self._icon_name, self._on_icon, self._size = icon_name, on_icon, size
        self._theme: Theme | None = None
        self.setCheckable(checkable)
        self.setToolTip(wrapped(tip))
        self.setAccessibleName(text or tip.split(".")[0])
        self.setAccessibleDescription(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setIconSize(QSize(size, size))
        if text:
            self.setText(text)
        both = text and icon_name
        if both:
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        elif text:
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)

    def follow(self, action: QAction, *, text: bool = False) -> None:
        """Press ``action``, and take its text, tooltip, icon and state."""
        self.setDefaultAction(action)
        self.setToolButtonStyle(
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon if text else Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        self.setAccessibleName(action.text().replace("&", ""))

    def set_theme(self, theme: Theme) -> None:
        """Tint the icon."""
        self._theme = theme
        self._redraw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def _redraw(self) -> None:
        if self._theme is None or self._icon_name is None or self.defaultAction() is not None:
            return
        self.setIcon(icon(self._icon_name, self._theme, size=self._size, on_name=self._on_icon))
