"""The seed: the same one gives the same sound again. Dice for a new one, a lock to keep it."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QRegularExpressionValidator

from app.look.colours import Theme
from app.widgets.buttons import Button
from app.widgets.card import Card
from app.widgets.field import Field
from engine.wavenet.philox import SEED_LIMIT


class SeedPanel(Card):
    """``typed`` when the user entered another seed: it is then to be kept."""

    typed = Signal()

    def __init__(self, dice: QAction, lock: QAction) -> None:
        super().__init__("Seed")
        self._seed = 0
        self.field = Field()
        self.field.setAccessibleName("Seed")
        self.field.setToolTip("The same seed, preset and moves: the very same sound.\nA whole number from 0.")
        self.field.setValidator(QRegularExpressionValidator(r"\d{0,20}", self.field))
        self.dice, self.lock = Button(style="", size=18), Button(style="", size=18)
        self.dice.follow(dice)
        self.lock.follow(lock)
        self.header.setStretch(1, 0)
        self.header.addWidget(self.field, 1)
        self.header.addWidget(self.dice)
        self.header.addWidget(self.lock)
        self.set_tight(True)
        self.field.textEdited.connect(self._edited)
        self.field.editingFinished.connect(self._finished)
        self.field.escaped.connect(self._escaped)
        self.set_seed(0)

    @property
    def seed(self) -> int:
        """The last whole seed: half-typed or absurd text does not count."""
        return self._seed

    def set_seed(self, seed: int) -> None:
        """Show a seed, without a signal; text that is being typed is left alone."""
        self._seed = seed
        if not (self.field.hasFocus() and self.field.isModified()):
            self.field.setText(str(seed))
            self._mark(wrong=False)

    def set_theme(self, theme: Theme) -> None:
        self.dice.set_theme(theme)
        self.lock.set_theme(theme)

    @Slot(str)
    def _edited(self, text: str) -> None:
        self._mark(wrong=not self._fits(text))

    @Slot()
    def _escaped(self) -> None:
        self.field.setText(str(self._seed))
        self.field.clearFocus()

    @Slot()
    def _finished(self) -> None:
        text = self.field.text()
        changed = self._fits(text) and int(text) != self._seed
        if changed:
            self._seed = int(text)
        self.field.setModified(False)
        self.field.setText(str(self._seed))
        self._mark(wrong=False)
        self.field.clearFocus()
        if changed:
            self.typed.emit()

    def _fits(self, text: str) -> bool:
        return text.isdecimal() and int(text) < SEED_LIMIT

    def _mark(self, *, wrong: bool) -> None:
        if self.field.property("wrong") != wrong:
            self.field.setProperty("wrong", wrong)
            self.field.style().polish(self.field)
