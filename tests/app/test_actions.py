from __future__ import annotations

from collections import Counter

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QMenuBar
from pytestqt.qtbot import QtBot

from app.actions import ALL, Actions
from app.look.colours import DARK
from app.look.icons import FOLDER


def test_no_two_actions_share_a_shortcut() -> None:
    keys = Counter(QKeySequence(key).toString() for spec in ALL for key in spec.keys)
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_action_has_an_icon_a_tip_and_a_menu() -> None:
    for spec in ALL:
        assert spec.tip
        assert spec.menu
        for name in filter(None, (spec.icon, spec.on_icon)):
            assert (FOLDER / f"{name}.svg").exists()


def test_space_plays_and_f1_lists_shortcuts(qapp: QApplication) -> None:
    actions = Actions()
    assert actions["play"].shortcut().toString() == "Space"
    assert actions["shortcuts"].shortcut().toString() == "F1"


def test_a_tooltip_names_the_shortcut_and_a_disabled_action_says_why(qapp: QApplication) -> None:
    actions = Actions()
    assert "(Ctrl+E)" in actions["export"].toolTip()
    actions.allow("export", "There is no take yet")
    assert not actions["export"].isEnabled()
    assert actions["export"].toolTip().endswith("There is no take yet")
    actions.allow("export")
    assert actions["export"].isEnabled()
    assert "no take" not in actions["export"].toolTip()


def test_all_actions_are_in_the_menus(qtbot: QtBot) -> None:
    bar = QMenuBar()
    qtbot.addWidget(bar)
    actions = Actions(bar)
    actions.set_theme(DARK)
    actions.fill(bar)
    entries = [entry for menu in bar.actions() for entry in menu.menu().actions()]
    assert {entry.text() for entry in entries if not entry.isSeparator()} == {spec.text for spec in ALL}
    assert all(not entry.icon().isNull() for entry in entries if not entry.isSeparator())
