from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.plots.meter import LevelMeter


def test_the_meter_rises_at_once_and_falls_slowly(qtbot: QtBot, dressed: QApplication) -> None:
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.show_level(-6.0, -12.0, False)
    meter.describe()
    assert meter.accessibleDescription() == "peak -6 dB, average -12 dB"
    meter.show_level(-120.0, -120.0, False)
    meter.describe()
    assert "silent" not in meter.accessibleDescription()
    for _ in range(60):
        meter.show_level(-120.0, -120.0, False)
    meter.describe()
    assert meter.accessibleDescription() == "silent"


def test_the_clip_light_is_cleared_by_a_click_or_return(qtbot: QtBot, dressed: QApplication) -> None:
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.show()
    meter.show_level(0.0, -3.0, True)
    assert meter.clipped
    with qtbot.waitSignal(meter.reset_asked, timeout=1_000):
        qtbot.mouseClick(meter, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(meter.reset_asked, timeout=1_000):
        qtbot.keyClick(meter, Qt.Key.Key_Return)


def test_what_is_painted_of_a_moving_level_is_what_would_be_painted_of_all(
    qtbot: QtBot, dressed: QApplication
) -> None:
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.resize(400, 34)
    meter.show()
    for level in (-3.0, -30.0, -9.0):
        meter.show_level(level, level - 6.0, False)
        qtbot.wait(20)
    moved = meter.screen().grabWindow(meter.winId()).toImage()
    assert moved == meter.grab().toImage().convertToFormat(moved.format())
