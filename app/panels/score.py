"""The score: given notes that the model plays, and what it does once they have ended."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from app.actions import Actions
from app.look.colours import Theme
from app.widgets.buttons import Button
from app.widgets.elided import ElidedLabel
from app.widgets.lane import Lane
from app.widgets.segments import Segments

WIDGET_MAX = 16_777_215
"""Qt's own: no limit."""
ROOM_FOR_LENGTH, ROOM_FOR_THEN = 620, 560
EMPTY = "Drop a MIDI file here, or have a piece composed."
AFTER = (
    ("repeat", "again", "When the score has ended, it begins again"),
    ("improvise", "go on", "When the score has ended, the model goes on by itself"),
    ("silence", "rest", "When the score has ended, the model stays silent"),
)


class ScorePanel(Lane):
    """``after_changed`` carries what comes after a score. ``piano_roll`` is the picture of the notes."""

    filled = Signal()
    """There are notes now, and were none."""
    after_changed = Signal(str)

    def __init__(self, actions: Actions, piano_roll: QWidget) -> None:
        super().__init__("Score")
        self.piano_roll = piano_roll
        self._loaded = self._played = False
        self._then = QLabel("then")
        self._then.setObjectName("hint")
        self.name, self.length = ElidedLabel(), ElidedLabel()
        self.length.setObjectName("hint")
        self.length.setAccessibleName("Length of the score")
        self.after = Segments(AFTER, "After the score")
        self.after.pressed.connect(self._chosen)
        self.open, self.open_other, self.clear = Button(style=""), Button(), Button(size=14)
        self.compose, self.compose_other = Button(style=""), Button()
        self.open.follow(actions["open_score"], text=True)
        self.open_other.follow(actions["open_score"])
        self.compose.follow(actions["compose_score"], text=True)
        self.compose_other.follow(actions["compose_score"])
        self.clear.follow(actions["clear_score"])
        self.header.setStretch(1, 0)
        self.header.setSpacing(5)
        self.header.insertSpacing(1, 4)
        for widget, stretch in ((self.name, 1), (self.length, 0), (self._then, 0), (self.after, 0)):
            self.header.addWidget(widget, stretch)
        for button in (self.compose, self.open, self.compose_other, self.open_other):
            self.header.addWidget(button)
        self.header.addWidget(self.clear)
        self.finish_header()
        self.body.addWidget(piano_roll, 1)
        self.show_score("", "", "improvise")

    def show_score(self, name: str, length: str, after: str) -> None:
        """The score at hand, without a signal; an empty name for none."""
        loaded = bool(name)
        self.name.setObjectName("value" if loaded else "hint")
        self.name.setText(name or EMPTY)
        self.name.style().polish(self.name)
        self.length.setText(length)
        self.after.choose(after)
        for widget in (self.after, self.open_other, self.compose_other, self.clear):
            widget.setVisible(loaded)
        for widget in (self.open, self.compose):
            widget.setVisible(not loaded)
        self._loaded = loaded
        self._give_way()
        self._show_roll()

    def show_played(self, on: bool) -> None:
        """Whether notes that were played by hand are shown, with a score or without."""
        if on != self._played:
            self._played = on
            self._show_roll()

    def _show_roll(self) -> None:
        """Without notes the line is all there is; with them nothing holds the lane to its height."""
        filled = self._loaded or self._played
        first = filled and self.piano_roll.isHidden()
        self.piano_roll.setVisible(filled)
        self._limit_height()
        if first:
            self.filled.emit()

    def _limit_height(self) -> None:
        for layout in (self.header, self.body, self._outer):
            layout.invalidate()
        held = self.piano_roll.isHidden()
        self.setMaximumHeight(self.minimumSizeHint().height() if held else WIDGET_MAX)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        buttons = (self.open, self.open_other, self.compose, self.compose_other, self.clear)
        for button in (self.after, *buttons):
            button.set_theme(theme)
        self._limit_height()  # dressed, the line is higher

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()

    def _give_way(self) -> None:
        """Leave the name what room there is."""
        for widget, room in ((self.length, ROOM_FOR_LENGTH), (self._then, ROOM_FOR_THEN)):
            widget.setVisible(self._loaded and self.width() >= room)

    @Slot(object)
    def _chosen(self, after: str) -> None:
        self.after_changed.emit(after)
