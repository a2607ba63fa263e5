"""Where the sound goes, and how loud: the volume, the sound cards, a card that is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Slot

from app.controllers.reporter import Reporter
from engine.errors import StudioError
from engine.stream.output.portaudio import list_devices

if TYPE_CHECKING:
    from app.actions import Actions
    from app.panels.output_menu import OutputMenu
    from app.panels.statusbar import StatusLine
    from app.panels.transport import Transport
    from app.plots.meter import LevelMeter
    from app.settings import AppSettings
    from engine.stream.session import Session

VOLUME_STEP = 0.05


class OutputPanels(Protocol):
    """What it knows of the window."""

    transport: Transport
    meter: LevelMeter
    outputs: OutputMenu
    status: StatusLine


class OutputController(Reporter):
    """Between the session's output and the menu, the slider and the keys for it."""

    def __init__(
        self, panels: OutputPanels, actions: Actions, session: Session, settings: AppSettings
    ) -> None:
        super().__init__()
        self._panels, self._actions, self._session, self._settings = panels, actions, session, settings
        self._soundless = False
        panels.transport.volume_changed.connect(self._set_volume)
        panels.meter.reset_asked.connect(session.reset_clip)
        panels.outputs.aboutToShow.connect(self._list_outputs)
        panels.outputs.chosen.connect(self._choose_output)
        panels.outputs.rescan_asked.connect(session.rescan)
        panels.status.rescan_asked.connect(session.rescan)
        actions["louder"].triggered.connect(self._louder)
        actions["softer"].triggered.connect(self._softer)
        actions["mute"].triggered.connect(self._mute)
        panels.transport.set_volume(settings.volume)
        session.set_volume(settings.volume)

    def show_device(self, text: str) -> None:
        """Sound goes somewhere else now, or nowhere: the status line says that by itself."""
        soundless = text.startswith("no device")
        if self._soundless and not soundless:
            self.reported.emit(f"Sound again: {text}", "info")
        self._soundless = soundless

    @Slot()
    def _list_outputs(self) -> None:
        devices, problem = [], ""
        try:
            devices = [(device.id, f"{device.name} ({device.host_api})") for device in list_devices()]
        except StudioError as error:
            problem = str(error)
        self._panels.outputs.show_devices(devices, self._settings.device, problem)

    @Slot(str)
    def _choose_output(self, device: str) -> None:
        self._settings.device = device
        self._session.use_device(device or None)

    @Slot(float)
    def _set_volume(self, volume: float) -> None:
        self._settings.volume = volume = min(1.0, max(0.0, volume))
        self._panels.transport.set_volume(volume)
        self._actions["mute"].setChecked(False)
        self._session.set_volume(volume)

    @Slot()
    def _louder(self) -> None:
        self._set_volume(self._settings.volume + VOLUME_STEP)

    @Slot()
    def _softer(self) -> None:
        self._set_volume(self._settings.volume - VOLUME_STEP)

    @Slot(bool)
    def _mute(self, on: bool) -> None:
        self._session.set_volume(0.0 if on else self._settings.volume)
