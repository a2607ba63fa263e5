"""The text that is said: typed, pasted, dropped or opened, with the word on it that is heard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from app.actions import Actions
from app.look.colours import DARK, Theme
from app.widgets.buttons import Button
from app.widgets.elided import ElidedLabel
from app.widgets.field import asks_for
from app.widgets.lane import Lane

PIXELS = 18
EMPTY = "Type or paste a text here, or drop a text file. Ctrl+Return says it."
RETURNS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
TOOLS = ("speak", "speak_here", "sentence_back", "sentence_forward", "open_text")


class TextBox(QPlainTextEdit):
    """Plain text; a dropped file is not its business. Ctrl+Return asks for it to be said."""

    speak_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("text")
        self.setAccessibleName("Text to say")
        self.setPlaceholderText(EMPTY)
        self.setTabChangesFocus(True)
        font = QFont(self.font())
        font.setPixelSize(PIXELS)
        self.setFont(font)
        self.setMinimumHeight(54)

    def sizeHint(self) -> QSize:
        return QSize(300, 96)

    def event(self, event: QEvent) -> bool:
        if any(asks_for(event, key, Qt.KeyboardModifier.ControlModifier) for key in RETURNS):
            event.accept()  # elsewhere it plays the selected take
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = (
            event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.ControlModifier
        )
        if event.key() in RETURNS and control:
            self.speak_asked.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return not source.hasUrls() and super().canInsertFromMimeData(source)


class TextPanel(Lane):
    """``edited`` when the user changed the text."""

    edited = Signal()

    def __init__(self, actions: Actions) -> None:
        super().__init__("Text")
        self.box = TextBox()
        self.state = ElidedLabel()
        self.state.setObjectName("hint")
        self._theme = DARK
        self._word: tuple[int, int] | None = None
        self.buttons = [Button(size=16) for _ in TOOLS]
        self.header.setStretch(1, 0)
        self.header.addWidget(self.state, 1)
        for button, name in zip(self.buttons, TOOLS, strict=True):
            button.follow(actions[name])
            self.header.addWidget(button)
        self.finish_header()
        self.body.addWidget(self.box, 1)
        self.box.textChanged.connect(self._changed)
        self.box.speak_asked.connect(actions["speak"].trigger)

    @property
    def text(self) -> str:
        """What stands there."""
        return self.box.toPlainText()

    def show_text(self, text: str) -> None:
        """Let this stand there, as a step that can be taken back there; nothing where it does."""
        if text == self.text:
            return
        blocked = self.box.blockSignals(True)
        cursor = QTextCursor(self.box.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.box.moveCursor(QTextCursor.MoveOperation.Start)
        self.box.blockSignals(blocked)
        self.show_word(None)

    @property
    def place(self) -> int:
        """The character before which the cursor stands."""
        return _character(self.text, self.box.textCursor().position())

    def show_word(self, word: tuple[int, int] | None) -> None:
        """Mark the characters of a word, and bring them into view; None for none."""
        if word == self._word:
            return
        self._word = word
        if word is None:
            self.box.setExtraSelections([])
            return
        text = self.text
        cursor = QTextCursor(self.box.document())
        cursor.setPosition(_unit(text, word[0]))
        cursor.setPosition(_unit(text, word[1]), QTextCursor.MoveMode.KeepAnchor)
        marked = QTextEdit.ExtraSelection()
        form = QTextCharFormat()
        form.setBackground(QColor(self._theme.accent))
        form.setForeground(QColor(self._theme.on_accent))
        marked.cursor, marked.format = cursor, form
        self.box.setExtraSelections([marked])
        if not self.box.hasFocus():
            self._show(cursor)

    @property
    def word(self) -> tuple[int, int] | None:
        """The characters that are marked."""
        return self._word

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        word, self._theme = self._word, theme
        self.show_word(None)
        self.show_word(word)
        for button in self.buttons:
            button.set_theme(theme)

    def _show(self, cursor: QTextCursor) -> None:
        """Scroll to where a word stands, without moving the cursor of who types."""
        place, view = self.box.cursorRect(cursor), self.box.viewport().rect()
        if not view.contains(place.center()):
            bar = self.box.verticalScrollBar()
            lines = (place.top() - view.height() // 3) // max(1, place.height())
            bar.setValue(bar.value() + lines)

    @Slot()
    def _changed(self) -> None:
        self.show_word(None)
        self.edited.emit()


def _unit(text: str, character: int) -> int:
    """Where a character stands as Qt counts: one beyond U+FFFF for two."""
    return character + sum(ord(c) > 0xFFFF for c in text[:character]) if not text.isascii() else character


def _character(text: str, unit: int) -> int:
    """The reverse of ``_unit``."""
    if text.isascii():
        return unit
    return len(text.encode("utf-16-le")[: 2 * unit].decode("utf-16-le", errors="ignore"))
