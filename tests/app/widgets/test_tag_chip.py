"""One tag: clicked, dragged, and steered by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.widgets.tag_chip import FULL_DRAG, TagChip


@pytest.fixture
def chip(qtbot: QtBot, dressed: QApplication) -> TagChip:
    chip = TagChip("flute", default=0.5)
    qtbot.addWidget(chip)
    chip.show()
    return chip


def test_a_click_puts_the_tag_in_with_weight_1_and_another_takes_it_out(qtbot: QtBot, chip: TagChip) -> None:
    heard: list[float] = []
    chip.weighed.connect(heard.append)
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert heard == [1.0, 0.0]


def test_a_drag_sideways_weighs_from_0_to_2_and_is_no_click(qtbot: QtBot, chip: TagChip) -> None:
    for moved, weight in ((FULL_DRAG / 4, 0.5), (FULL_DRAG * 2, 2.0), (-FULL_DRAG, 0.0)):
        chip.show_weight(0.0)
        qtbot.mousePress(chip, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
        qtbot.mouseMove(chip, QPoint(10 + round(moved), 10))
        qtbot.mouseRelease(chip, Qt.MouseButton.LeftButton, pos=QPoint(10 + round(moved), 10))
        assert chip.weight == pytest.approx(weight, abs=0.01)


def test_the_figure_stands_on_it_while_it_is_dragged(qtbot: QtBot, chip: TagChip) -> None:
    qtbot.mousePress(chip, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    qtbot.mouseMove(chip, QPoint(10 + round(FULL_DRAG / 4), 10))
    assert chip.words == "0.50"
    qtbot.mouseRelease(chip, Qt.MouseButton.LeftButton, pos=QPoint(10 + round(FULL_DRAG / 4), 10))
    chip.clearFocus()
    assert chip.words == "flute"


def test_arrows_weigh_finely_return_switches_and_delete_empties(qtbot: QtBot, chip: TagChip) -> None:
    qtbot.keyClick(chip, Qt.Key.Key_Right)
    assert chip.weight == pytest.approx(0.05)
    qtbot.keyClick(chip, Qt.Key.Key_Delete)
    assert chip.weight == 0.0
    qtbot.keyClick(chip, Qt.Key.Key_Return)
    assert chip.weight == 1.0
    qtbot.keyClick(chip, Qt.Key.Key_End)
    assert chip.weight == 2.0


def test_showing_a_weight_sends_nothing(qtbot: QtBot, chip: TagChip) -> None:
    with qtbot.assertNotEmitted(chip.weighed):
        chip.show_weight(1.5)
    assert chip.weight == 1.5
