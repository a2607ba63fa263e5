"""A monkey at a window: any click, key, drag, drop, action and size, from a seed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import IO

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMenu, QWidget

from app.window import MainWindow
from tests.app.lookout import Lookout
from tests.stalls import Waiting

KEYS = [
    *(getattr(Qt.Key, f"Key_{name}") for name in "ABCDEFGHIJKLMNOPRSTUVWXYZ0123456789"),
    *(getattr(Qt.Key, f"Key_F{number}") for number in range(1, 13)),
    *(
        getattr(Qt.Key, f"Key_{name}")
        for name in (
            *("Space", "Return", "Escape", "Tab", "Backtab", "Delete", "Backspace", "Left", "Right", "Up"),
            *("Down", "Home", "End", "PageUp", "PageDown", "Plus", "Minus", "Comma", "Period", "Menu"),
        )
    ),
]
NONE, SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
MODIFIERS = [*[NONE] * 6, SHIFT, CTRL, CTRL, CTRL | SHIFT, ALT]
LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
BUTTONS = [*[LEFT] * 8, RIGHT, MIDDLE]
TOO_LONG_S = 0.2
GIVEN_UP_MS = 20
"""Between two looks whether a dialog or a menu is open that holds everything else."""


class Monkey(QObject):
    """Does one thing after another to a window, and notes what each took."""

    def __init__(self, window: MainWindow, files: list[Path], seed: int, traces: IO[str]) -> None:
        """``traces`` is written where the window was when it did not answer in time."""
        super().__init__()
        self._traces = traces
        self._window, self._files = window, files
        self._rng = random.Random(seed)
        self._waiting, self._lookout = Waiting(), Lookout(TOO_LONG_S)
        self.done: list[str] = []
        """What it did, in words."""
        self.holds: list[tuple[float, float, float, str]] = []
        """(when it ended on ``time.monotonic``, seconds, of these not let to run, what), the longest of each.

        While a dialog or a menu is open, it is held only as long as it does not answer.
        """
        self._marks: list[tuple[float, float]] = []
        self._patience = 0
        self._ways: list[tuple[int, Callable[[], str]]] = [
            (30, self._click),
            (25, self._press),
            (12, self._trigger),
            (10, self._drag),
            (8, self._wheel),
            (6, self._drop),
            (5, self._resize),
            (4, self._write),
        ]
        self._release = QTimer(self)
        self._release.setInterval(GIVEN_UP_MS)
        self._release.setSingleShot(True)
        self._release.timeout.connect(self._leave_what_holds)

    def run(self, actions: int) -> None:
        """So many things."""
        weights, ways = [weight for weight, _ in self._ways], [way for _, way in self._ways]
        self._release.start()
        try:
            for _ in range(actions):
                self.timed(self._rng.choices(ways, weights)[0])
                if self._rng.random() < 0.3:
                    QTest.qWait(self._rng.choice((1, 5, 40)))
        finally:
            self._release.stop()
            self._lookout.stop()

    def timed(self, way: Callable[[], str]) -> None:
        """Do one thing and all that follows from it at once."""
        self._marks = []
        self._mark()
        what = way()
        QApplication.processEvents()
        self._mark()
        self.done.append(what)
        (start, had_waited), (end, has_waited) = max(
            pairwise(self._marks), key=lambda marks: marks[1][0] - marks[0][0]
        )
        self.holds.append((end, end - start, has_waited - had_waited, what))

    def _mark(self) -> None:
        self._traces.write(self._lookout.touch())
        self._marks.append((time.monotonic(), self._waiting.seconds()))

    def _leave_what_holds(self) -> None:
        """What runs an event loop of its own is played with for a moment, then left."""
        self._release.start()  # anew: a timer is silent while its own call opens a dialog that waits
        self._mark()
        popup, dialog = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        if popup is None and dialog is None:
            self._patience = 3
            return
        self._patience -= 1
        holder = popup or dialog
        if self._patience > 0:
            self.done.append(f"  in {_name(holder)}: {self._click_in(holder)}")
        elif isinstance(popup, QMenu) and self._rng.random() < 0.5:
            QTest.keyClick(popup, Qt.Key.Key_Return)
        elif popup is not None:
            popup.close()
        elif isinstance(dialog, QDialog):
            (dialog.accept if self._rng.random() < 0.5 else dialog.reject)()
        self._mark()

    def _click(self) -> str:
        return self._click_in(self._window)

    def _click_in(self, root: QWidget) -> str:
        widget = self._any_of(root)
        button, modifier = self._rng.choice(BUTTONS), self._rng.choice(MODIFIERS)
        place = self._place(widget)
        if self._rng.random() < 0.12:
            QTest.mouseDClick(widget, button, modifier, place)
            return f"double click on {_name(widget)}"
        QTest.mouseClick(widget, button, modifier, place)
        return f"click on {_name(widget)}"

    def _press(self) -> str:
        key, modifier = self._rng.choice(KEYS), self._rng.choice(MODIFIERS)
        target = QApplication.focusWidget() or self._window
        QTest.keyClick(target, key, modifier)
        return f"{modifier.name} {key.name} to {_name(target)}"

    def _write(self) -> str:
        fields = [field for field in self._window.findChildren(QLineEdit) if field.isVisible()]
        if not fields:
            return "no field"
        field = self._rng.choice(fields)
        field.setFocus()
        text = self._rng.choice(("calm", "", "x" * 300, "-1e9", "😀 ü\u200f", "0.5", "42", "\\/<b>&"))
        field.insert(text)
        QTest.keyClick(field, self._rng.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab)))
        return f"wrote {text[:9]!r} into {_name(field)}"

    def _trigger(self) -> str:
        actions = [action for action in self._window.actions() if action.isEnabled() and not _quits(action)]
        action = self._rng.choice(actions)
        action.trigger()
        return f"action {action.text()!r}"

    def _drag(self) -> str:
        widget = self._any_of(self._window)
        button, modifier = self._rng.choice(BUTTONS), self._rng.choice(MODIFIERS)
        QTest.mousePress(widget, button, modifier, self._place(widget))
        for _ in range(self._rng.randrange(1, 6)):
            QTest.mouseMove(widget, self._place(widget, 200))
            QApplication.processEvents()
        QTest.mouseRelease(widget, button, modifier, self._place(widget))
        return f"drag on {_name(widget)}"

    def _wheel(self) -> str:
        widget = self._any_of(self._window)
        place = QPointF(self._place(widget))
        turn = QPoint(self._rng.choice((0, 0, 120)), self._rng.choice((-1200, -120, 120, 1200)))
        event = QWheelEvent(
            place,
            widget.mapToGlobal(place),
            QPoint(),
            turn,
            Qt.MouseButton.NoButton,
            self._rng.choice(MODIFIERS),
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)
        return f"wheel on {_name(widget)}"

    def _drop(self) -> str:
        files = self._rng.sample(self._files, self._rng.choice((1, 1, 1, 2)))
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        copy, place = Qt.DropAction.CopyAction, self._place(self._window)
        enters = QDragEnterEvent(place, copy, data, LEFT, NONE)
        enters.ignore()
        QApplication.sendEvent(self._window, enters)
        if enters.isAccepted():
            QApplication.sendEvent(self._window, QDropEvent(QPointF(place), copy, data, LEFT, NONE))
        else:
            QApplication.sendEvent(self._window, QEvent(QEvent.Type.DragLeave))
        return f"drop of {', '.join(file.name for file in files)}"

    def _resize(self) -> str:
        self._window.resize(self._rng.randrange(800, 2561), self._rng.randrange(560, 1441))
        return f"resize to {self._window.width()} x {self._window.height()}"

    def _any_of(self, root: QWidget) -> QWidget:
        seen = [widget for widget in root.findChildren(QWidget) if widget.isVisible() and widget.isEnabled()]
        return self._rng.choice(seen or [root])

    def _place(self, widget: QWidget, beyond: int = 0) -> QPoint:
        """Somewhere on it, or up to so many pixels off."""
        return QPoint(
            self._rng.randrange(-beyond, max(1, widget.width()) + beyond),
            self._rng.randrange(-beyond, max(1, widget.height()) + beyond),
        )


def _name(widget: QWidget | None) -> str:
    if widget is None:
        return "nothing"
    names = (widget.objectName(), widget.accessibleName(), widget.windowTitle())
    return f"{type(widget).__name__} {next(filter(None, names), '')!r}"


def _quits(action: QAction) -> bool:
    return "Quit" in action.text()
