"""The rows of the list of presets: headings and presets."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from app.widgets.preset_row import PresetItem

HAS_CLIP = "Has a clip; Ctrl+P plays it once this is selected."
HEADINGS = {"genre": "Music", "speaker": "Voices", "user": "Mine"}
NO_INDEX = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class PresetModel(QAbstractListModel):
    """Headings (str) and presets (PresetItem), one a row."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[str | PresetItem] = []
        self.modified: str | None = None
        self.sounding: str | None = None

    def show(self, items: Sequence[PresetItem]) -> None:
        """Show ``items``, which come category by category, under headings."""
        self.beginResetModel()
        self._rows = []
        category = None
        for item in items:
            if item.category != category:
                category = item.category
                self._rows.append(HEADINGS.get(category, category.title()))
            self._rows.append(item)
        self.endResetModel()

    def set_modified(self, preset: str | None) -> None:
        """Put a mark on one preset."""
        self.modified = preset
        self._repaint()

    def set_sounding(self, preset: str | None) -> None:
        """Say whose clip sounds."""
        self.sounding = preset
        self._repaint()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._rows[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if isinstance(row, str):
            return row if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.why_not or row.description
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            star = "Starred. " if row.starred else ""
            return f"{star}{row.detail}. {row.why_not or row.description}{self._reported_clip(row)}"
        return None

    def row_of(self, preset: str) -> int | None:
        """The row of the preset with this id."""
        for row, item in enumerate(self._rows):
            if isinstance(item, PresetItem) and item.id == preset:
                return row
        return None

    def items(self) -> list[PresetItem]:
        """The presets shown, in order."""
        return [row for row in self._rows if isinstance(row, PresetItem)]

    def _reported_clip(self, item: PresetItem) -> str:
        if not item.clip:
            return ""
        return " Its clip is playing." if item.id == self.sounding else f" {HAS_CLIP}"

    def _repaint(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))
