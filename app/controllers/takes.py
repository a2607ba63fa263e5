"""The list of takes at work: what its buttons do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from app.controllers.history import History, Step
from app.controllers.player import Player
from app.controllers.reporter import Reporter
from app.controllers.take_items import TakeItems
from app.controllers.take_loading import TakeLoading
from app.controllers.take_selection import TakeSelection
from app.look.time_text import format_time
from app.panels.takes import RUNNING
from app.widgets.take_row import TakeItem, picture, picture_of
from engine.library.take_files import StoredTake, peaks_of
from engine.library.takes import Take
from engine.stream.states import State

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from app.actions import Actions
    from app.controllers.event_bridge import Background
    from app.panels.takes import TakePanel
    from engine.library.take_store import TakeStore
    from engine.stream.messages import Ready

NO_TAKE = "There is no take yet: play, then stop"
NONE_SELECTED = "Select a take first"


class TakeController(Reporter):
    """Between the store of takes, the panel and the player."""

    changed = Signal()
    """The list, what is selected in it, or what sounds."""
    deleted = Signal(str)
    """A take's name, or how many they were."""
    silenced = Signal(object, float)
    """The take that sounded and was deleted, and the second at which it was."""

    def __init__(
        self,
        panel: TakePanel,
        actions: Actions,
        player: Player,
        store: TakeStore,
        history: History,
        background: Background,
    ) -> None:
        super().__init__()
        self._background = background
        self._panel, self._actions, self._player, self._history = panel, actions, player, history
        self._deletion: Step | None = None
        self.items = TakeItems()
        self.store = store
        self._loading = TakeLoading(store, background)
        self._loading.loaded.connect(self._loaded)
        self._loading.reported.connect(self.reported)
        self.selection = TakeSelection(store)
        panel.selected.connect(self._select)
        panel.play_asked.connect(self.play)
        panel.star_asked.connect(self.toggle_star)
        panel.renamed.connect(self._rename)
        actions.bind(
            take_play=self._play_current,
            take_apply=self._apply,
            take_star=self._star_current,
            take_rename=self._edit_name,
            take_delete=self._delete,
        )
        self.show()

    def load(self) -> None:
        """Read aside what takes there are from before, and show them."""
        self._loading.start()

    def add(self, take: Take) -> Take:
        """A run has ended; returns its take under its name."""
        take = self.selection.add(take)
        if isinstance(take, StoredTake):
            self._draw(take)
        else:
            self.items.pictures[take.id] = picture(take.samples())
        self.show()
        return take

    def ready(self, ready: Ready) -> None:
        """A model was loaded: from now on, this is what its takes would be replayed with."""
        if self.items.ready(ready):
            self.show()

    @Slot()
    def show(self) -> None:
        """Bring panel and actions up to date."""
        playing = self._player.take.id if self._player.take and self._player.state == State.PLAYBACK else ""
        saved = self.store.saved
        self._panel.set_items(
            [
                self.items.of(row, playing=playing == row.take.id, exported=row.take.id in saved)
                for row in self.selection.rows()
            ],
            self.selection.current,
        )
        if not self._player.generating:
            self._panel.set_running(None)
        selected = self.selection.selected
        why_not = "" if selected else (NONE_SELECTED if self.store.takes else NO_TAKE)
        for name in ("take_play", "take_apply", "take_star", "take_rename", "take_delete"):
            self._actions.allow(name, why_not)
        self._actions["take_star"].setChecked(bool(selected and selected.starred))
        stops = bool(selected) and playing == self.selection.current
        self._actions.describe(
            "take_play",
            "Stop take" if stops else "Play take",
            "Stop the take" if stops else "Play the selected take",
            "stop" if stops else "play",
        )
        self._actions.allow("take_play", why_not)
        self.changed.emit()

    @Slot(float)
    def show_running(self, seconds: float) -> None:
        """Say how long the take is by now that is being made."""
        preset = self._player.preset
        if preset is not None and self._player.generating:
            self._panel.set_running(
                TakeItem(RUNNING, preset.name, "being made", format_time(max(0.0, seconds)), playing=True)
            )

    @Slot()
    def undo_delete(self) -> None:
        """Bring back what was deleted last."""
        if self._deletion is not None:
            self._history.revert(self._deletion)

    @Slot(list)
    def _loaded(self, takes: list[StoredTake]) -> None:
        self.selection.adopt(takes)
        for take in takes:
            self._draw(take)
        self.show()

    def _draw(self, take: StoredTake) -> None:
        """Have its picture, or have it made aside."""
        if take.peaks:
            self.items.pictures[take.id] = picture_of(take.peaks)
            return

        def draw(peaks: tuple[int, ...]) -> None:
            self.items.pictures[take.id] = picture_of(peaks)
            self.show()

        self._background.run(lambda: peaks_of(take), draw, lambda why: self.reported.emit(why, "error"))

    @Slot(str)
    def _select(self, take: str) -> None:
        self.selection.current = take
        self.show()

    @Slot(str)
    def play(self, take: str) -> None:
        """Select a take and play it; one that plays stops."""
        self.selection.current = take
        self._play_current()

    @Slot()
    def _play_current(self) -> None:
        take = self.selection.selected
        if take is None:
            return
        player = self._player
        plays = player.take is not None and player.take.id == take.id and player.state is State.PLAYBACK
        if plays or not isinstance(take, StoredTake):
            player.play_take(take)
            self.show()
            return

        def play(samples: NDArray[np.float32]) -> None:
            player.play_take(take, sound=samples)
            self.show()

        player.files.run(take.samples, play, lambda why: self.reported.emit(why, "error"))

    @Slot()
    def _apply(self) -> None:
        take = self.selection.selected
        if take is not None:
            self._player.apply(take)
            warning = self.items.warning(take)
            outcome = f"Space plays it, but {warning[0].lower()}{warning[1:]}" if warning else ""
            self.reported.emit(
                f"Settings and seed of “{take.name}” are set; {outcome or 'Space plays it again'}",
                "warning" if warning else "info",
            )

    @Slot(str)
    def toggle_star(self, take: str) -> None:
        """Mark a take as one to keep, or not."""
        found = self.store.find(take)
        if found is not None:
            on, name = not found.starred, found.name
            words = f"starring “{name}”" if on else f"taking the star from “{name}”"
            self._do(words, lambda: self.store.star(take, on), lambda: self.store.star(take, not on))

    @Slot()
    def _star_current(self) -> None:
        self.toggle_star(self.selection.current)

    @Slot()
    def _edit_name(self) -> None:
        self._panel.edit_name(self.selection.current)

    @Slot(str, str)
    def _rename(self, take: str, name: str) -> None:
        found = self.store.find(take)
        if found is not None:
            before = found.name
            self._do(
                f"renaming “{name}”",
                lambda: self.store.rename(take, name),
                lambda: self.store.rename(take, before),
            )

    @Slot()
    def _delete(self) -> None:
        marked = set(self._panel.selection) | {self.selection.current}
        takes = [take for take in self.store.takes if take.id in marked]
        if not takes:
            return
        sounding = self._player.sounding
        silenced = sounding if sounding is not None and sounding[0].id in marked else None
        if silenced is not None:
            self._player.stop()
        name = f"“{takes[0].name}”" if len(takes) == 1 else f"{len(takes)} takes"

        def delete() -> None:
            for take in takes:
                self.selection.remove(take.id)

        def restore() -> None:
            for _ in takes:
                self.selection.restore()

        self._deletion = self._do(f"deleting {name}", delete, restore)
        self.deleted.emit(name)
        if silenced is not None:
            self.silenced.emit(*silenced)

    def _do(self, text: str, redo: Callable[[], object], undo: Callable[[], object]) -> Step:
        """Do something that can be taken back."""

        def shown(work: Callable[[], object]) -> Callable[[], None]:
            def do() -> None:
                work()
                self.show()

            return do

        step = Step(text, shown(undo), shown(redo))
        step.redo()
        self._history.push(step)
        return step
