"""Connects widgets, actions and player. Each slot says what one gesture does; nothing is computed here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.actions import Actions
from app.controllers.audition import Audition
from app.controllers.branches import BranchController
from app.controllers.change_editing import ChangeEditor
from app.controllers.compare import Compare
from app.controllers.event_bridge import Background
from app.controllers.hands import Hands
from app.controllers.help import HelpController
from app.controllers.history import History
from app.controllers.making import Making
from app.controllers.output import OutputController
from app.controllers.pictures import PictureController
from app.controllers.play_actions import PlayActions
from app.controllers.player import Player
from app.controllers.preload import Preload
from app.controllers.presets import PresetController
from app.controllers.previews import PreviewController
from app.controllers.primes import PrimeController
from app.controllers.recordings import RecordingController
from app.controllers.refresh import Display
from app.controllers.scores import ScoreController
from app.controllers.speak import SpeakController
from app.controllers.speech_display import SpeechDisplay
from app.controllers.stage import StageController
from app.controllers.takes import TakeController
from app.controllers.toolbox import Toolbox
from app.controllers.variations import VariationController
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

if TYPE_CHECKING:
    from app.window import MainWindow
    from engine.library.presets import Preset
    from engine.library.takes import Take

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
        self.player.speech.equip(instrument.speech)
        self.display = Display(session, window)
        self.preload = Preload(self.player, window)
        self.play_actions = PlayActions(window.transport, actions, self.player)
        self.presets = PresetController(window, actions, self.player, catalogue, self.background)
        self.previews = PreviewController(window.browser, actions, self.player, catalogue)
        self.takes = TakeController(
            window.takes, actions, self.player, self.store, self.history, self.background
        )
        self.tools = Toolbox(self, session)
        self.hands = Hands(self, session)
        # Before the stage is told what is selected: it needs to know where the last one sounded.
        self.audition = Audition(window.takes, self.takes, self.player, self._play_from)
        lanes = window.stage
        self.stage = StageController(
            lanes,
            window.takes,
            actions,
            self.player,
            self.takes.selection,
            session,
            catalogue,
            self.background,
        )
        self.compare = Compare(
            actions, self.player, self.takes.selection, self.stage.playhead, self.background
        )
        self.pictures = PictureController(lanes, settings, self.background)
        self.branches = BranchController(
            actions, self.player, self.takes.selection, session, catalogue, self.background
        )
        self.making = Making(window.takes.progress, actions, self.background)
        self.variations = VariationController(
            window.takes, actions, self.player, self.takes, catalogue, self.making
        )
        self.changes = ChangeEditor(
            lanes.changes, window.takes, actions, self.takes, catalogue, self.history, self.making
        )
        self.scores = ScoreController(
            lanes.score, lanes.piano_roll, actions, self.player, settings, self.background
        )
        self.recordings = RecordingController(
            window.recording, actions, self.player, catalogue, settings, self.background
        )
        self.primes = PrimeController(
            window.messages, actions, self.player, catalogue, self.recordings, settings, self.background
        )
        self.speak = SpeakController(
            window, lanes.text, actions, self.player, catalogue, self.stage, settings, self.background
        )
        self.speech_display = SpeechDisplay(self.player.speech, self.stage, lanes.text, lanes.melody)
        self.help = HelpController(window, actions, self.background)
        self.output = OutputController(window, actions, session, settings)
        self.view = ViewController(window, actions, settings)
        self._events = instrument.events
        self._events.listen(self._on_event)
        self._connect()
        self._show_state()

    def begin(self, play: Preset | None = None, playing: Request | None = None) -> None:
        """Take up ``play`` and play it, unless it is ``playing`` already; or else the preset of last time."""
        first = play or self._remembered()
        self.speak.begin()
        if playing is not None:
            self.player.begin(playing, plays=True)
        if first is not None:
            self.presets.begin(first)
        if play is None:
            self.speak.begun()
        self.window.browser.list.setFocus()
        problems = [*self.settings.problems, *self.catalogue.problems]
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            self.window.messages.tell(problems[0] + more, "warning")
        self.output.show_device(self._session.status().device)  # its event may have come before this window
        self.takes.load()
        self.hands.midi.start()
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
        self.hands.stop()
        self.making.stop()
        self.recordings.stop()
        self.primes.stop()
        self.speak.stop()
        self.stage.stop()
        self.display.stop()
        self.window.messages.clear()
        self._session.close()
        self._events.close()
        self.background.close()
        settings = self.settings
        if self.player.preset is not None:
            settings.preset = self.player.preset.id
        self.view.remember()
        self.speak.remember()
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
        self.variations.place = self.branches.place = self.stage.playhead.sample_in
        self.stage.shown.connect(self.changes.show)
        self.stage.shown.connect(self.hands.notes.show_take)
        self.stage.shown.connect(self.tools.phones.show_take)
        self.stage.shown.connect(self.tools.layer_bands.show_take)
        self.stage.shown.connect(self.tools.reach.show_take)
        self.stage.playhead.moved.connect(self._place_moved)
        self.stage.placed.connect(self.branches.prepare)
        self.stage.played.connect(self.branches.follow)
        self.display.position_changed.connect(self.scores.follow)
        self.display.looked.connect(self.stage.frame)
        self.display.looked.connect(self.hands.frame)
        self.display.looked.connect(self.speech_display.frame)
        self.display.bits = self.stage.entropy
        self.compare.marked.connect(self.takes.show)
        self.compare.switched.connect(self._compared)
        self.takes.items.mark_of = self.compare.mark_of
        self.display.position_changed.connect(self.takes.show_running)
        self.takes.deleted.connect(self._deleted)
        self.variations.made.connect(self._made)
        for teller in (
            *(self.presets, self.previews, self.takes, self.scores, self.recordings, self.help),
            *(self.stage, self.pictures, self.output, self.branches, self.variations, self.audition),
            *(self.primes, self.changes, self.speak, self.speech_display, self.hands),
        ):
            teller.reported.connect(window.messages.tell)
        window.midi_dropped.connect(self.scores.dropped)
        window.audio_dropped.connect(self.primes.dropped)
        window.text_dropped.connect(self.speak.dropped)
        window.closing.connect(self.close)
        self.actions.bind(quit=window.close)

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
        self.play_actions.show()
        clip = self.player.clip
        self.display.name_playback(
            f"Clip of “{self.catalogue.find(clip).name}”" if clip else self.player.sound or A_TAKE
        )
        self.primes.look()
        self.hands.keys.show()
        self.previews.show()
        self.takes.show()
        self.compare.show()
        self.stage.describe()

    @Slot(object, str)
    def _compared(self, _take: Take, differences: str) -> None:
        self.window.stage.difference.setText(differences)
        self.takes.show()

    @Slot()
    def _place_moved(self) -> None:
        self.tools.reach.moved(self.stage.playhead.take_id, self.stage.playhead.seconds)

    @Slot(str)
    def _refuse(self, why: str) -> None:
        self.window.messages.tell(why, "error")

    @Slot(str)
    def _warn(self, what: str) -> None:
        self.window.messages.tell(what, "warning")

    def _play_from(self, take: Take, seconds: float) -> None:
        self.stage.play_from(take, seconds)

    @Slot(str)
    def _made(self, text: str) -> None:
        self.window.messages.tell(text, button="Listen", act=self.variations.listen)

    @Slot(str)
    def _deleted(self, name: str) -> None:
        self.window.messages.tell(f"Deleted {name}", button="Undo", act=self.takes.undo_delete)

    def _remembered(self) -> Preset | None:
        try:
            return self.catalogue.find(self.settings.preset)
        except StudioError:  # none yet, or it is gone: begin with the first
            return self.catalogue.first()
