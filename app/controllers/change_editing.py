"""The changes of the take that the stage shows: edited in their lane, then made again as a branch of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from app.controllers.change_rows import Edits, edits_of, in_order
from app.controllers.change_words import marks
from app.controllers.history import Step
from app.controllers.making import Making, list_made
from app.controllers.reporter import Reporter
from engine.library.making_again import make_changed
from engine.library.take_store import written

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.catalogue import Catalogue
    from app.controllers.history import History
    from app.controllers.takes import TakeController
    from app.panels.takes import TakePanel
    from app.plots.change_lanes import ChangeLanes
    from engine.library.control_events import ControlEvent
    from engine.library.takes import Take

NO_TAKE = "Select a take first"
UNCHANGED = "Nothing is changed: drag a point in the Changes lane, or double-click there to add one"


class ChangeEditor(Reporter):
    """Edits are kept for each take until the program ends; a take itself never changes."""

    def __init__(
        self,
        plot: ChangeLanes,
        panel: TakePanel,
        actions: Actions,
        takes: TakeController,
        catalogue: Catalogue,
        history: History,
        making: Making,
    ) -> None:
        super().__init__()
        self._plot, self._panel, self._actions = plot, panel, actions
        self._takes, self._catalogue, self._history, self._making = takes, catalogue, history, making
        self._take: Take | None = None
        self._edited: dict[str, tuple[ControlEvent, ...]] = {}
        self._plot.point_moved.connect(self._move)
        self._plot.point_added.connect(self._add)
        self._plot.point_removed.connect(self._remove)
        actions["make_changed"].triggered.connect(self.make)
        making.changed.connect(self._allow)
        self._allow()

    @Slot(object)
    def show(self, take: Take | None) -> None:
        """The stage shows a finished take, or something else."""
        self._take = take
        self._redraw()

    @Slot()
    def make(self) -> None:
        """Make a new take of the edited changes."""
        take = self._take
        if take is None or take.id not in self._edited:
            return
        events, load = self._edited[take.id], self._catalogue.loader(take.preset)

        folder = self._takes.store.folder

        def work(proceed: Callable[[float], bool]) -> list[Take]:
            made = make_changed(take, events, load(), proceed)
            return written(folder, [made] if made else [])

        self._panel.front_asked.emit()
        self._making.start(
            f"“{take.name}” with its changes",
            work,
            lambda made: self._made(take, made),
            lambda why: self.reported.emit(f"Not made: {why}", "error"),
        )

    def _made(self, take: Take, takes: list[Take]) -> None:
        if not takes:
            self.reported.emit("Cancelled; nothing was kept", "info")
            return
        self._edited.pop(take.id, None)  # they are the new take's now
        made = list_made(takes, self._takes, self._panel)
        at_s = made.parent_sample / made.sample_rate
        self.reported.emit(f"“{made.name}” is “{take.name}” with other changes from {at_s:.2f} s on", "info")
        self._redraw()

    @Slot(int, int, float, float)
    def _move(self, row: int, point: int, seconds: float, value: float) -> None:
        self._edit("moving a change", lambda edits: edits.moved(row, point, seconds, value))

    @Slot(int, float, float)
    def _add(self, row: int, seconds: float, value: float) -> None:
        self._edit("adding a change", lambda edits: edits.added(row, seconds, value))

    @Slot(int, int)
    def _remove(self, row: int, point: int) -> None:
        self._edit("removing a change", lambda edits: edits.removed(row, point))

    def _edit(self, text: str, change: Callable[[Edits], tuple[ControlEvent, ...]]) -> None:
        take, edits = self._take, self._edits()
        if take is None or edits is None:
            return
        take_id, before, after = take.id, edits.events, change(edits)

        def put(events: tuple[ControlEvent, ...]) -> None:
            self._edited[take_id] = events
            self._redraw()

        put(after)
        self._history.push(Step(text, lambda: put(before), lambda: put(after)))

    def _edits(self) -> Edits | None:
        take = self._take
        config = self._catalogue.config(take.preset) if take is not None else None
        if take is None or config is None:
            return None
        events = self._edited.get(take.id, take.events)
        return edits_of(take.preset.params(), events, config, take.sample_rate, take.length)

    def _redraw(self) -> None:
        edits = self._edits()
        self._plot.show_rows(edits.rows() if edits else ())
        if edits is not None:
            self._plot.show_marks(marks(edits.events, edits.rate))
        self._allow()

    @Slot()
    def _allow(self) -> None:
        take = self._take
        if take is None:
            why_not = NO_TAKE
        elif self._edited.get(take.id, in_order(take.events)) == in_order(take.events):
            self._edited.pop(take.id, None)
            why_not = UNCHANGED
        else:
            why_not = self._making.why_not or self._catalogue.why_not(take.preset)
        self._actions.allow("make_changed", why_not)
