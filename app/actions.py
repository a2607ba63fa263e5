"""The one table of actions: menu, shortcut, tooltip, icon and accessible name all come from here."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from app.action_spec import Spec
from app.branch_actions import BRANCH_SPECS
from app.look.colours import Theme
from app.look.icons import icon

SPECS = (
    Spec(
        "open_score",
        "Open MIDI …",
        "Open a MIDI file as the score; a take that plays starts anew with it",
        "&File",
        ("Ctrl+O",),
        "open",
    ),
    Spec(
        "compose_score",
        "Compose a piece",
        "Write a new piece in this style for the model to play; a take that plays starts anew with it",
        "&File",
        ("Ctrl+N",),
        "note",
    ),
    Spec(
        "clear_score",
        "Put the score away",
        "Let the model improvise again; a take that plays starts anew",
        "&File",
        ("Ctrl+Shift+O",),
        "close",
    ),
    Spec(
        "open_recording",
        "Say this in another voice …",
        "Open a recording of somebody who speaks: the voice that is chosen says it again",
        "&File",
        ("Ctrl+Shift+V",),
        "voice",
        line_before=True,
    ),
    Spec(
        "clear_recording",
        "Put the recording away",
        "Let the preset say its own sentence again",
        "&File",
        (),
        "close",
    ),
    Spec(
        "export",
        "Export …",
        "Write the take to a WAV, FLAC or OGG file",
        "&File",
        ("Ctrl+E",),
        "export",
        line_before=True,
    ),
    Spec(
        "save_preset",
        "Save as preset …",
        "Keep these settings as a preset of your own",
        "&File",
        ("Ctrl+S",),
        "save",
        line_before=True,
    ),
    Spec("quit", "Quit", "Close WaveNet Studio", "&File", ("Ctrl+Q",), "exit", line_before=True),
    Spec("undo_delete", "Undo deleting", "Bring back the take deleted last", "&Edit", ("Ctrl+Z",), "reset"),
    Spec(
        "find",
        "Search presets",
        "Type to find a preset",
        "&Edit",
        ("Ctrl+F",),
        "search",
        line_before=True,
    ),
    Spec(
        "reset",
        "Back to the preset",
        "Set all controls as the preset has them",
        "&Edit",
        ("Ctrl+0",),
        "reset",
    ),
    Spec(
        "play",
        "Play",
        "Play the preset, or stop; what was made is kept as a take",
        "&Play",
        ("Space",),
        "play",
    ),
    Spec(
        "stop",
        "End the take",
        "Stop whatever sounds, a pause as well; what was made is kept as a take",
        "&Play",
        ("Escape",),
        "stop",
    ),
    Spec("pause", "Pause", "Hold the sound; again to go on", "&Play", ("P",), "pause", checkable=True),
    Spec(
        "new_take",
        "Start a new take",
        "Begin again from silence with the settings of now",
        "&Play",
        ("N",),
        "plus",
    ),
    Spec(
        "previous",
        "Previous preset",
        "Go to the preset before this one",
        "&Play",
        ("Ctrl+Up",),
        "previous",
        line_before=True,
    ),
    Spec("next", "Next preset", "Go to the preset after this one", "&Play", ("Ctrl+Down",), "next"),
    Spec(
        "preview",
        "Hear its clip",
        "Hear a few seconds of the selected preset; what plays now stops and is kept as a take",
        "&Play",
        ("Ctrl+P",),
        "listen",
    ),
    Spec(
        "dice",
        "Roll a new seed",
        "Another seed: another piece of the same kind; what plays starts anew",
        "&Play",
        ("Ctrl+R",),
        "dice",
        line_before=True,
    ),
    Spec(
        "lock",
        "Keep the seed",
        "On: every run starts alike. Off: each run rolls a new seed",
        "&Play",
        ("Ctrl+L",),
        "unlock",
        "lock",
        checkable=True,
    ),
    Spec("louder", "Louder", "Turn the volume up", "&Play", ("Ctrl++", "Ctrl+="), "volume", line_before=True),
    Spec("softer", "Softer", "Turn the volume down", "&Play", ("Ctrl+-",), "volume"),
    Spec("mute", "Mute", "Silence the output; the music goes on", "&Play", ("M",), "volume", "muted", True),
    Spec("take_play", "Play take", "Play the selected take, or stop it", "&Take", ("Shift+Space",), "play"),
    Spec(
        "take_apply",
        "Use its settings",
        "Set all controls and the seed as the take had them",
        "&Take",
        ("Ctrl+Return",),
        "apply",
    ),
    Spec(
        "take_star", "Star", "Mark the take as one to keep", "&Take", ("Ctrl+D",), "star", "star-filled", True
    ),
    Spec("take_rename", "Rename", "Give the take another name", "&Take", ("F2",), "rename"),
    Spec(
        "take_delete",
        "Delete",
        "Delete the take; Ctrl+Z brings it back",
        "&Take",
        ("Ctrl+Backspace",),
        "bin",
        line_before=True,
    ),
    *BRANCH_SPECS,
    Spec("zoom_in", "Fewer seconds", "Look closer at the waveform", "&View", ("Ctrl+Right",), "search"),
    Spec("zoom_out", "More seconds", "See more of the waveform", "&View", ("Ctrl+Left",), "search"),
    Spec(
        "linear",
        "Linear amplitudes",
        "Space the distribution's axis evenly in amplitude. Off: evenly in values, finer around silence",
        "&View",
        ("Ctrl+Shift+L",),
        "sliders",
        checkable=True,
    ),
    Spec(
        "light",
        "Light theme",
        "Dark on light, for bright rooms",
        "&View",
        (),
        "theme",
        checkable=True,
        line_before=True,
    ),
    Spec("shortcuts", "Shortcuts", "All keys on one page", "&Help", ("F1",), "keyboard"),
    Spec("about", "About WaveNet Studio", "Version, licence, credits", "&Help", (), "info"),
)


class Actions(QObject):
    """All actions, by id: ``actions["play"]`` is a QAction."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme | None = None
        self._actions: dict[str, QAction] = {}
        self._tips: dict[str, str] = {}
        self._icons: dict[str, str] = {}
        for spec in SPECS:
            action = QAction(spec.text, self)
            action.setShortcuts([QKeySequence(key) for key in spec.keys])
            action.setCheckable(spec.checkable)
            self._actions[spec.id] = action
            self._icons[spec.id] = spec.icon
            self.describe(spec.id, spec.text, spec.tip)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def all(self) -> Iterable[QAction]:
        """Every action, in the table's order."""
        return self._actions.values()

    def describe(self, name: str, text: str, tip: str, icon_name: str = "") -> None:
        """What an action is called just now, and what it does."""
        self._tips[name] = tip
        action = self._actions[name]
        action.setText(text)
        action.setStatusTip("")
        if icon_name and icon_name != self._icons[name]:
            self._icons[name] = icon_name
            self._draw(name)
        self._tell(name, "")

    def restore(self, name: str) -> None:
        """Call an action what the table calls it."""
        spec = next(spec for spec in SPECS if spec.id == name)
        self.describe(name, spec.text, spec.tip, spec.icon)

    def allow(self, name: str, why_not: str = "") -> None:
        """Enable an action, or disable it and say why in its tooltip."""
        action = self._actions[name]
        if action.isEnabled() != (not why_not):
            action.setEnabled(not why_not)
        self._tell(name, why_not)

    def set_theme(self, theme: Theme) -> None:
        """Tint all icons."""
        self._theme = theme
        for name in self._actions:
            self._draw(name)

    def fill(self, bar: QMenuBar) -> None:
        """Make the menus of ``bar``."""
        menus: dict[str, QMenu] = {}
        for spec in SPECS:
            if spec.menu not in menus:
                menus[spec.menu] = bar.addMenu(spec.menu)
            elif spec.line_before:
                menus[spec.menu].addSeparator()
            menus[spec.menu].addAction(self._actions[spec.id])

    def _tell(self, name: str, why_not: str) -> None:
        action = self._actions[name]
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        tip = self._tips[name] + (f"  ({keys})" if keys else "")
        tip = f"{tip}\n{why_not}" if why_not else tip
        if action.toolTip() != tip:
            action.setToolTip(tip)

    def _draw(self, name: str) -> None:
        if self._theme is None:
            return
        spec = next(spec for spec in SPECS if spec.id == name)
        action = self._actions[name]
        on_colour = self._theme.accent if spec.checkable else ""
        action.setIcon(icon(self._icons[name], self._theme, on_name=spec.on_icon, on_colour=on_colour))
