from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.widgets.slider import Slider


@pytest.fixture
def slider(qtbot: QtBot) -> Slider:
    slider = Slider(0.0, 2.0, 0.01, mark=1.0)
    slider.resize(216, 20)
    qtbot.addWidget(slider)
    slider.show()
    return slider


def test_a_click_moves_it_to_where_it_was_clicked(qtbot: QtBot, slider: Slider) -> None:
    heard: list[float] = []
    slider.value_moved.connect(heard.append)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(108, 10))
    assert slider.real == pytest.approx(1.0, abs=0.02)
    assert heard[-1] == slider.real


def test_the_ends_are_reached(qtbot: QtBot, slider: Slider) -> None:
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(215, 10))
    assert slider.real == 2.0
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert slider.real == 0.0
    qtbot.keyClick(slider, Qt.Key.Key_End)
    assert slider.real == 2.0


def test_shift_makes_steps_finer(qtbot: QtBot, slider: Slider) -> None:
    slider.set_real(1.0)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    coarse = slider.real - 1.0
    slider.set_real(1.0)
    qtbot.keyClick(slider, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert slider.real - 1.0 == pytest.approx(0.01)
    assert coarse > 0.01


def test_the_wheel_turns_it(qtbot: QtBot, slider: Slider) -> None:
    slider.set_real(1.0)
    event = QWheelEvent(
        QPointF(50, 10),
        QPointF(50, 10),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(slider, event)
    assert slider.real > 1.0


def test_a_double_click_asks_for_a_reset(qtbot: QtBot, slider: Slider) -> None:
    with qtbot.waitSignal(slider.reset_asked, timeout=1_000):
        qtbot.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))


def test_setting_a_value_is_silent_and_clamped(slider: Slider) -> None:
    heard: list[float] = []
    slider.value_moved.connect(heard.append)
    slider.set_real(7.0)
    assert slider.real == 2.0
    assert heard == []
