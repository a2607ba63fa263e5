"""Connects widgets, actions and player. Each slot says what one gesture does; nothing is computed here."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from app.actions import Actions
from app.controllers.branches import BranchController
from app.controllers.catalogue import Catalogue
from app.controllers.event_bridge import Background, EventBridge
from app.controllers.help import HelpController
from app.controllers.player import Player
from app.controllers.preload import Preload
from app.controllers.presets import PresetController
from app.controllers.previews import PreviewController
from app.controllers.recordings import RecordingController
from app.controllers.refresh import Display
from app.controllers.scores import ScoreController
from app.controllers.takes import TakeController
from app.look.colours import THEMES
from app.look.theme import apply_theme
from app.settings import AppSettings
from engine.errors import StudioError
from engine.library.take_store import TakeStore
from engine.stream.messages import DeviceChanged, Event, Failed, Finished, Notice, Preparing, Ready
from engine.stream.output.portaudio import list_devices
from engine.stream.states import State

if TYPE_CHECKING:
    from app.window import MainWindow
    from engine.library.presets import Preset
    from engine.stream.session import Session

VOLUME_STEP = 0.05
NOTHING_PLAYS = "Nothing is playing"
A_TAKE = "Playing a take"


class Controller(QObject):
    """Owns the player, the display, and the presets and takes of one window."""

    def __init__(
        self,
        window: MainWindow,
        actions: Actions,
        session: Session,
        event_bridge: EventBridge,
        catalogue: Catalogue,
        settings: AppSettings,
        engine: str = "auto",
    ) -> None:
        super().__init__()
        self.window, self.actions, self._session = window, actions, session
        self.catalogue, self.settings = catalogue, settings
        self._volume = settings.volume
        self._soundless = False
        self._closed = False
        self.background = Background(self)
        self.store = TakeStore()
        self.player = Player(session, catalogue, self.background, engine)
        self.display = Display(session, window)
        self.preload = Preload(self.player, window)
        self.presets = PresetController(window, actions, self.player, catalogue, self.background)
        self.previews = PreviewController(window, actions, self.player, catalogue, self.background)
        self.takes = TakeController(window, actions, self.player, self.store, settings, self.background)
        self.branches = BranchController(
            actions, self.player, self.takes.selection, session, catalogue, self.background
        )
        self.scores = ScoreController(window, actions, self.player, settings, self.background)
        self.recordings = RecordingController(
            window, actions, self.player, catalogue, settings, self.background
        )
        self.help = HelpController(window, actions, self.background)
        event_bridge.received.connect(self._on_event)
        self._connect()
        window.transport.set_volume(self._volume)
        session.set_volume(self._volume)
        actions["light"].setChecked(settings.theme == "light")
        actions["linear"].setChecked(settings.linear)
        window.distribution.set_spread(not settings.linear)
        self._zoomed()
        self._show_state()

    def begin(self, play: Preset | None = None) -> None:
        """Take up ``play`` and play it, or else take up the preset of last time."""
        first = play or self._remembered()
        if first is not None:
            self.presets.begin(first)
        self.window.browser.list.setFocus()
        problems = [*self.settings.problems, *self.catalogue.problems]
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            self.window.messages.tell(problems[0] + more, "warning")
        self._show_device(self._session.status().device)  # its event may have come before this window
        self.display.start()
        if play is not None:
            self.player.start()

    @Slot()
    def close(self) -> None:
        """Stop everything and remember how things were. Can be called twice."""
        if self._closed:
            return
        self._closed = True
        self.preload.stop()
        self.recordings.stop()
        self.display.stop()
        self.window.messages.clear()
        self._session.close()
        self.background.close()
        settings = self.settings
        if self.player.preset is not None:
            settings.preset = self.player.preset.id
        settings.volume = self._volume
        for name, state in self.window.layout_state().items():
            settings.set_layout(name, state)
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
        self.presets.reported.connect(window.messages.tell)
        self.presets.changed.connect(self.display.look_again)
        self.previews.reported.connect(window.messages.tell)
        self.takes.reported.connect(window.messages.tell)
        self.branches.reported.connect(window.messages.tell)
        self.takes.changed.connect(self.branches.show)
        self.scores.reported.connect(window.messages.tell)
        self.recordings.reported.connect(window.messages.tell)
        self.help.reported.connect(window.messages.tell)
        self.display.position_changed.connect(self.scores.follow)
        self.takes.deleted.connect(self._deleted)
        window.closing.connect(self.close)
        window.transport.volume_changed.connect(self._set_volume)
        window.meter.reset_asked.connect(self._session.reset_clip)
        window.waveform.zoomed.connect(self._zoomed)
        window.outputs.aboutToShow.connect(self._list_outputs)
        window.outputs.chosen.connect(self._choose_output)
        window.outputs.rescan_asked.connect(self._session.rescan)
        slots: dict[str, Callable[..., object]] = {
            "play": player.toggle,
            "stop": player.stop,
            "pause": player.pause,
            "new_take": player.start,
            "louder": self._louder,
            "softer": self._softer,
            "mute": self._mute,
            "zoom_in": window.waveform.zoom_in,
            "zoom_out": window.waveform.zoom_out,
            "linear": self._set_linear,
            "light": self._set_light,
            "quit": window.close,
        }
        for name, slot in slots.items():
            self.actions[name].triggered.connect(slot)

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        messages = self.window.messages
        if isinstance(event, Finished):
            self.takes.add(event.take)
        elif isinstance(event, Ready):
            self.takes.ready(event)
        elif isinstance(event, Preparing):
            self.display.say_preparing(event.message)
        elif isinstance(event, Failed):
            messages.tell(event.message, "error")
        elif isinstance(event, Notice):
            messages.tell(event.message, "warning")
        elif isinstance(event, DeviceChanged):
            self._show_device(event.text)

    def _show_device(self, text: str) -> None:
        soundless = text.startswith("no device")
        if soundless and not self._soundless:
            self.window.messages.tell(
                f"{text[0].upper()}{text[1:]}. Music is still made and can be exported.",
                "warning",
                button="Look again",
                act=self._session.rescan,
            )
        elif self._soundless and not soundless:
            self.window.messages.tell(f"Sound again: {text}")
        self._soundless = soundless

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

    @Slot(str)
    def _refuse(self, why: str) -> None:
        self.window.messages.tell(why, "error")

    @Slot(str)
    def _warn(self, what: str) -> None:
        self.window.messages.tell(what, "warning")

    @Slot(str)
    def _deleted(self, name: str) -> None:
        self.window.messages.tell(f"Deleted “{name}”", button="Undo", act=self.takes.undo_delete)

    @Slot()
    def _list_outputs(self) -> None:
        devices, problem = [], ""
        try:
            devices = [(device.id, f"{device.name} ({device.host_api})") for device in list_devices()]
        except StudioError as error:
            problem = str(error)
        self.window.outputs.show_devices(devices, self.settings.device, problem)

    @Slot(str)
    def _choose_output(self, device: str) -> None:
        self.settings.device = device
        self._session.use_device(device or None)

    @Slot(float)
    def _set_volume(self, volume: float) -> None:
        self._volume = min(1.0, max(0.0, volume))
        self.window.transport.set_volume(self._volume)
        self.actions["mute"].setChecked(False)
        self._session.set_volume(self._volume)

    @Slot()
    def _louder(self) -> None:
        self._set_volume(self._volume + VOLUME_STEP)

    @Slot()
    def _softer(self) -> None:
        self._set_volume(self._volume - VOLUME_STEP)

    @Slot(bool)
    def _mute(self, on: bool) -> None:
        self._session.set_volume(0.0 if on else self._volume)

    @Slot()
    def _zoomed(self) -> None:
        self.window.span.setText(f"{self.window.waveform.span_s:g} s")

    @Slot(bool)
    def _set_linear(self, on: bool) -> None:
        self.settings.linear = on
        self.window.distribution.set_spread(not on)

    @Slot(bool)
    def _set_light(self, on: bool) -> None:
        self.settings.theme = "light" if on else "dark"
        theme = THEMES[self.settings.theme]
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, theme)
        self.window.set_theme(theme)

    def _remembered(self) -> Preset | None:
        try:
            return self.catalogue.find(self.settings.preset)
        except StudioError:  # none yet, or it is gone: begin with the first
            return self.catalogue.first()
