"""The list of takes at work: what its buttons do, and exporting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.controllers.player import Player
from app.controllers.replay_check import may_differ
from app.controllers.take_selection import TakeSelection
from app.dialogs.export import ExportChoice, ExportDialog
from app.look.time_text import format_time
from app.widgets.take_row import TakeItem, picture
from engine.library.audio_files import write_audio
from engine.library.takes import Take
from engine.stream.states import State

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.actions import Actions
    from app.controllers.event_bridge import Background
    from app.settings import AppSettings
    from app.window import MainWindow
    from engine.library.take_store import TakeStore
    from engine.stream.messages import Ready

NO_TAKE = "There is no take yet: play, then stop"
NONE_SELECTED = "Select a take first"


class TakeController(QObject):
    """Between the store of takes, the panel and the player."""

    reported = Signal(str, str)
    """(text, kind) for the message bar."""
    deleted = Signal(str)
    """A take's name."""
    changed = Signal()
    """The takes are shown anew, or another one is selected."""

    def __init__(
        self,
        window: MainWindow,
        actions: Actions,
        player: Player,
        store: TakeStore,
        settings: AppSettings,
        background: Background,
    ) -> None:
        super().__init__()
        self._window, self._actions, self._player = window, actions, player
        self._settings, self._background = settings, background
        self._pictures: dict[str, NDArray[np.float32]] = {}
        self._ready: dict[str, Ready] = {}
        self.store = store
        self.selection = TakeSelection(store)
        panel = window.takes
        panel.selected.connect(self._select)
        panel.play_asked.connect(self._play)
        panel.star_asked.connect(self._toggle_star)
        panel.renamed.connect(self._rename)
        for name, slot in (
            ("take_play", self._play_current),
            ("take_apply", self._apply),
            ("take_star", self._star_current),
            ("take_rename", self._edit_name),
            ("take_delete", self._delete),
            ("undo_delete", self.undo_delete),
            ("export", self.ask_export),
        ):
            actions[name].triggered.connect(slot)
        self.show()

    def add(self, take: Take) -> None:
        """A run has ended."""
        take = self.selection.add(take)
        self._pictures[take.id] = picture(take.samples())
        self.show()

    def ready(self, ready: Ready) -> None:
        """A model was loaded: from now on, this is what its takes would be replayed with."""
        if self._ready.get(ready.model) != ready:
            self._ready[ready.model] = ready
            self.show()

    @Slot()
    def show(self) -> None:
        """Bring panel and actions up to date."""
        playing = self._player.take.id if self._player.take and self._player.state == State.PLAYBACK else ""
        self._window.takes.set_items(
            [self._item(take, playing == take.id) for take in self.store.takes], self.selection.current
        )
        self._window.takes.set_busy(self._player.generating)
        selected = self.selection.selected
        why_not = "" if selected else (NONE_SELECTED if self.store.takes else NO_TAKE)
        for name in ("take_play", "take_apply", "take_star", "take_rename", "take_delete", "export"):
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
        self._actions.allow("undo_delete", "" if self.store.can_restore else "No take was deleted")
        self.changed.emit()

    def export(self, take: Take, choice: ExportChoice) -> None:
        """Write one take aside; the message bar tells how it went."""

        def work() -> Path:
            write_audio(
                choice.path,
                take.samples(),
                take.sample_rate,
                choice.encoding,
                take.settings(),
                choice.sample_rate,
            )
            return choice.path

        self._settings.export_folder = choice.path.parent
        self._settings.export_suffix = choice.path.suffix
        self._background.run(work, lambda path: self._exported(take.id, path), self._not_exported)

    @Slot()
    def ask_export(self) -> None:
        """Ask how, then export the selected take."""
        take = self.selection.selected
        if take is None:
            return
        name = "".join(
            character if character.isalnum() or character in " -_" else "-" for character in take.name
        )
        dialog = ExportDialog(
            name.strip() or "take",
            take.seconds,
            take.sample_rate,
            self._settings.export_folder,
            self._settings.export_suffix,
            self._window,
        )
        if dialog.exec():
            self.export(take, dialog.choice)
        dialog.deleteLater()

    @Slot()
    def undo_delete(self) -> None:
        """Bring back the take deleted last."""
        self.selection.restore()
        self.show()

    def _item(self, take: Take, playing: bool) -> TakeItem:
        moves = len(take.events)
        detail = f"{take.preset.name} · seed {take.seed}"
        if take.score:
            detail += f" · {take.score.name}"
        if take.recording:
            detail += f" · {take.recording.name}"
        if moves:
            detail += f" · {moves} move{'' if moves == 1 else 's'}"
        detail += f" · {take.engine}"
        return TakeItem(
            id=take.id,
            name=take.name,
            detail=f"{detail} · exported" if self.store.is_saved(take.id) else detail,
            length=format_time(take.seconds),
            starred=take.starred,
            playing=playing,
            warning=self._warning(take),
            heights=self._pictures[take.id],
        )

    def _warning(self, take: Take) -> str:
        ready = self._ready.get(take.preset.model)
        return may_differ(take, ready) if ready else ""

    def _exported(self, take_id: str, path: Path) -> None:
        self.store.mark_saved(take_id)
        self.show()
        self.reported.emit(f"Exported {path}", "info")

    def _not_exported(self, why: str) -> None:
        self.reported.emit(f"Not exported: {why}", "error")

    @Slot(str)
    def _select(self, take: str) -> None:
        self.selection.current = take
        self.show()

    @Slot(str)
    def _play(self, take: str) -> None:
        self.selection.current = take
        self._play_current()

    @Slot()
    def _play_current(self) -> None:
        take = self.selection.selected
        if take is not None:
            self._player.play_take(take)
            self.show()

    @Slot()
    def _apply(self) -> None:
        take = self.selection.selected
        if take is not None:
            self._player.apply(take)
            warning = self._warning(take)
            outcome = f"Space plays it, but {warning[0].lower()}{warning[1:]}" if warning else ""
            self.reported.emit(
                f"Settings and seed of “{take.name}” are set; {outcome or 'Space plays it again'}",
                "warning" if warning else "info",
            )

    @Slot(str)
    def _toggle_star(self, take: str) -> None:
        found = self.store.find(take)
        if found is not None:
            self.store.star(take, not found.starred)
            self.show()

    @Slot()
    def _star_current(self) -> None:
        self._toggle_star(self.selection.current)

    @Slot()
    def _edit_name(self) -> None:
        self._window.takes.edit_name(self.selection.current)

    @Slot(str, str)
    def _rename(self, take: str, name: str) -> None:
        self.store.rename(take, name)
        self.show()

    @Slot()
    def _delete(self) -> None:
        take = self.selection.selected
        if take is None:
            return
        if (
            self._player.take is not None
            and self._player.take.id == take.id
            and self._player.state == State.PLAYBACK
        ):
            self._player.stop()
        self.selection.remove(take.id)
        self.show()
        self.deleted.emit(take.name)
