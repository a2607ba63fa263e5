"""What is beside playing: keeping and exporting, own presets, undo, palette, snapshots, training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Slot

from app.controllers.drag_out import DragOut
from app.controllers.exports import ExportController, show_folder
from app.controllers.found_phones import FoundPhones
from app.controllers.history import History, Step
from app.controllers.layer_bands import LayerBands
from app.controllers.own_presets import OwnPresets
from app.controllers.palette import PaletteController
from app.controllers.player_history import PlayerHistory
from app.controllers.reach import ReachController
from app.controllers.snapshots import SnapshotController
from app.controllers.train import TrainController
from app.controllers.word_times import WordTimes
from engine.library.paths import drag_folder

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.catalogue import Catalogue
    from app.controllers.event_bridge import Background
    from app.controllers.player import Player
    from app.controllers.presets import PresetController
    from app.controllers.takes import TakeController
    from app.settings import AppSettings
    from app.window import MainWindow
    from engine.library.presets import Preset
    from engine.stream.session import Session


class Owner(Protocol):
    """What these controllers work on."""

    window: MainWindow
    actions: Actions
    settings: AppSettings
    background: Background
    catalogue: Catalogue
    history: History
    player: Player
    presets: PresetController
    takes: TakeController


class Toolbox(QObject):
    """Owns these controllers, and brings what they have to say to the message bar."""

    def __init__(self, owner: Owner, session: Session) -> None:
        super().__init__()
        window, actions, settings = owner.window, owner.actions, owner.settings
        player, takes, background = owner.player, owner.takes, owner.background
        self._window, self._actions, self._history = window, actions, owner.history
        self._deletion: Step | None = None
        self.exports = ExportController(
            window.takes, actions, player, takes.selection, session, settings, background
        )
        self.drag_out = DragOut(window.takes, takes.store, drag_folder(), background)
        self.own_presets = OwnPresets(window.browser, actions, player, owner.catalogue, settings, background)
        self.player_history = PlayerHistory(player, owner.history)
        self.palette = PaletteController(
            window.takes, actions, owner.catalogue, owner.presets, takes, settings
        )
        self.snapshots = SnapshotController(window.snapshots, actions, player, owner.catalogue, settings)
        self.train = TrainController(window, actions, player, owner.catalogue, settings, background)
        self.train.reported.connect(window.messages.tell)
        self.snapshots.reported.connect(window.messages.tell)
        self.exports.reported.connect(window.messages.tell)
        self.word_times = WordTimes(window, actions, takes.selection, settings, background)
        self.word_times.reported.connect(window.messages.tell)
        takes.changed.connect(self.word_times.show)
        self.phones = FoundPhones(window.stage.wave, actions, background)
        self.phones.reported.connect(window.messages.tell)
        self.layer_bands = LayerBands(window.stage, player, owner.catalogue, background)
        self.reach = ReachController(window.stage, player, owner.catalogue, background)
        self.exports.written.connect(self._written)
        self.exports.saved.connect(takes.show)
        self.drag_out.refused.connect(self._refused)
        takes.changed.connect(self.exports.show)
        window.preset_dropped.connect(self.own_presets.dropped)
        self.own_presets.reported.connect(window.messages.tell)
        self.own_presets.deleted.connect(self._deleted_preset)
        self.own_presets.renamed.connect(self._renamed_preset)
        self.own_presets.starred.connect(self._starred_preset)
        owner.presets.saved.connect(self._saved_preset)
        owner.history.changed.connect(self._show_history)
        actions["undo"].triggered.connect(self._undo)
        actions["redo"].triggered.connect(self._redo)
        self._show_history()

    def stop(self) -> None:
        """Begin nothing any more. Can be called twice."""
        self.player_history.stop()
        self.train.stop()
        self.phones.stop()
        self.layer_bands.stop()
        self.reach.stop()

    @Slot(str, str)
    def _written(self, text: str, folder: str) -> None:
        self._window.messages.tell(text, button="Show in folder", act=lambda: show_folder(folder))

    @Slot(str)
    def _refused(self, why: str) -> None:
        self._window.messages.tell(why, "error")

    @Slot(object)
    def _deleted_preset(self, preset: Preset) -> None:
        own = self.own_presets
        step = Step(
            f"deleting the preset “{preset.name}”",
            lambda: own.restore(preset),
            lambda: own.delete_again(preset),
        )
        self._history.push(step)
        self._window.messages.tell(
            f"Deleted “{preset.name}”", button="Undo", act=lambda: self._history.revert(step)
        )

    @Slot(object, object)
    def _renamed_preset(self, before: Preset, now: Preset) -> None:
        own = self.own_presets
        self._history.push(
            Step(
                f"renaming the preset “{now.name}”",
                lambda: own.rename_again(now, before),
                lambda: own.rename_again(before, now),
            )
        )

    @Slot(str, bool)
    def _starred_preset(self, preset: str, on: bool) -> None:
        own = self.own_presets
        self._history.push(
            Step("starring a preset", lambda: own.set_star(preset, not on), lambda: own.set_star(preset, on))
        )

    @Slot(object, object)
    def _saved_preset(self, saved: Preset, replaced: Preset | None) -> None:
        own = self.own_presets
        undo = (lambda: own.restore(replaced)) if replaced else (lambda: own.delete_again(saved))
        self._history.push(Step(f"saving the preset “{saved.name}”", undo, lambda: own.restore(saved)))

    @Slot()
    def _undo(self) -> None:
        self.player_history.look()
        self._history.undo()

    @Slot()
    def _redo(self) -> None:
        self.player_history.look()
        self._history.redo()

    @Slot()
    def _show_history(self) -> None:
        history, actions = self._history, self._actions
        for name, text, step, why_not in (
            ("undo", "Undo", history.next_undo, "Nothing was done yet"),
            ("redo", "Redo", history.next_redo, "Nothing was taken back"),
        ):
            if step:
                actions.describe(name, f"{text} {step}", f"{text} {step}")
            else:
                actions.restore(name)
            actions.allow(name, "" if step else why_not)
