from __future__ import annotations

import tomllib

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers.help import HelpController
from app.dialogs.help import AboutDialog
from engine.library.paths import ROOT
from tests.app.controllers.fakes import HeldBackground


def test_the_version_is_read_aside_and_shown(
    qtbot: QtBot, dressed: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, actions, background = QWidget(), Actions(), HeldBackground()
    qtbot.addWidget(window)
    HelpController(window, actions, background).setParent(window)  # type: ignore[arg-type]
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
