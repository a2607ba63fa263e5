"""The list of takes: every run is one, the one that is being made first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QStackedLayout, QWidget

from app.actions import Actions
from app.look.colours import Theme
from app.widgets.buttons import Button
from app.widgets.card import Card
from app.widgets.field import Field
from app.widgets.lists import ChoiceList
from app.widgets.progress_line import ProgressLine
from app.widgets.take_row import TakeDelegate, TakeItem, button_at, indented

NO_INDEX = QModelIndex()
Index = QModelIndex | QPersistentModelIndex
EMPTY = "Every run is kept here as a take. Press Space to make the first one."
NO_MATCH = "No take matches."
RUNNING = "running"
"""Id of the row of the take that is being made."""
TOOLS = (
    *("take_play", "take_apply", "take_star", "take_rename"),
    *("variations", "mark_a", "mark_b", "take_export", "take_delete"),
)


class TakeModel(QAbstractListModel):
    """Takes, newest first."""

    renamed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.items: list[TakeItem] = []

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.items)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and self.items[index.row()].id == RUNNING:  # seen, and nothing else yet
            return Qt.ItemFlag.NoItemFlags
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
    keep_asked = Signal(str)
    """Return on one of several takes that were made together."""
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
        item = self.currentIndex().data(Qt.ItemDataRole.UserRole)
        returns = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers()
        if returns and isinstance(item, TakeItem) and item.together:
            self.keep_asked.emit(item.id)
            return
        super().keyPressEvent(event)

    def is_plain(self, place: QPoint) -> bool:
        index = self.indexAt(place)
        item = index.data(Qt.ItemDataRole.UserRole)
        return not isinstance(item, TakeItem) or not button_at(indented(self.visualRect(index), item), place)


class TakePanel(Card):
    """Signals carry a take's id; ``selected`` an empty one where none is."""

    selected = Signal(str)
    play_asked = Signal(str)
    star_asked = Signal(str)
    renamed = Signal(str, str)
    front_asked = Signal()
    """Something comes into the list that the user wants to see."""

    def __init__(self, actions: Actions) -> None:
        super().__init__("Takes")
        self._actions = actions
        self._items: list[TakeItem] = []
        self._running: TakeItem | None = None
        self._current = ""
        self.search = Field()
        self.search.setPlaceholderText("Search takes")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search takes")
        self.search.setToolTip("Find takes by name, preset, seed or score; “starred” finds those")
        self.more = Button(icon_name="more", tip="What can be done with the selected take", size=16)
        self.more.clicked.connect(self._show_tools)
        line = QHBoxLayout()
        line.addWidget(self.search, 1)
        line.addWidget(self.more)
        self.heading.hide()
        self.set_tight(True)
        self.body.addLayout(line)
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
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        stack = QWidget()
        self._stack = QStackedLayout(stack)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.list)
        self.body.addWidget(stack, 1)
        self.progress = ProgressLine(actions["cancel_making"])
        self.body.addWidget(self.progress)
        self._model.renamed.connect(self.renamed)
        self._delegate.star_clicked.connect(self.star_asked)
        self._delegate.play_clicked.connect(self.play_asked)
        self.list.taken.connect(self._taken)
        self.list.deletion_asked.connect(actions["take_delete"].trigger)
        self.list.customContextMenuRequested.connect(self._menu)
        self.list.selectionModel().currentChanged.connect(self._current_changed)
        self.search.textChanged.connect(self._filter)
        self.search.escaped.connect(self.search.clear)
        self.search.returnPressed.connect(self.list.setFocus)

    def set_items(self, items: Sequence[TakeItem], current: str) -> None:
        """Show takes, newest first, with ``current`` selected, without a signal."""
        self._items, self._current = list(items), current
        self._filter()

    def set_running(self, item: TakeItem | None) -> None:
        """Show the take that is being made as the first row, or none."""
        if item == self._running:
            return
        self._running = item
        self._filter()

    @property
    def items(self) -> list[TakeItem]:
        """The takes that are shown, without the one that is being made."""
        return [item for item in self._model.items if item.id != RUNNING]

    @Slot()
    def _filter(self) -> None:
        words = self.search.text().casefold().split()
        shown = [item for item in self._items if all(word in item.found_by for word in words)]
        rows = [self._running, *shown] if self._running else shown
        model = self.list.selectionModel()
        blocked = model.blockSignals(True)
        self._model.show(rows)
        row = next((row for row, item in enumerate(rows) if item.id == self._current), None)
        if row is not None and (model.currentIndex().row() != row or not model.hasSelection()):
            model.setCurrentIndex(self._model.index(row), model.SelectionFlag.ClearAndSelect)
            self.list.scrollTo(self._model.index(row))
        model.blockSignals(blocked)
        self.empty.setText(NO_MATCH if self._items else EMPTY)
        self._stack.setCurrentIndex(1 if rows else 0)
        self.list.viewport().update()

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
        self.more.set_theme(theme)
        self.progress.set_theme(theme)
        self.list.viewport().update()

    @Slot(QModelIndex)
    def _taken(self, index: QModelIndex) -> None:
        self.play_asked.emit(self._model.items[index.row()].id)

    @Slot(QModelIndex, QModelIndex)
    def _current_changed(self, index: QModelIndex, _old: QModelIndex) -> None:
        self._current = self._model.items[index.row()].id if index.isValid() else ""
        self.selected.emit(self._current)

    @Slot(QPoint)
    def _menu(self, place: QPoint) -> None:
        if self.list.indexAt(place).isValid():
            self._open_tools(self.list.viewport().mapToGlobal(place))

    @Slot()
    def _show_tools(self) -> None:
        self._open_tools(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _open_tools(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in TOOLS:
            menu.addAction(self._actions[name])
        menu.popup(place)
