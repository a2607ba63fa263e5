"""One row of the stage: a title that maximises, an eye that hides, a menu; and the stack of all rows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QSplitter, QWidget

from app.look.colours import Theme
from app.widgets.buttons import Button
from app.widgets.card import Card

SIDES = 10
"""Points at the left and right of every lane: pictures of one time axis must lie one above the other."""
MAXIMISE = "Double-click: fill the stage with it, and back"


class Lane(Card):
    """``maximise_asked`` by a double-click on the title, ``hide_asked`` by the eye."""

    maximise_asked = Signal()
    hide_asked = Signal()
    picture_asked = Signal()
    """The user wants the lane as a picture file."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(heading, parent)
        self._outer.setContentsMargins(SIDES, 3, SIDES, 5)
        self._outer.setSpacing(3)
        self.heading.setToolTip(MAXIMISE)
        self.heading.installEventFilter(self)
        self.eye = Button(icon_name="eye", tip=f"Hide this lane ({heading}); View shows it again", size=14)
        self.eye.setAccessibleName(f"Hide {heading}")
        self.eye.clicked.connect(self.hide_asked)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)

    def finish_header(self) -> None:
        """Put the eye at the right of all that was put into the header."""
        self.header.addWidget(self.eye)

    def set_theme(self, theme: Theme) -> None:
        self.eye.set_theme(theme)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self.maximise_asked.emit()
            return True
        return super().eventFilter(watched, event)

    @Slot(QPoint)
    def _menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Fill the stage, or back", self.maximise_asked.emit)
        menu.addAction("Hide", self.hide_asked.emit)
        menu.addSeparator()
        menu.addAction("Save picture …", self.picture_asked.emit)
        menu.popup(self.mapToGlobal(place))


class LaneStack(QSplitter):
    """Lanes one above the other, sized by their edges. ``changed`` when one is shown or hidden."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setChildrenCollapsible(False)
        self._lanes: dict[str, Lane] = {}
        self._hidden: set[str] = set()
        self._without: set[str] = set()
        self._alone = ""

    def add(self, name: str, lane: Lane, stretch: int) -> None:
        """Put a lane below the others."""
        self._lanes[name] = lane
        self.addWidget(lane)
        self.setStretchFactor(self.count() - 1, stretch)
        lane.maximise_asked.connect(lambda: self.maximise(name))
        lane.hide_asked.connect(lambda: self.show_lane(name, False))

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """All of them, from top to bottom, seen or not."""
        return tuple(self._lanes.values())

    @property
    def hidden(self) -> frozenset[str]:
        """Names of the lanes that the user hid."""
        return frozenset(self._hidden)

    def is_wanted(self, name: str) -> bool:
        """Whether the user lets a lane be seen."""
        return name not in self._hidden

    def show_lane(self, name: str, on: bool) -> None:
        """Let a lane be seen, or not."""
        (self._hidden.discard if on else self._hidden.add)(name)
        self._alone = ""
        self.fit()

    def set_available(self, name: str, on: bool) -> None:
        """Whether there can be anything in a lane at all."""
        (self._without.discard if on else self._without.add)(name)
        self.fit()

    def maximise(self, name: str) -> None:
        """Let one lane fill the stack; the same once more brings the others back."""
        self._alone = "" if self._alone == name else name
        self.fit()

    def give_room(self, name: str, height: int) -> None:
        """Let a lane be so high at least; what it lacks comes from the others, from each by its height."""
        sizes, place = self.sizes(), list(self._lanes).index(name)
        lack, others = height - sizes[place], sum(sizes) - sizes[place]
        if 0 < lack < others:
            left = [round(size * (others - lack) / others) for size in sizes]
            self.setSizes([*left[:place], height, *left[place + 1 :]])

    def fit(self) -> None:
        """Show what the user wants of what there is."""
        alone = "" if self._alone in self._without else self._alone
        for name, lane in self._lanes.items():
            gone = name in self._without or name in self._hidden
            lane.setVisible(not gone and alone in ("", name))
        self.changed.emit()
