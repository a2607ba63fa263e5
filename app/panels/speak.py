"""How a text is said: the voice, or two of them blended, speed, pitch, range and pauses."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSizePolicy

from app.look.colours import Theme
from app.widgets.card import Card
from app.widgets.number import NumberRow
from engine.speech.spoken import PAUSE_FACTORS, PITCH_RANGES, TEXT_SEMITONES, TEXT_SPEEDS, Manner

NOBODY = "nobody"
HOLDS = "Double-click resets; Shift moves finely."
ROWS = (
    ("speed", "Speed", "How many times as fast it is said.", (*TEXT_SPEEDS, 0.05, 1.0, 2, " ×")),
    ("semitones", "Pitch", "Semitones by which the melody is moved.", (*TEXT_SEMITONES, 0.5, 0.0, 1, " st")),
    ("pitch_range", "Range", "How lively: 0 says it on one tone.", (*PITCH_RANGES, 0.05, 1.0, 2, " ×")),
    ("pauses", "Pauses", "How many times as long the pauses are.", (*PAUSE_FACTORS, 0.1, 1.0, 1, " ×")),
)


class SpeakPanel(Card):
    """``changed`` when the user moved anything: what comes next is said so."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__("Voice and manner")
        self.voice, self.second = QComboBox(), QComboBox()
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for line, (name, box, tip) in enumerate(
            (
                ("Voice", self.voice, "Who says the text; while it is said, the next words change"),
                ("With", self.second, "Another voice to blend in"),
            )
        ):
            label = QLabel(name)
            label.setBuddy(box)
            box.setToolTip(tip)
            box.setAccessibleName("Voice" if box is self.voice else "Second voice")
            box.setAccessibleDescription(tip)
            box.activated.connect(self._chosen)
            grid.addWidget(label, line, 0)
            grid.addWidget(box, line, 1)
        self.body.addLayout(grid)
        self.share = NumberRow(
            "Blend",
            f"How much of the second voice there is.\n{HOLDS}",
            low=0.0,
            high=100.0,
            step=1.0,
            default=50.0,
            decimals=0,
            suffix=" %",
        )
        self.rows = {
            name: NumberRow(
                title,
                f"{tip}\n{HOLDS}",
                low=low,
                high=high,
                step=step,
                default=default,
                decimals=decimals,
                suffix=suffix,
            )
            for name, title, tip, (low, high, step, default, decimals, suffix) in ROWS
        }
        for row in (self.share, *self.rows.values()):
            self.body.addWidget(row)
            row.changed.connect(self._moved)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.set_voices(())

    @property
    def manner(self) -> Manner:
        """As it is shown."""
        first, second = self.voice.currentText(), self.second.currentText()
        share = self.share.value
        shares = (
            [(first, 100.0 - share), (second, share)] if self.second.currentIndex() > 0 else [(first, 1.0)]
        )
        values = {name: row.value for name, row in self.rows.items()}
        return Manner(tuple((name, part) for name, part in shares if part > 0.0 and name), **values)

    def set_voices(self, voices: Sequence[str]) -> None:
        """The voices that there are."""
        if [self.voice.itemText(n) for n in range(self.voice.count())] == list(voices):
            return
        self.voice.clear()
        self.voice.addItems(list(voices))
        self.second.clear()
        self.second.addItems([NOBODY, *voices])
        self.share.setEnabled(False)

    def show_manner(self, manner: Manner) -> None:
        """Show how it is said, without a signal."""
        names = [name for name, _ in manner.speakers]
        total = sum(share for _, share in manner.speakers)
        for name, row in self.rows.items():
            row.set_value(getattr(manner, name))
        if names and (
            len(names) > 1 or self.second.currentIndex() <= 0 or names[0] not in self._chosen_two()
        ):
            self.voice.setCurrentText(names[0])
            self.second.setCurrentText(names[1] if len(names) > 1 else NOBODY)
        if len(names) > 1:
            self.share.set_value(100.0 * manner.speakers[1][1] / total)
        self._allow()

    def set_theme(self, theme: Theme) -> None:
        for row in (self.share, *self.rows.values()):
            row.set_theme(theme)

    def _chosen_two(self) -> tuple[str, str]:
        return self.voice.currentText(), self.second.currentText()

    def _allow(self) -> None:
        blends = self.second.currentIndex() > 0
        self.share.setEnabled(blends)
        why_not = "" if blends else "Choose a second voice first"
        self.share.slider.setAccessibleDescription(why_not or "How much of the second voice there is")
        self.share.setToolTip(why_not)

    @Slot()
    def _chosen(self) -> None:
        if self.second.currentText() == self.voice.currentText():
            self.second.setCurrentIndex(0)
        self._allow()
        self.changed.emit()

    @Slot()
    def _moved(self) -> None:
        self.changed.emit()
