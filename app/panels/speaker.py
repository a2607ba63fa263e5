"""Who speaks: one of the model's speakers, or anybody."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup

from app.look.colours import Theme
from app.widgets.buttons import Button
from app.widgets.card import Card
from app.widgets.flow import FlowArea

ANYBODY = "anyone"


class SpeakerPanel(Card):
    """``changed`` carries the speaker's name, or None for anybody."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__("Voice")
        self._area = FlowArea()
        self.body.addWidget(self._area)
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._clicked)
        self._speakers: tuple[str, ...] | None = None
        self.buttons: dict[str | None, Button] = {}
        self.set_speakers(())

    def set_speakers(self, speakers: Sequence[str]) -> None:
        """The speakers that the model knows; the first choice is always anybody."""
        if tuple(speakers) == self._speakers:
            return
        self._speakers = tuple(speakers)
        for button in self.buttons.values():
            self._group.removeButton(button)
            button.hide()
            button.setParent(None)
            button.deleteLater()
        self._area.clear()
        self.buttons = {}
        for speaker in (*self._speakers, None):
            tip = f"Speak as {speaker}" if speaker else "No one in particular: the voice may wander"
            button = Button(speaker or ANYBODY, style="pill", tip=tip, checkable=True)
            self._group.addButton(button)
            self.buttons[speaker] = button
            self._area.add(button)
        self.buttons[None].setChecked(True)

    @property
    def speaker(self) -> str | None:
        """The choice shown."""
        return next(name for name, button in self.buttons.items() if button.isChecked())

    def set_speaker(self, speaker: str | None) -> None:
        """Show a choice, without a signal; one that the model does not know is anybody."""
        self.buttons.get(speaker, self.buttons[None]).setChecked(True)

    def set_theme(self, theme: Theme) -> None:
        for button in self.buttons.values():
            button.set_theme(theme)

    @Slot(QAbstractButton)
    def _clicked(self, _button: QAbstractButton) -> None:
        self.changed.emit(self.speaker)
