"""Tags of the model at hand, in four groups; each is a chip that is its own slider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from app.look.colours import DARK, Theme
from app.widgets.card import Card
from app.widgets.fade import Fade
from app.widgets.flow import FlowArea
from app.widgets.tag_chip import TagChip

GROUPS = {
    "Instruments": [
        *("piano", "organ", "guitar", "electric guitar", "bass", "violin", "cello", "strings"),
        *("flute", "saxophone", "choir", "musicbox", "synth", "drums"),
    ],
    "Style": ["chiptune", "jazz", "rock", "techno", "waltz", "classical", "folk", "ambient"],
    "Mood": ["happy", "sad", "calm", "energetic", "dreamy", "dark", "major", "minor"],
    "Texture": ["slow", "medium", "fast", "solo", "ensemble", "lead", "chords", "arpeggio"],
}
OTHERS = "Others"
"""Tags that a model of somebody else's knows."""
LOWEST = 120


class TagPanel(Card):
    """``changed`` carries all weights above 0 as (tag, weight) pairs in the model's order."""

    changed = Signal(tuple)

    def __init__(self) -> None:
        super().__init__("Tags")
        self._theme = DARK
        self._vocabulary: tuple[str, ...] = ()
        self._weights: dict[str, float] = {}
        self.chips: dict[str, TagChip] = {}
        """By tag, in reading order."""
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(5)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inside)
        self._area.setMinimumHeight(LOWEST)
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
        self._weights = {tag: weights[tag] for tag in self._vocabulary if weights.get(tag, 0.0) > 0.0}
        for tag, chip in self.chips.items():
            chip.show_weight(self._weights.get(tag, 0.0))

    def set_defaults(self, weights: Mapping[str, float]) -> None:
        """The weights that the preset gives them."""
        for tag, chip in self.chips.items():
            chip.default = weights.get(tag, 0.0)

    @property
    def weights(self) -> tuple[tuple[str, float], ...]:
        """(tag, weight) pairs above 0, in the model's order."""
        return tuple(
            (tag, self._weights[tag]) for tag in self._vocabulary if self._weights.get(tag, 0.0) > 0.0
        )

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._fade.set_theme(theme)
        for chip in self.chips.values():
            chip.set_theme(theme)

    def _rebuild(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        self.chips = {}
        for name, tags in grouped(self._vocabulary).items():
            heading = QLabel(name)
            heading.setObjectName("hint")
            cloud = FlowArea(4)
            self._column.addWidget(heading)
            self._column.addWidget(cloud)
            for tag in tags:
                chip = TagChip(tag)
                chip.show_weight(self._weights.get(tag, 0.0))
                chip.weighed.connect(lambda weight, tag=tag: self._weigh(tag, weight))
                self.chips[tag] = chip
                cloud.add(chip)
        self._column.addStretch(1)
        self.set_theme(self._theme)

    def _weigh(self, tag: str, weight: float) -> None:
        self._weights[tag] = weight
        self.changed.emit(self.weights)


def grouped(vocabulary: Sequence[str]) -> dict[str, list[str]]:
    """The tags of a vocabulary by the heading they stand under; headings with none are left out."""
    known = {tag for tags in GROUPS.values() for tag in tags}
    groups = {name: [tag for tag in tags if tag in vocabulary] for name, tags in GROUPS.items()}
    groups[OTHERS] = [tag for tag in vocabulary if tag not in known]
    return {name: tags for name, tags in groups.items() if tags}
