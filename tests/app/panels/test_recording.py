from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.panels.recording import RecordingPanel


@pytest.fixture
def panel(qtbot: QtBot, dressed: QApplication) -> RecordingPanel:
    panel = RecordingPanel(Actions())
    qtbot.addWidget(panel)
    panel.show()
    return panel


def test_without_a_recording_it_says_what_to_drop_and_is_low(panel: RecordingPanel) -> None:
    assert panel.name.text() == "Drop a recording of somebody who speaks here."
    assert panel.open.isVisible()
    assert not panel.pitch.isVisible()
    low = panel.sizeHint().height()
    panel.show_recording("me", "0:04")
    assert (panel.name.text(), panel.length.text()) == ("me", "0:04")
    assert panel.pitch.isVisible()
    assert panel.speed.isVisible()
    assert panel.clear.isVisible()
    assert not panel.open.isVisible()
    assert panel.sizeHint().height() > low


def test_showing_a_bend_sends_nothing_and_moving_it_does(qtbot: QtBot, panel: RecordingPanel) -> None:
    with qtbot.assertNotEmitted(panel.bent):
        panel.show_bend(-2.5, 1.5, as_recorded=True)
    assert panel.bend == (-2.5, 1.5, True)
    with qtbot.waitSignal(panel.bent):
        panel.timbre.buttons[False].click()
    with qtbot.waitSignal(panel.bent):
        panel.pitch.reset()
    with qtbot.waitSignal(panel.bent):
        panel.speed.slider.setValue(0)
    assert panel.bend == (0.0, 0.5, False)


def test_pitch_reaches_an_octave_and_speed_from_half_to_twice(panel: RecordingPanel) -> None:
    assert (panel.pitch.box.minimum(), panel.pitch.box.maximum()) == (-12.0, 12.0)
    assert (panel.speed.box.minimum(), panel.speed.box.maximum()) == (0.5, 2.0)
