"""The message bar: one line for what went wrong or is worth knowing, with at most one thing to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.look.colours import DARK, Theme
from app.look.icons import pixmap
from app.widgets.buttons import Button

Kind = Literal["info", "warning", "error"]
INFO_MS = 8_000
MARGIN = 12
"""Points from the edges of what it lies over."""


class MessageBar(QFrame):
    """Errors and warnings stay until closed; news goes by itself.

    It lies over the lower edge of its parent: what is below stays where it is, and under the mouse.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._below = parent
        parent.installEventFilter(self)
        self.setObjectName("message")
        self._theme = DARK
        self._kind: Kind = "info"
        self._act: Callable[[], None] | None = None
        self.sign = QLabel()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton()
        self.close_button = Button(icon_name="close", tip="Close this message", size=14)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 5, 6, 5)
        line.setSpacing(10)
        line.addWidget(self.sign)
        line.addWidget(self.text, 1)
        line.addWidget(self.button)
        line.addWidget(self.close_button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        self.close_button.clicked.connect(self.clear)
        self.button.clicked.connect(self._pressed)
        self.hide()

    def tell(
        self, text: str, kind: Kind = "info", *, button: str = "", act: Callable[[], None] | None = None
    ) -> None:
        """Show one line; ``button`` names what ``act`` does."""
        self._kind, self._act = kind, act
        self.text.setText(text)
        self.button.setText(button)
        self.button.setAccessibleName(button)
        self.button.setToolTip(f"{button}: {text}")
        self.button.setVisible(bool(button))
        self.setProperty("kind", kind)
        self.style().polish(self)
        self.setAccessibleName(f"{kind}: {text}")
        self._draw()
        self._place()
        self.show()
        self.raise_()
        if kind == "info":
            self._timer.start(INFO_MS)
        else:
            self._timer.stop()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    @Slot()
    def clear(self) -> None:
        """Close the bar."""
        self._timer.stop()
        self._act = None
        self.text.clear()
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.close_button.set_theme(theme)
        self._draw()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        width = max(self.minimumSizeHint().width(), self._below.width() - 2 * MARGIN)
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        self.setGeometry(MARGIN, self._below.height() - height - MARGIN, width, height)

    def _draw(self) -> None:
        theme = self._theme
        colour = {"info": theme.second, "warning": theme.warning, "error": theme.danger}[self._kind]
        name = "info" if self._kind == "info" else "warning"
        self.sign.setPixmap(pixmap(name, colour, 18, self.devicePixelRatioF()))

    @Slot()
    def _pressed(self) -> None:
        act = self._act
        self.clear()
        if act:
            act()
