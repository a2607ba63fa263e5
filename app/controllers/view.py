"""How the window looks: colours, axes, lanes, columns; as they were at the last start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from app.look.colours import THEMES
from app.look.theme import apply_theme
from app.stage import ODDS, VIEWS

if TYPE_CHECKING:
    from app.actions import Actions
    from app.settings import AppSettings
    from app.window import MainWindow


PICTURES = {name.lower(): view for view, name, _ in VIEWS}
"""What the third lane can show, as the settings name it."""


class ViewController(QObject):
    """Between the settings and what they say of the window."""

    def __init__(self, window: MainWindow, actions: Actions, settings: AppSettings) -> None:
        super().__init__()
        self._window, self._settings = window, settings
        actions["light"].setChecked(settings.theme == "light")
        actions["linear"].setChecked(settings.linear)
        actions["light"].triggered.connect(self._set_light)
        actions["linear"].triggered.connect(self._set_linear)
        window.stage.set_spread(not settings.linear)
        for lane in settings.hidden_lanes:
            window.stage.lanes.show_lane(lane, False)
        window.lists.turn_to(1 if settings.takes_in_front else 0)
        window.stage.show_view(PICTURES.get(settings.view, ODDS))

    def remember(self) -> None:
        """Let the settings hold how things are now."""
        self._settings.hidden_lanes = self._window.stage.lanes.hidden
        self._settings.view = next(name for name, view in PICTURES.items() if view == self._window.stage.view)
        self._settings.takes_in_front = self._window.lists.current == 1
        for name, state in self._window.layout_state().items():
            self._settings.set_layout(name, state)

    @Slot(bool)
    def _set_linear(self, on: bool) -> None:
        self._settings.linear = on
        self._window.stage.set_spread(not on)

    @Slot(bool)
    def _set_light(self, on: bool) -> None:
        self._settings.theme = "light" if on else "dark"
        theme = THEMES[self._settings.theme]
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, theme)
        self._window.set_theme(theme)
