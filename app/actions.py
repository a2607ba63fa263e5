"""The actions of the window: menu, shortcut, tooltip, icon and accessible name come from their one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from app.action_table import SPECS
from app.look.colours import Theme
from app.look.icons import icon
from app.look.tips import wrapped


class Actions(QObject):
    """All actions, by id: ``actions["play"]`` is a QAction."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme | None = None
        self._actions: dict[str, QAction] = {}
        self._tips: dict[str, str] = {}
        self._icons: dict[str, str] = {}
        self._reasons: dict[str, str] = {}
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

    def bind(self, **slots: Callable[..., object]) -> None:
        """Have each action, by its id, do this when it is triggered."""
        for name, slot in slots.items():
            self._actions[name].triggered.connect(slot)

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
        self._reasons[name] = why_not
        action = self._actions[name]
        if action.isEnabled() != (not why_not):
            action.setEnabled(not why_not)
        self._tell(name, why_not)

    def why_not(self, name: str) -> str:
        """Why an action is disabled; empty where it is not."""
        return self._reasons.get(name, "")

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
        tip = wrapped(self._tips[name] + (f"  ({keys})" if keys else ""))
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
