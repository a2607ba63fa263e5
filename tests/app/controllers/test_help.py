from __future__ import annotations

import tomllib

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers.help import HelpController
from app.dialogs.help import AboutDialog, ShortcutsDialog
from engine.library.paths import ROOT
from tests.app.controllers.fakes import HeldBackground


def test_the_version_is_read_aside_and_shown(
    qtbot: QtBot, dressed: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, actions, background = QWidget(), Actions(), HeldBackground()
    qtbot.addWidget(window)
    HelpController(window, actions, background).setParent(window)
    shown: list[str] = []
    monkeypatch.setattr(
        AboutDialog,
        "exec",
        lambda dialog: shown.extend(label.text() for label in dialog.findChildren(QLabel)),
    )
    actions["about"].trigger()
    assert shown == []
    background.finish()
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert any(version in text for text in shown)


@pytest.mark.parametrize("count", [4, 90])
def test_shortcuts_that_do_not_fit_on_the_screen_are_scrolled_and_close_stays_in_reach(
    qtbot: QtBot, dressed: QApplication, count: int
) -> None:
    dialog = ShortcutsDialog([("File", "Ctrl+O", f"Open number {number}") for number in range(count)])
    qtbot.addWidget(dialog)
    dialog.show()
    room = dialog.screen().availableGeometry().height()
    assert dialog.height() <= room - 40
    (close,) = dialog.findChildren(QPushButton)
    assert dialog.rect().contains(close.geometry().translated(close.parentWidget().pos()))
    (area,) = dialog.findChildren(QScrollArea)
    assert (area.verticalScrollBar().maximum() > 0) == (count == 90)
