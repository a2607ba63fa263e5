"""The transport: the time, what starts and stops, what compares, level and volume."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.actions import Actions
from app.look.colours import DARK, Theme
from app.look.icons import icon
from app.widgets.buttons import Button
from app.widgets.elided import ElidedLabel
from app.widgets.keep_button import KeepButton
from app.widgets.slider import Slider

PLAY_SIZE = 52
WORDED = ("new_take", "compare")
"""Buttons that say in words what they do where there is room."""
ROOM_FOR_WORDS = 1000


class PlayButton(QToolButton):
    """The one big, round button."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("play")
        self.setFixedSize(PLAY_SIZE, PLAY_SIZE)
        self.setIconSize(QSize(24, 24))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._theme, self._stops = DARK, False

    def show_stop(self, stops: bool) -> None:
        """Show what a click will do."""
        if stops != self._stops:
            self._stops = stops
            self.set_theme(self._theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setIcon(icon("stop" if self._stops else "play", theme, size=24, colour=theme.on_accent))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)


class Transport(QFrame):
    """``volume_changed`` carries 0…1."""

    volume_changed = Signal(float)

    def __init__(self, actions: Actions, meter: QWidget) -> None:
        super().__init__()
        self.setObjectName("transport")
        self._play_action = actions["play"]
        self.play = PlayButton()
        self.play.clicked.connect(self._play_action.trigger)
        self._play_action.changed.connect(self._follow_play)
        self.buttons: dict[str, Button] = {}
        self.time = QLabel("0:00.0")
        self.time.setObjectName("time")
        # A fixed size: text of another length must not lay out the window anew ten times a second.
        self.time.setFixedSize(118, 28)
        self.time.setAccessibleName("Time")
        self.state = ElidedLabel("Ready")
        self.state.setObjectName("hint")
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(40)
        self.progress.hide()
        self.volume = Slider(0.0, 1.0, 0.01, mark=0.8)
        self.volume.setFixedWidth(90)
        tip = "For listening only: files are not touched. Double-click: 80 %."
        self.volume.setToolTip(tip)
        self.volume.setAccessibleName("Volume")
        self.volume.setAccessibleDescription(tip)
        self.volume.value_moved.connect(self.volume_changed)
        self.volume.reset_asked.connect(self._reset_volume)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.time)
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self.progress, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.state, 1)
        left.addLayout(line)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 6, 12, 6)
        layout.setSpacing(6)
        layout.addLayout(left, 1)
        layout.addWidget(self._tool(actions, "to_start"))
        layout.addWidget(self.play)
        for name in ("pause", "loop"):
            layout.addWidget(self._tool(actions, name))
        layout.addSpacing(4)
        for name in WORDED:
            layout.addWidget(self._tool(actions, name))
        layout.addWidget(meter, 2)
        layout.addWidget(self._tool(actions, "mute"))
        layout.addWidget(self.volume)
        self.keep = KeepButton(actions["keep"], actions["export"])
        layout.addWidget(self.keep)
        self._follow_play()

    def set_time(self, text: str) -> None:
        """The time of the take."""
        self.time.setText(text)

    def set_state(self, text: str, *, busy: bool) -> None:
        """What is going on, in a few words; ``busy`` shows that it takes a while."""
        self.state.setText(text)
        self.progress.setVisible(busy)

    def set_volume(self, volume: float) -> None:
        """Show a volume 0…1, without a signal."""
        self.volume.set_real(volume)

    def set_theme(self, theme: Theme) -> None:
        self.play.set_theme(theme)
        self.volume.set_theme(theme)
        self.keep.set_theme(theme)

    def show_stop(self, stops: bool) -> None:
        """Whether Play will stop."""
        self.play.show_stop(stops)

    def _tool(self, actions: Actions, name: str) -> Button:
        button = Button(size=20)
        button.follow(actions[name])
        self.buttons[name] = button
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        style = Qt.ToolButtonStyle
        roomy = self.width() >= ROOM_FOR_WORDS
        for name in WORDED:
            self.buttons[name].setToolButtonStyle(
                style.ToolButtonTextBesideIcon if roomy else style.ToolButtonIconOnly
            )

    @Slot()
    def _follow_play(self) -> None:
        self.play.setToolTip(self._play_action.toolTip())
        self.play.setAccessibleName(self._play_action.text())
        self.play.setEnabled(self._play_action.isEnabled())

    @Slot()
    def _reset_volume(self) -> None:
        self.volume.setValue(80)
