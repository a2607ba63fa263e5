"""Connects widgets, actions and player. Each slot says what one gesture does; nothing is computed here."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.actions import Actions
from app.controllers.branches import BranchController
from app.controllers.compare import Compare
from app.controllers.event_bridge import Background
from app.controllers.help import HelpController
from app.controllers.history import History
from app.controllers.output import OutputController
from app.controllers.pictures import PictureController
from app.controllers.player import Player
from app.controllers.preload import Preload
from app.controllers.presets import PresetController
from app.controllers.previews import PreviewController
from app.controllers.recordings import RecordingController
from app.controllers.refresh import Display
from app.controllers.scores import ScoreController
from app.controllers.stage import StageController
from app.controllers.takes import TakeController
from app.controllers.toolbox import Toolbox
from app.controllers.view import ViewController
from app.instrument import Instrument
from app.settings import AppSettings
from engine.errors import StudioError
from engine.library.take_store import TakeStore
from engine.stream.messages import (
    DeviceChanged,
    Event,
    Failed,
    Finished,
    Notice,
    Preparing,
    Ready,
    Request,
    Snapshot,
)
from engine.stream.states import State

if TYPE_CHECKING:
    from app.window import MainWindow
    from engine.library.presets import Preset
    from engine.library.takes import Take

NOTHING_PLAYS = "Nothing is playing"
A_TAKE = "Playing a take"


class Controller(QObject):
    """Owns the player, the display, and the presets and takes of one window."""

    def __init__(
        self,
        window: MainWindow,
        actions: Actions,
        instrument: Instrument,
        settings: AppSettings,
        engine: str = "auto",
    ) -> None:
        super().__init__()
        session, catalogue, writer = instrument.session, instrument.catalogue, instrument.writer
        self.window, self.actions, self._session = window, actions, session
        self.catalogue, self.settings = catalogue, settings
        self._closed = False
        self.background = Background(self)
        self.store = TakeStore(writer)
        self.history = History()
        self.player = Player(session, catalogue, self.background, engine)
        self.display = Display(session, window)
        self.preload = Preload(self.player, window)
        self.presets = PresetController(window, actions, self.player, catalogue, self.background)
        self.previews = PreviewController(window, actions, self.player, catalogue, self.background)
        self.takes = TakeController(window, actions, self.player, self.store, self.history, self.background)
        self.tools = Toolbox(self, session)
        self.stage = StageController(
            window, actions, self.player, self.takes.selection, session, self.background
        )
        self.compare = Compare(
            actions, self.player, self.takes.selection, self.stage.playhead, self.background
        )
        self.pictures = PictureController(window.stage, settings, self.background)
        self.branches = BranchController(
            actions, self.player, self.takes.selection, session, catalogue, self.background
        )
        self.scores = ScoreController(window, actions, self.player, settings, self.background)
        self.recordings = RecordingController(
            window, actions, self.player, catalogue, settings, self.background
        )
        self.help = HelpController(window, actions, self.background)
        self.output = OutputController(window, actions, session, settings)
        self.view = ViewController(window, actions, settings)
        instrument.events.listen(self._on_event)
        self._connect()
        self._show_state()

    def begin(self, play: Preset | None = None, playing: Request | None = None) -> None:
        """Take up ``play`` and play it, unless it is ``playing`` already; or else the preset of last time."""
        first = play or self._remembered()
        if playing is not None:
            self.player.begin(playing, plays=True)
        if first is not None:
            self.presets.begin(first)
        self.window.browser.list.setFocus()
        problems = [*self.settings.problems, *self.catalogue.problems]
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            self.window.messages.tell(problems[0] + more, "warning")
        self.output.show_device(self._session.status().device)  # its event may have come before this window
        self.takes.load()
        self.display.start()
        if play is not None and playing is None:
            self.player.start()

    @Slot()
    def close(self) -> None:
        """Stop everything and remember how things were. Can be called twice."""
        if self._closed:
            return
        self._closed = True
        self.preload.stop()
        self.tools.stop()
        self.recordings.stop()
        self.stage.stop()
        self.display.stop()
        self.window.messages.clear()
        self._session.close()
        self.background.close()
        settings = self.settings
        if self.player.preset is not None:
            settings.preset = self.player.preset.id
        self.view.remember()
        try:
            settings.save()
        except (StudioError, OSError) as error:
            sys.stderr.write(f"{error}\n")

    def _connect(self) -> None:
        window, player = self.window, self.player
        player.refused.connect(self._refuse)
        player.scores.doubted.connect(self._warn)
        player.playback_changed.connect(self.display.look_again)
        self.display.state_changed.connect(self._show_state)
        self.display.state_changed.connect(self.preload.soon)
        self.presets.changed.connect(self.display.look_again)
        self.takes.changed.connect(self.branches.show)
        self.branches.place = self.stage.playhead.sample_in
        self.stage.placed.connect(self.branches.prepare)
        self.display.position_changed.connect(self.scores.follow)
        self.display.looked.connect(self.stage.frame)
        self.display.bits = self.stage.entropy
        self.compare.marked.connect(self.takes.show)
        self.compare.switched.connect(self._compared)
        self.takes.mark_of = self.compare.mark_of
        self.display.position_changed.connect(self.takes.show_running)
        self.takes.deleted.connect(self._deleted)
        for teller in (
            *(self.presets, self.previews, self.takes, self.scores, self.recordings, self.help),
            *(self.stage, self.pictures, self.output, self.branches),
        ):
            teller.reported.connect(window.messages.tell)
        window.closing.connect(self.close)
        slots: dict[str, Callable[..., object]] = {
            "play": player.toggle,
            "stop": player.stop,
            "pause": player.pause,
            "new_take": player.start,
            "quit": window.close,
        }
        for name, slot in slots.items():
            self.actions[name].triggered.connect(slot)

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        messages = self.window.messages
        if isinstance(event, Finished):
            self.stage.finished(self.takes.add(event.take))
        elif isinstance(event, Ready):
            self.takes.ready(event)
        elif isinstance(event, Snapshot):
            self.tools.exports.snapshot(event.take)
        elif isinstance(event, Preparing):
            self.display.say_preparing(event.message)
        elif isinstance(event, Failed):
            messages.tell(event.message, "error")
        elif isinstance(event, Notice):
            messages.tell(event.message, "warning")
        elif isinstance(event, DeviceChanged):
            self.output.show_device(event.text)

    @Slot()
    def _show_state(self) -> None:
        state, preset, actions = self.player.state, self.player.preset, self.actions
        sounding = state not in (State.IDLE, State.PAUSED)
        if self.player.clip:
            actions.describe("play", "Stop", "Stop the clip", "stop")
        elif sounding:
            actions.describe("play", "Stop", "Stop; what was made is kept as a take", "stop")
        elif state == State.PAUSED:
            actions.describe("play", "Go on", "Go on where the pause began", "play")
        else:
            actions.describe("play", "Play", f"Play “{preset.name}”" if preset else "Play", "play")
        no_preset = "" if preset else "There is no preset to play"
        actions.allow("play", no_preset if state == State.IDLE else "")
        actions.allow("new_take", no_preset)
        actions["pause"].setChecked(state == State.PAUSED)
        actions.allow("pause", NOTHING_PLAYS if state in (State.IDLE, State.PREPARING) else "")
        actions.allow("stop", "" if state != State.IDLE else NOTHING_PLAYS)
        self.window.transport.show_stop(sounding)
        clip = self.player.clip
        self.display.name_playback(f"Clip of “{self.catalogue.find(clip).name}”" if clip else A_TAKE)
        self.previews.show()
        self.takes.show()
        self.compare.show()
        self.stage.describe()

    @Slot(object, str)
    def _compared(self, _take: Take, differences: str) -> None:
        self.window.stage.difference.setText(differences)
        self.takes.show()

    @Slot(str)
    def _refuse(self, why: str) -> None:
        self.window.messages.tell(why, "error")

    @Slot(str)
    def _warn(self, what: str) -> None:
        self.window.messages.tell(what, "warning")

    @Slot(str)
    def _deleted(self, name: str) -> None:
        self.window.messages.tell(f"Deleted {name}", button="Undo", act=self.takes.undo_delete)

    def _remembered(self) -> Preset | None:
        try:
            return self.catalogue.find(self.settings.preset)
        except StudioError:  # none yet, or it is gone: begin with the first
            return self.catalogue.first()
