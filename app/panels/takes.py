"""The list of takes: every run is one. Play, star, rename, use again, export, delete."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLabel, QMenu, QStackedLayout, QWidget

from app.actions import Actions
from app.look.colours import Theme
from app.widgets.buttons import Button
from app.widgets.card import Card
from app.widgets.lists import ChoiceList
from app.widgets.take_row import TakeDelegate, TakeItem, button_at

NO_INDEX = QModelIndex()
Index = QModelIndex | QPersistentModelIndex
EMPTY = "Every run is kept here as a take.\nPress Space to make the first one."
FIRST = "The first take is being made.\nPress Space to stop; it is then kept here."
TOOLS = ("take_play", "take_apply", "take_star", "take_rename", "take_export", "take_delete")


class TakeModel(QAbstractListModel):
    """Takes, newest first."""

    renamed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.items: list[TakeItem] = []

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.items)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self.items[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return item
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return item.name
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            reported = f"{item.detail}, {item.length}{', starred' if item.starred else ''}"
            return f"{reported}. {item.warning}" if item.warning else reported
        if role == Qt.ItemDataRole.ToolTipRole:
            return item.warning or None
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not name:
            return False
        if name != self.items[index.row()].name:
            self.renamed.emit(self.items[index.row()].id, name)
        return True

    def show(self, items: Sequence[TakeItem]) -> None:
        """Replace all rows; where only their looks changed, nothing else is disturbed."""
        if [item.id for item in items] == [item.id for item in self.items]:
            self.items = list(items)
            if items:
                self.dataChanged.emit(self.index(0), self.index(len(items) - 1))
            return
        self.beginResetModel()
        self.items = list(items)
        self.endResetModel()


class TakeList(ChoiceList):
    """A double-click plays, except on a row's star and play sign, which have their own meaning."""

    deletion_asked = Signal()
    grabbed = Signal(str)
    """The mouse was pressed on a take: it may become a drag."""
    drag_asked = Signal(str)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        item = self.indexAt(event.position().toPoint()).data(Qt.ItemDataRole.UserRole)
        if isinstance(item, TakeItem) and event.button() == Qt.MouseButton.LeftButton:
            self.grabbed.emit(item.id)

    def startDrag(self, actions: Qt.DropAction) -> None:
        item = self.currentIndex().data(Qt.ItemDataRole.UserRole)
        if isinstance(item, TakeItem):
            self.drag_asked.emit(item.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and not event.modifiers():
            self.deletion_asked.emit()
            return
        super().keyPressEvent(event)

    def is_plain(self, place: QPoint) -> bool:
        return not button_at(self.visualRect(self.indexAt(place)), place)


class TakePanel(Card):
    """Signals carry a take's id; ``selected`` an empty one where none is."""

    selected = Signal(str)
    play_asked = Signal(str)
    star_asked = Signal(str)
    renamed = Signal(str, str)

    def __init__(self, actions: Actions) -> None:
        super().__init__("Takes")
        self._actions = actions
        self.tools = []
        for name in TOOLS:
            button = Button(size=16)
            button.setIconSize(button.iconSize())
            button.follow(actions[name])
            self.tools.append(button)
            self.add_tool(button)
        self._model = TakeModel()
        self.list = TakeList("Takes")
        self.list.setModel(self._model)
        self._delegate = TakeDelegate(self.list)
        self.list.setItemDelegate(self._delegate)
        self.list.setUniformItemSizes(True)
        self.list.setDragEnabled(True)
        self.list.setSelectionMode(TakeList.SelectionMode.ExtendedSelection)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.setToolTip("Double-click plays a take; drag it out of the window as a WAV file")
        self.empty = QLabel(EMPTY)
        self.empty.setObjectName("hint")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        stack = QWidget()
        self._stack = QStackedLayout(stack)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.list)
        self.body.addWidget(stack, 1)
        self._model.renamed.connect(self.renamed)
        self._delegate.star_clicked.connect(self.star_asked)
        self._delegate.play_clicked.connect(self.play_asked)
        self.list.taken.connect(self._taken)
        self.list.deletion_asked.connect(actions["take_delete"].trigger)
        self.list.customContextMenuRequested.connect(self._menu)
        self.list.selectionModel().currentChanged.connect(self._current_changed)

    def set_items(self, items: Sequence[TakeItem], current: str) -> None:
        """Show takes, newest first, with ``current`` selected, without a signal."""
        model = self.list.selectionModel()
        blocked = model.blockSignals(True)
        self._model.show(items)
        row = next((row for row, item in enumerate(items) if item.id == current), None)
        if row is not None and (model.currentIndex().row() != row or not model.hasSelection()):
            model.setCurrentIndex(self._model.index(row), model.SelectionFlag.ClearAndSelect)
        model.blockSignals(blocked)
        self._stack.setCurrentIndex(1 if items else 0)
        self.list.viewport().update()

    def set_busy(self, on: bool) -> None:
        """Whether a take is being made: an empty list then says something else."""
        self.empty.setText(FIRST if on else EMPTY)

    @property
    def items(self) -> list[TakeItem]:
        """The rows shown."""
        return list(self._model.items)

    @property
    def selection(self) -> list[str]:
        """Ids of all takes that are selected."""
        return [self._model.items[index.row()].id for index in self.list.selectionModel().selectedRows()]

    def edit_name(self, take: str) -> None:
        """Let the user type another name in place."""
        for row, item in enumerate(self._model.items):
            if item.id == take:
                self.list.edit(self._model.index(row))

    def set_theme(self, theme: Theme) -> None:
        self._delegate.theme = theme
        self.list.viewport().update()

    @Slot(QModelIndex)
    def _taken(self, index: QModelIndex) -> None:
        self.play_asked.emit(self._model.items[index.row()].id)

    @Slot(QModelIndex, QModelIndex)
    def _current_changed(self, index: QModelIndex, _old: QModelIndex) -> None:
        self.selected.emit(self._model.items[index.row()].id if index.isValid() else "")

    @Slot(QPoint)
    def _menu(self, place: QPoint) -> None:
        if not self.list.indexAt(place).isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in TOOLS:
            menu.addAction(self._actions[name])
        menu.popup(self.list.viewport().mapToGlobal(place))
