"""Tags of the model at hand: those in use with a weight each, the others one click away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.look.colours import DARK, Theme
from app.widgets.buttons import Button
from app.widgets.card import Card
from app.widgets.fade import Fade
from app.widgets.flow import FlowArea
from app.widgets.number import NumberBox
from app.widgets.slider import Slider

MOST = 2.0
NEW_WEIGHT = 1.0


class TagRow(QWidget):
    """A tag in use."""

    changed = Signal(float)
    removed = Signal()

    def __init__(self, tag: str, weight: float, default: float) -> None:
        super().__init__()
        self.tag, self._default = tag, default
        tip = (
            f"How strongly “{tag}” steers the sound. 0: not at all. 1: as in the music it has learnt from. "
            "Above 1: exaggerated. Double-click resets."
        )
        self.name = QLabel(tag)
        self.name.setFixedWidth(94)
        self.name.setToolTip(tag)
        self.slider = Slider(0.0, MOST, 0.01, mark=1.0)
        self.slider.wheel_needs_focus = True
        self.slider.setMinimumWidth(36)  # a row fits the narrowest column
        self.box = NumberBox(0.0, MOST, 0.1, 2)
        self.box.setFixedWidth(46)
        for widget, kind in ((self.slider, "weight slider"), (self.box, "weight")):
            widget.setToolTip(tip)
            widget.setAccessibleName(f"{tag} {kind}")
            widget.setAccessibleDescription(tip)
        self.remove = Button(icon_name="close", tip=f"Take “{tag}” out", size=12)
        self.remove.setAccessibleName(f"Take {tag} out")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.name)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.box)
        layout.addWidget(self.remove)
        self.show_weight(weight)
        self.slider.value_moved.connect(self.box.setValue)
        self.slider.reset_asked.connect(self._reset)
        self.box.valueChanged.connect(self._typed)
        self.remove.clicked.connect(self.removed)

    def show_weight(self, weight: float) -> None:
        """Show a weight without a signal."""
        blocked = self.box.blockSignals(True)
        self.box.setValue(weight)
        self.box.blockSignals(blocked)
        self.slider.set_real(weight)

    @Slot(float)
    def _typed(self, weight: float) -> None:
        self.slider.set_real(weight)
        self.changed.emit(weight)

    @Slot()
    def _reset(self) -> None:
        self.box.setValue(self._default)


class TagPanel(Card):
    """``changed`` carries all weights above 0 as (tag, weight) pairs in the model's order."""

    changed = Signal(tuple)

    def __init__(self) -> None:
        super().__init__("Tags")
        self._theme = DARK
        self._vocabulary: tuple[str, ...] = ()
        self._weights: dict[str, float] = {}
        self._defaults: dict[str, float] = {}
        self.rows: dict[str, TagRow] = {}
        self.chips: dict[str, Button] = {}
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(4)
        self._used = QVBoxLayout()
        self._used.setSpacing(1)
        self._add = QLabel("Add")
        self._add.setObjectName("hint")
        self._cloud = FlowArea()
        self._column.addLayout(self._used)
        self._column.addWidget(self._add)
        self._column.addWidget(self._cloud)
        self._column.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._inside)
        self._fade = Fade(self._area)
        self.body.addWidget(self._area)

    def set_vocabulary(self, tags: Sequence[str]) -> None:
        """The tags that the model knows; those in use that it does not know are dropped."""
        if tuple(tags) == self._vocabulary:
            return
        self._vocabulary = tuple(tags)
        self._weights = {tag: weight for tag, weight in self._weights.items() if tag in self._vocabulary}
        self._rebuild()

    def set_weights(self, weights: Mapping[str, float]) -> None:
        """Show these weights, without a signal."""
        weights = {tag: weights[tag] for tag in self._vocabulary if weights.get(tag, 0.0) > 0.0}
        same = weights.keys() == self.rows.keys()
        self._weights = weights
        if not same:
            self._rebuild()
        for tag, row in self.rows.items():
            row.show_weight(self._weights[tag])

    def set_defaults(self, weights: Mapping[str, float]) -> None:
        """The weights that a reset leads back to."""
        self._defaults = dict(weights)
        self._rebuild()

    @property
    def weights(self) -> tuple[tuple[str, float], ...]:
        """(tag, weight) pairs above 0, in the model's order."""
        return tuple(
            (tag, self._weights[tag]) for tag in self._vocabulary if self._weights.get(tag, 0.0) > 0.0
        )

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._fade.set_theme(theme)
        for row in self.rows.values():
            row.slider.set_theme(theme, theme.second)
            row.remove.set_theme(theme)
        for chip in self.chips.values():
            chip.set_theme(theme)

    def _rebuild(self) -> None:
        for widget in (*self.rows.values(), *self.chips.values()):
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        while self._used.count():
            self._used.takeAt(0)
        self._cloud.clear()
        self.rows, self.chips = {}, {}
        for tag in self._vocabulary:
            if tag in self._weights:
                self._add_row(tag)
            else:
                self._add_chip(tag)
        self._add.setVisible(bool(self.chips))
        self.set_theme(self._theme)

    def _add_row(self, tag: str) -> None:
        row = TagRow(tag, self._weights[tag], self._defaults.get(tag, NEW_WEIGHT))
        row.changed.connect(lambda weight: self._weigh(tag, weight))
        row.removed.connect(lambda: self._remove(tag))
        self.rows[tag] = row
        self._used.addWidget(row)

    def _add_chip(self, tag: str) -> None:
        chip = Button(tag, style="pill", tip=f"Add “{tag}” with weight 1")
        chip.clicked.connect(lambda: self._insert(tag))
        self.chips[tag] = chip
        self._cloud.add(chip)

    def _weigh(self, tag: str, weight: float) -> None:
        self._weights[tag] = weight
        self.changed.emit(self.weights)

    def _remove(self, tag: str) -> None:
        del self._weights[tag]
        self._rebuild()
        self.chips[tag].setFocus()
        self.changed.emit(self.weights)

    def _insert(self, tag: str) -> None:
        self._weights[tag] = NEW_WEIGHT
        self._rebuild()
        self.rows[tag].slider.setFocus()
        self.changed.emit(self.weights)
