"""The top line: which preset is in use, the way back to it, and what shows the columns."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.actions import Actions
from app.look.colours import Theme
from app.widgets.buttons import Button
from app.widgets.elided import ElidedLabel
from app.widgets.midi_button import MidiButton, MidiMenu
from app.widgets.segments import Segments

LINE = 34
ROOM_FOR_ALL = 900
"""A line less wide does not name the model."""
PLAY, SPEAK, TRAIN = 0, 1, 2
MODES = (
    (PLAY, "Play", "Play music, or say a recording again"),
    (SPEAK, "Speak", "Say a text"),
    (TRAIN, "Train", "Teach a model your own sounds"),
)


class TopBar(QWidget):
    """``mode_chosen`` carries whether texts are to be said, ``train_chosen`` whether the user is to train."""

    mode_chosen = Signal(bool)
    train_chosen = Signal(bool)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.modes = Segments(MODES, "Mode")
        self.modes.pressed.connect(self._chosen)
        self._mode, self._training = PLAY, False
        self.modes.choose(PLAY)
        self.title, self.subtitle, self.model_chip = ElidedLabel(), ElidedLabel(), QLabel()
        self.title.setObjectName("title")
        self.subtitle.setObjectName("subtitle")
        self.model_chip.setObjectName("chip")
        self.modified_button = Button(style="")
        self.modified_button.follow(actions["reset"], text=True)
        self.modified_button.setFixedHeight(LINE - 6)
        self.buttons = {name: Button(size=18) for name in ("left_column", "previous", "next", "right_column")}
        for name, button in self.buttons.items():
            button.follow(actions[name])
        self.midi_menu = MidiMenu(self)
        self.midi = MidiButton(self.midi_menu)
        self.keys = Button(size=18)
        self.keys.follow(actions["keys"])
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(self.buttons["left_column"])
        line.addWidget(self.modes)
        for name in ("previous", "next"):
            line.addWidget(self.buttons[name])
        line.addSpacing(4)
        line.addWidget(self.title)
        line.addWidget(self.modified_button)
        line.addWidget(self.subtitle, 1)
        line.addWidget(self.model_chip, 0, Qt.AlignmentFlag.AlignVCenter)
        for button in (self.midi, self.keys, self.buttons["right_column"]):
            line.addWidget(button)
        self.setFixedHeight(LINE)

    def show_preset(self, name: str, description: str, model: str, *, modified: bool) -> None:
        """The preset in use."""
        self.title.setText(name)
        self.subtitle.setText(description)
        self.model_chip.setText(model)
        self._fit()
        self.modified_button.setVisible(modified)

    def show_modes(self, *, shown: bool, speak: bool) -> None:
        """Whether texts can be said, and whether they are."""
        self.modes.buttons[SPEAK].setVisible(shown)
        self._mode = SPEAK if speak else PLAY
        self.show_training(self._training)

    def show_training(self, on: bool) -> None:
        """Whether the user trains, in place of playing or speaking."""
        self._training = on
        self.modes.choose(TRAIN if on else self._mode)

    def set_theme(self, theme: Theme) -> None:
        self.modes.set_theme(theme)
        for button in (*self.buttons.values(), self.modified_button, self.midi, self.keys):
            button.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.model_chip.setVisible(bool(self.model_chip.text()) and self.width() >= ROOM_FOR_ALL)

    @Slot(object)
    def _chosen(self, mode: int) -> None:
        self.train_chosen.emit(mode == TRAIN)
        if mode != TRAIN:
            self.mode_chosen.emit(mode == SPEAK)
