"""The command palette: type a few letters of what is to be done, Return does it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

from app.dialogs.fuzzy import fit
from app.look.colours import Theme
from app.widgets.field import Field
from app.widgets.lists import ChoiceList
from app.widgets.palette_row import ROW, PaletteDelegate, PaletteEntry

WIDTH = 580
ROWS = 11
BY_KIND = 100.0
NO_INDEX = QModelIndex()
WALK = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS - 1, Qt.Key.Key_PageUp: 1 - ROWS}


class PaletteField(Field):
    """Arrows walk through the list below."""

    walked = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = WALK.get(Qt.Key(event.key()), 0)
        if step:
            self.walked.emit(step)
            return
        super().keyPressEvent(event)


class PaletteModel(QAbstractListModel):
    """The entries that fit what was typed, the best first."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[PaletteEntry] = []

    def show(self, entries: Sequence[PaletteEntry]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self.entries = list(entries)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return ", ".join(filter(None, (entry.kind, entry.keys, entry.why_not)))
        return entry.why_not or None if role == Qt.ItemDataRole.ToolTipRole else None


class PaletteDialog(QDialog):
    """``chosen`` is what to do once it is closed; None for nothing."""

    def __init__(self, entries: Sequence[PaletteEntry], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setWindowTitle("Commands")
        self.setObjectName("palette")
        self.chosen: PaletteEntry | None = None
        self._entries = tuple(entries)
        self.field = PaletteField()
        self.field.setPlaceholderText("What do you want to do? A command, a preset, a take")
        self.field.setAccessibleName("Search commands, presets and takes")
        self._model = PaletteModel()
        self._delegate = PaletteDelegate()
        self._delegate.theme = theme
        self.list = ChoiceList("Commands")
        self.list.setModel(self._model)
        self.list.setItemDelegate(self._delegate)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFixedHeight(ROWS * ROW)
        self.nothing = QLabel("Nothing of that name. Try fewer letters.")
        self.nothing.setObjectName("hint")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setFixedHeight(ROWS * ROW)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        layout.addWidget(self.nothing)
        self.setFixedWidth(WIDTH)
        self.field.textChanged.connect(self._filter)
        self.field.walked.connect(self._walk)
        self.field.returnPressed.connect(self._take)
        self.field.escaped.connect(self.reject)
        self.list.clicked.connect(self._take)
        self._filter()
        if parent is not None:
            corner = parent.mapToGlobal(parent.rect().topLeft())
            self.move(corner.x() + (parent.width() - WIDTH) // 2, corner.y() + min(90, parent.height() // 8))
        self.field.setFocus()

    @property
    def shown(self) -> list[PaletteEntry]:
        """What fits, in order."""
        return list(self._model.entries)

    @Slot()
    def _filter(self) -> None:
        query = self.field.text()
        fits = [
            (value, bool(entry.why_not), index)
            for index, entry in enumerate(self._entries)
            if (value := _fit(query, entry)) is not None
        ]
        self._model.show([self._entries[index] for *_, index in sorted(fits)])
        self.list.setVisible(bool(fits))
        self.nothing.setVisible(not fits)
        self._select(0)

    @Slot(int)
    def _walk(self, step: int) -> None:
        last = self._model.rowCount() - 1
        row = self.list.currentIndex().row() + step
        if abs(step) == 1:  # round and round
            row = row % (last + 1) if last >= 0 else 0
        self._select(max(0, min(last, row)))

    def _select(self, row: int) -> None:
        self.list.setCurrentIndex(self._model.index(row, 0))

    @Slot()
    def _take(self) -> None:
        entry = self.list.currentIndex().data(Qt.ItemDataRole.UserRole)
        if isinstance(entry, PaletteEntry) and not entry.why_not:
            self.chosen = entry
            self.accept()


def _fit(query: str, entry: PaletteEntry) -> float | None:
    """As ``fit``; what fits only together with its kind comes after what fits by itself."""
    value = fit(query, entry.text)
    if value is None:
        value = fit(query, f"{entry.text} {entry.kind}")
        return None if value is None else value + BY_KIND
    return value
