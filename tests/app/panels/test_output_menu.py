from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.panels.output_menu import DEFAULT, OutputMenu

DEVICES = [("hdmi, ALSA", "HDMI (ALSA)"), ("usb, ALSA", "USB (ALSA)")]


def test_all_outputs_are_listed_and_the_chosen_one_is_ticked(qtbot: QtBot, dressed: QApplication) -> None:
    menu = OutputMenu()
    qtbot.addWidget(menu)
    menu.show_devices(DEVICES, "usb, ALSA")
    entries = [(entry.text(), entry.isChecked()) for entry in menu.actions() if entry.isCheckable()]
    assert entries == [(DEFAULT, False), ("HDMI (ALSA)", False), ("USB (ALSA)", True)]


def test_choosing_tells_the_devices_id_and_nothing_for_the_default(
    qtbot: QtBot, dressed: QApplication
) -> None:
    menu = OutputMenu()
    qtbot.addWidget(menu)
    menu.show_devices(DEVICES, "")
    heard: list[str] = []
    menu.chosen.connect(heard.append)
    menu.actions()[1].trigger()
    menu.actions()[0].trigger()
    assert heard == ["hdmi, ALSA", ""]


def test_a_chosen_output_that_is_gone_is_still_shown(qtbot: QtBot, dressed: QApplication) -> None:
    menu = OutputMenu()
    qtbot.addWidget(menu)
    menu.show_devices(DEVICES[:1], "usb, ALSA", problem="")
    assert "usb, ALSA (not there)" in [entry.text() for entry in menu.actions() if entry.isChecked()]


def test_why_there_are_none_is_said(qtbot: QtBot, dressed: QApplication) -> None:
    menu = OutputMenu()
    qtbot.addWidget(menu)
    menu.show_devices([], "", problem="PortAudio is not installed")
    assert [
        entry.text() for entry in menu.actions() if not entry.isEnabled() and not entry.isSeparator()
    ] == ["PortAudio is not installed"]
