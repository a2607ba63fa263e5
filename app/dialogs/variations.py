"""Asks how many variations to make, how long, and from where on."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.widgets.number_field import give_room
from engine.stream.variations import FEWEST, LONGEST_S, MOST


@dataclass(frozen=True)
class VariationChoice:
    """What the user decided."""

    count: int = 8
    seconds: int = 10
    """Of its own, of each."""
    from_playhead: bool = False


class VariationDialog(QDialog):
    """``place`` says where the playhead stands, where variations can begin there; else it is empty."""

    def __init__(
        self, start: str, place: str, choice: VariationChoice, parent: QWidget | None = None
    ) -> None:
        """``start`` says what begins anew; ``choice`` is that of last time."""
        super().__init__(parent)
        self.setWindowTitle("Variations")
        self.count, self.seconds = QSpinBox(), QSpinBox()
        self.count.setRange(FEWEST, MOST)
        self.count.setValue(choice.count)
        self.seconds.setRange(1, round(LONGEST_S))
        self.seconds.setSuffix(" s each")
        self.seconds.setValue(choice.seconds)
        self.anew, self.from_playhead = QRadioButton(start), QRadioButton(place)
        self._places = QButtonGroup(self)
        for button in (self.anew, self.from_playhead):
            self._places.addButton(button)
        self.from_playhead.setVisible(bool(place))
        self.from_playhead.setChecked(bool(place))
        self.anew.setChecked(not place)
        for box, name in ((self.count, "How many"), (self.seconds, "How long")):
            box.setAccessibleName(name)
            box.setMinimumWidth(120)
            give_room(box)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        form.addRow("How &many", self.count)
        form.addRow("How &long", self.seconds)
        form.addRow("&From", self.anew)
        form.addRow("", self.from_playhead)
        note = QLabel(
            "They are made aside while what plays goes on, each with a seed of its own. Then, in Takes: "
            "Up and Down hear the next one at the same place, Return keeps it with a star, Delete drops it."
        )
        note.setObjectName("hint")
        note.setWordWrap(True)
        self.buttons = QDialogButtonBox()
        self.buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self.make = self.buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self.make.setDefault(True)
        self.make.setObjectName("primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 18)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(note)
        column.addWidget(self.buttons)
        self.count.valueChanged.connect(self._name_button)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._name_button()

    @property
    def choice(self) -> VariationChoice:
        """What is chosen."""
        return VariationChoice(self.count.value(), self.seconds.value(), self.from_playhead.isChecked())

    @Slot()
    def _name_button(self) -> None:
        self.make.setText(f"Make {self.count.value()}")
