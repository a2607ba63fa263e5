"""That nothing jumps when a control moves."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.window import MainWindow


def opened(qtbot: QtBot) -> MainWindow:
    actions = Actions()
    window = MainWindow(actions)
    actions.setParent(window)
    qtbot.addWidget(window)
    window.show()
    return window


def test_the_plots_stay_where_they_are_when_a_control_moves(qtbot: QtBot, dressed: QApplication) -> None:
    window = opened(qtbot)
    window.show_preset("Piano", "Plays", "music", modified=False)
    QApplication.processEvents()
    before = window.waveform.geometry()
    window.show_preset("Piano", "Plays", "music", modified=True)
    QApplication.processEvents()
    assert window.modified_button.isVisible()
    assert window.waveform.geometry() == before
