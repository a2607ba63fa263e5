from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from app.panels.tags import TagPanel, grouped
from app.widgets.fade import Fade
from app.window import NARROWEST_SIDES
from engine.library.models import ModelLibrary
from engine.library.paths import model_folders


@pytest.fixture
def tags(qtbot: QtBot, dressed: QApplication) -> TagPanel:
    panel = TagPanel()
    qtbot.addWidget(panel)
    panel.resize(300, 400)
    panel.set_vocabulary(("piano", "calm", "fast"))
    panel.set_weights({"calm": 0.5})
    panel.show()
    return panel


def test_every_tag_is_a_chip_that_shows_its_weight(tags: TagPanel) -> None:
    assert {tag: chip.weight for tag, chip in tags.chips.items()} == {"piano": 0.0, "calm": 0.5, "fast": 0.0}


def test_tags_stand_in_four_groups_and_what_is_none_of_them_comes_last() -> None:
    groups = grouped(("calm", "electric guitar", "kazoo", "jazz", "piano", "slow"))
    assert groups == {
        "Instruments": ["piano", "electric guitar"],
        "Style": ["jazz"],
        "Mood": ["calm"],
        "Texture": ["slow"],
        "Others": ["kazoo"],
    }


def test_every_tag_of_the_models_that_are_shipped_has_a_group() -> None:
    for name in ("music", "speech", "voices"):
        assert "Others" not in grouped(ModelLibrary(model_folders()).load(name).header.config.tags)


def test_tab_walks_the_chips_in_reading_order(qtbot: QtBot, tags: TagPanel) -> None:
    tags.activateWindow()
    chips = list(tags.chips.values())
    chips[0].setFocus()
    seen = []
    for _ in chips:
        seen.append(QApplication.focusWidget())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert seen == chips
    places = [(chip.mapTo(tags, QPoint()).y(), chip.mapTo(tags, QPoint()).x()) for chip in chips]
    assert places == sorted(places)


def test_another_models_vocabulary_drops_what_it_does_not_know(tags: TagPanel) -> None:
    tags.set_vocabulary(("piano", "loud"))
    assert tags.weights == ()
    assert list(tags.chips) == ["piano", "loud"]
    assert tags.chips["loud"].weight == 0.0


def test_the_wheel_scrolls_past_a_slider_that_is_not_in_use(tags: TagPanel) -> None:
    slider = tags.chips["calm"]
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
    tags.resize(NARROWEST_SIDES[1], 170)
    QApplication.processEvents()
    assert area.verticalScrollBar().isVisible()
    assert area.widget().width() <= area.viewport().width()


def test_what_goes_on_below_fades_out_until_the_end_is_reached(tags: TagPanel) -> None:
    area = tags.findChild(QScrollArea)
    fade = tags.findChild(Fade)
    tags.resize(256, 170)
    QApplication.processEvents()
    assert fade.isVisible()
    assert fade.geometry().bottom() == area.viewport().geometry().bottom()
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    assert not fade.isVisible()
    tags.resize(256, 600)
    QApplication.processEvents()
    assert not fade.isVisible()
