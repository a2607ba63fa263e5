"""The preset browser: categories, search, the list, and a word about what is selected."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
)

from app.look.colours import Theme
from app.look.icons import icon
from app.widgets.buttons import Button
from app.widgets.card import Card
from app.widgets.field import Field
from app.widgets.preset_list import PresetList
from app.widgets.preset_model import PresetModel
from app.widgets.preset_row import PresetDelegate, PresetItem
from app.widgets.segments import Segments

CATEGORIES = (
    ("", "All", "Every preset"),
    ("genre", "Music", "Presets that make music, by genre"),
    ("speaker", "Voices", "Presets that speak, by speaker"),
    ("user", "Mine", "Presets that you have saved"),
)


class PresetBrowser(Card):
    """``chosen`` when the user selects a preset, ``started`` when it is to be played from its start."""

    chosen = Signal(str)
    started = Signal(str)
    listened = Signal(str)
    """The button of this preset's clip was clicked."""
    star_asked = Signal(str)
    """The star of this preset was clicked."""
    deletion_asked = Signal()
    """Of the preset that is selected."""
    menu_asked = Signal(QPoint)
    """On the screen, for the preset that is selected."""

    def __init__(self) -> None:
        super().__init__("Presets")
        self._items: list[PresetItem] = []
        self._current = ""
        self._stars: frozenset[str] = frozenset()
        self.search = Field()
        self.search.setPlaceholderText("Search presets")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search presets")
        self.search.setToolTip("Find presets by name, instrument, mood or model")
        self._search_icon = self.search.addAction(
            self.style().standardIcon(self.style().StandardPixmap.SP_FileDialogContentsView),
            Field.ActionPosition.LeadingPosition,
        )
        self.starred_only = Button(
            icon_name="star", on_icon="star-filled", style="", tip="Only presets with a star", checkable=True
        )
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.search, 1)
        top.addWidget(self.starred_only)
        self.categories = Segments(CATEGORIES, wide=True)
        self.categories.choose("")
        self._model = PresetModel()
        self._delegate = PresetDelegate()
        self.list = PresetList(self._delegate)
        self.list.setModel(self._model)
        self.nothing = QLabel()
        self.nothing.setObjectName("hint")
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.hide()
        self.heading.hide()
        self.set_tight(True)
        self.body.addLayout(top)
        self.body.addWidget(self.categories)
        self.body.addWidget(self.nothing, 1)
        self.body.addWidget(self.list, 1)
        self.search.textChanged.connect(self._filter)
        self.categories.pressed.connect(self._filter)
        self.starred_only.toggled.connect(self._filter)
        self.list.selectionModel().currentChanged.connect(self._current_changed)
        self.list.taken.connect(self._taken)
        self.list.listened.connect(self.listened)
        self.list.star_clicked.connect(self.star_asked)
        self.list.deletion_asked.connect(self.deletion_asked)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        self.search.returnPressed.connect(self._take_first)
        self.search.escaped.connect(self._escaped)

    @Slot()
    def _escaped(self) -> None:
        """All presets again; once there is nothing to clear, the list has the keyboard."""
        if self.search.text():
            self.search.clear()
        else:
            self.list.setFocus()

    def set_items(self, items: Sequence[PresetItem]) -> None:
        """All presets, category by category."""
        self._items = [dataclasses.replace(item, starred=item.id in self._stars) for item in items]
        self._filter()

    def set_stars(self, presets: Collection[str]) -> None:
        """Which presets are starred."""
        if presets != self._stars:
            self._stars = frozenset(presets)
            bar = self.list.verticalScrollBar()
            place = bar.value()
            self.set_items(self._items)
            bar.setValue(place)  # whoever stars what lies elsewhere stays there

    def select(self, preset: str) -> None:
        """Show which preset is in use, without a signal."""
        self._current = preset
        row = self._model.row_of(preset)
        if row is None:
            return
        model = self.list.selectionModel()
        blocked = model.blockSignals(True)
        index = self._model.index(row)
        model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        model.blockSignals(blocked)
        self.list.scrollTo(index)
        self.list.viewport().update()

    def set_modified(self, preset: str | None) -> None:
        """Which preset differs from what is stored, if any."""
        self._model.set_modified(preset)

    def set_sounding(self, preset: str | None) -> None:
        """Whose clip sounds, if one does."""
        if preset != self._delegate.sounding:
            self._delegate.sounding = preset
            self._model.set_sounding(preset)

    def neighbour(self, preset: str, step: int) -> str | None:
        """The preset ``step`` places after this one among those shown, round and round."""
        shown = [item.id for item in self._model.items() if item.available]
        if not shown:
            return None
        if preset not in shown:
            return shown[0 if step > 0 else -1]
        return shown[(shown.index(preset) + step) % len(shown)]

    def shown(self) -> list[str]:
        """Ids of the presets that category and search leave."""
        return [item.id for item in self._model.items()]

    def set_theme(self, theme: Theme) -> None:
        self._delegate.theme = theme
        self.starred_only.set_theme(theme)
        self._search_icon.setIcon(icon("search", theme, size=16, colour=theme.muted))
        self.list.viewport().update()

    @Slot()
    def _filter(self) -> None:
        words = self.search.text().casefold().split()
        category = self.categories.value
        kept = [
            item
            for item in self._items
            if category in ("", item.category)
            and (item.starred or not self.starred_only.isChecked())
            and all(
                word in f"{item.name} {item.id} {item.detail} {item.description}".casefold() for word in words
            )
        ]
        self._model.show(kept)
        if words:
            text = "No preset matches. Try another word, or another category."
        elif self.starred_only.isChecked():
            text = "Nothing here yet. Click the star of a preset that you like, or press Ctrl+B."
        else:
            text = "Nothing here yet. Save a sound that you like with Ctrl+S."
        self.nothing.setText(text)
        self.nothing.setVisible(not kept)
        self.list.setVisible(bool(kept))
        self.select(self._current)

    @Slot(QPoint)
    def _menu(self, place: QPoint) -> None:
        if isinstance(self.list.indexAt(place).data(Qt.ItemDataRole.UserRole), PresetItem):
            self.menu_asked.emit(self.list.viewport().mapToGlobal(place))

    @Slot(QModelIndex, QModelIndex)
    def _current_changed(self, index: QModelIndex, _old: QModelIndex) -> None:
        item = index.data(Qt.ItemDataRole.UserRole)
        if isinstance(item, PresetItem):
            self._current = item.id
            self.chosen.emit(item.id)

    @Slot(QModelIndex)
    def _taken(self, index: QModelIndex) -> None:
        item = index.data(Qt.ItemDataRole.UserRole)
        if isinstance(item, PresetItem):
            self.started.emit(item.id)

    @Slot()
    def _take_first(self) -> None:
        shown = self.shown()
        if shown:
            self.list.setFocus()
            self.select(shown[0])
            self.chosen.emit(shown[0])
