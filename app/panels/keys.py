"""The drawn keyboard under the lanes, while the computer's keys are armed."""

from __future__ import annotations

from collections.abc import Mapping

from app.actions import Actions
from app.look.colours import Theme
from app.widgets.buttons import Button
from app.widgets.card import Card
from app.widgets.elided import ElidedLabel
from app.widgets.piano import PianoKeys, name_of

LOWEST, HIGHEST = 36, 96
"""C2 to C7."""
HEIGHT, LOW_HEIGHT = 96, 78
TOOLS = ("octave_down", "octave_up", "keys")


class KeysPanel(Card):
    """``piano`` says what is pressed on it."""

    def __init__(self, actions: Actions) -> None:
        super().__init__("Keys")
        self.piano = PianoKeys(LOWEST, HIGHEST)
        self.hint = ElidedLabel()
        self.hint.setObjectName("hint")
        self.set_margins(10, 3, 10, 6)
        self.header.setStretch(1, 0)
        self.header.addWidget(self.hint, 1)
        self.buttons = {name: Button(size=14) for name in TOOLS}
        for name, button in self.buttons.items():
            button.follow(actions[name])
            self.header.addWidget(button)
        self.body.addWidget(self.piano, 1)
        self.setFixedHeight(HEIGHT)

    def show_letters(self, letters: Mapping[int, str]) -> None:
        """What the computer's keys play, by pitch."""
        self.piano.show_letters(letters)
        low, high = min(letters), max(letters)
        self.piano.setAccessibleName(f"Piano keys; A to P play {name_of(low)} to {name_of(high)}")

    def set_low(self, low: bool) -> None:
        """Whether there is little room."""
        self.setFixedHeight(LOW_HEIGHT if low else HEIGHT)

    def set_theme(self, theme: Theme) -> None:
        self.piano.set_theme(theme)
        for button in self.buttons.values():
            button.set_theme(theme)
