"""What a model is to learn from the user's sounds: a tag or a voice, its name, from which model, how long."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel

from app.actions import Actions
from app.look.colours import Theme
from app.widgets.buttons import Button
from app.widgets.card import Card
from app.widgets.field import Field
from app.widgets.segments import Segments

KINDS = (
    ("tag", "Instrument", "An instrument, a style, any sound: it becomes a tag"),
    ("speaker", "Voice", "Somebody's voice: it becomes a speaker"),
)
TIMES = ((10, "10 minutes"), (30, "30 minutes"), (60, "1 hour"), (180, "3 hours"), (480, "a night (8 hours)"))
"""Minutes, and what they are called."""
DEFAULT_TIME = 1
NAME_LENGTH = 40


class TeachingPanel(Card):
    """``changed`` when the user chose something else."""

    changed = Signal()

    def __init__(self, actions: Actions) -> None:
        super().__init__("What it learns")
        self.kind = Segments(KINDS, "What the sounds are", wide=True)
        self.kind.choose("tag")
        self.name = Field()
        self.name.setMaxLength(NAME_LENGTH)
        self.name.setPlaceholderText("harmonica")
        self.base, self.time = QComboBox(), QComboBox()
        for minutes, words in TIMES:
            self.time.addItem(words, minutes)
        self.time.setCurrentIndex(DEFAULT_TIME)
        for box in (self.base, self.time):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
        self.estimate = QLabel()
        self.estimate.setObjectName("hint")
        self.estimate.setWordWrap(True)
        self.start = Button(style="")
        self.start.follow(actions["train_start"], text=True)
        self.body.addWidget(self.kind)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for line, (title, widget, tip) in enumerate(
            (
                ("Name", self.name, "What the new tag or voice is called"),
                ("Start from", self.base, "The model that learns it, and keeps what it knows"),
                ("Time", self.time, "How long it trains"),
            )
        ):
            label = QLabel(title)
            label.setBuddy(widget)
            widget.setToolTip(tip)
            widget.setAccessibleName(title)
            widget.setAccessibleDescription(tip)
            grid.addWidget(label, line, 0)
            grid.addWidget(widget, line, 1)
        self.body.addLayout(grid)
        self.body.addWidget(self.estimate)
        self.body.addWidget(self.start)
        self.kind.pressed.connect(self._moved)
        self.name.textChanged.connect(self._moved)
        self.base.activated.connect(self._moved)
        self.time.activated.connect(self._moved)

    @property
    def seconds(self) -> float:
        """How long it is to train."""
        return float(self.time.currentData()) * 60.0

    @property
    def model(self) -> str:
        """The name of the model to start from; empty for none."""
        return str(self.base.currentData() or "")

    def set_bases(self, bases: Sequence[tuple[str, str]]) -> None:
        """(name, words) of the models that there are to start from; the first is chosen."""
        if [(self.base.itemData(n), self.base.itemText(n)) for n in range(self.base.count())] != list(bases):
            self.base.clear()
            for name, words in bases:
                self.base.addItem(words, name)

    def set_theme(self, theme: Theme) -> None:
        self.kind.set_theme(theme)
        self.start.set_theme(theme)

    @Slot()
    def _moved(self) -> None:
        self.changed.emit()
