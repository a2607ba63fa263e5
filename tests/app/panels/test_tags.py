from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from app.panels.tags import TagPanel
from app.widgets.fade import Fade
from app.window import NARROWEST_SIDES


@pytest.fixture
def tags(qtbot: QtBot, dressed: QApplication) -> TagPanel:
    panel = TagPanel()
    qtbot.addWidget(panel)
    panel.resize(300, 400)
    panel.set_vocabulary(("piano", "calm", "fast"))
    panel.set_weights({"calm": 0.5})
    panel.show()
    return panel


def test_tags_in_use_have_a_row_and_the_others_a_chip(tags: TagPanel) -> None:
    assert list(tags.rows) == ["calm"]
    assert list(tags.chips) == ["piano", "fast"]


def test_a_chip_adds_its_tag_with_weight_1(qtbot: QtBot, tags: TagPanel) -> None:
    with qtbot.waitSignal(tags.changed, timeout=1_000) as signal:
        tags.chips["piano"].click()
    assert signal.args == [(("piano", 1.0), ("calm", 0.5))]
    assert tags.rows["piano"].slider.real == 1.0


def test_a_row_can_be_taken_out(qtbot: QtBot, tags: TagPanel) -> None:
    with qtbot.waitSignal(tags.changed, timeout=1_000) as signal:
        tags.rows["calm"].remove.click()
    assert signal.args == [()]
    assert "calm" in tags.chips


def test_moving_a_weight_is_told(tags: TagPanel) -> None:
    heard: list[object] = []
    tags.changed.connect(heard.append)
    tags.rows["calm"].slider.setValue(180)
    assert heard == [(("calm", pytest.approx(1.8)),)]


def test_a_weight_of_0_while_moving_keeps_the_row(tags: TagPanel) -> None:
    heard: list[object] = []
    tags.changed.connect(heard.append)
    tags.rows["calm"].slider.setValue(0)
    assert heard == [()]
    assert "calm" in tags.rows


def test_a_double_click_resets_to_the_presets_weight(qtbot: QtBot, tags: TagPanel) -> None:
    tags.set_defaults({"calm": 0.5})
    tags.rows["calm"].box.setValue(1.7)
    qtbot.mouseDClick(tags.rows["calm"].slider, Qt.MouseButton.LeftButton, pos=QPoint(5, 10))
    assert tags.weights == (("calm", 0.5),)


def test_another_models_vocabulary_drops_what_it_does_not_know(tags: TagPanel) -> None:
    tags.set_vocabulary(("piano", "loud"))
    assert tags.weights == ()
    assert list(tags.chips) == ["piano", "loud"]


def test_the_wheel_scrolls_past_a_slider_that_is_not_in_use(tags: TagPanel) -> None:
    slider = tags.rows["calm"].slider
    turn = QWheelEvent(
        QPointF(9, 9),
        QPointF(9, 9),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(slider, turn)
    assert tags.weights == (("calm", 0.5),)


def test_setting_weights_is_silent(tags: TagPanel) -> None:
    heard: list[object] = []
    tags.changed.connect(heard.append)
    tags.set_weights({"piano": 1.0, "fast": 0.25, "unknown": 1.0})
    assert tags.weights == (("piano", 1.0), ("fast", 0.25))
    assert heard == []


def test_nothing_is_cut_off_at_the_right_of_the_narrowest_column(tags: TagPanel) -> None:
    area = tags.findChild(QScrollArea)
    tags.resize(NARROWEST_SIDES[1], 120)
    QApplication.processEvents()
    assert area.verticalScrollBar().isVisible()
    assert area.widget().width() <= area.viewport().width()


def test_what_goes_on_below_fades_out_until_the_end_is_reached(tags: TagPanel) -> None:
    area = tags.findChild(QScrollArea)
    fade = tags.findChild(Fade)
    tags.resize(256, 120)
    QApplication.processEvents()
    assert fade.isVisible()
    assert fade.geometry().bottom() == area.viewport().geometry().bottom()
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    assert not fade.isVisible()
    tags.resize(256, 600)
    QApplication.processEvents()
    assert not fade.isVisible()
