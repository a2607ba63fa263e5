from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.panels.snapshots import SnapshotPanel


@pytest.fixture
def panel(qtbot: QtBot, dressed: QApplication) -> SnapshotPanel:
    panel = SnapshotPanel()
    qtbot.addWidget(panel)
    panel.resize(256, 100)
    panel.show()
    panel.show_stored([2, 5])
    return panel


@pytest.fixture
def asked(panel: SnapshotPanel) -> list[str]:
    seen: list[str] = []
    panel.recall_asked.connect(lambda digit: seen.append(f"recall {digit}"))
    panel.store_asked.connect(lambda digit: seen.append(f"store {digit}"))
    return seen


def test_a_click_recalls_what_is_stored_and_stores_where_nothing_is(
    qtbot: QtBot, panel: SnapshotPanel, asked: list[str]
) -> None:
    for digit in (2, 3):
        qtbot.mouseClick(panel.buttons[digit], Qt.MouseButton.LeftButton)
    assert asked == ["recall 2", "store 3"]


def test_a_click_with_ctrl_stores_over_what_is_there(
    qtbot: QtBot, panel: SnapshotPanel, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "app.panels.snapshots.QGuiApplication.keyboardModifiers",
        lambda: Qt.KeyboardModifier.ControlModifier,
    )
    qtbot.mouseClick(panel.buttons[2], Qt.MouseButton.LeftButton)
    assert asked == ["store 2"]


def test_the_morph_goes_from_the_first_to_the_one_stored_last_and_remembers_what_was_chosen(
    qtbot: QtBot, panel: SnapshotPanel
) -> None:
    moves: list[tuple[int, int, float]] = []
    panel.morphed.connect(lambda *move: moves.append(move))
    panel.slider.setValue(100)
    panel.first.setCurrentIndex(panel.first.findData(5))
    panel.show_stored([2, 5, 9])
    panel.slider.setValue(200)
    assert moves == [(2, 5, pytest.approx(0.5)), (5, 9, pytest.approx(1.0))]


def test_there_is_no_way_between_fewer_than_two(panel: SnapshotPanel) -> None:
    assert panel.morph.isVisible()
    panel.show_stored([2])
    assert not panel.morph.isVisible()


def test_where_room_is_short_the_digits_stay(panel: SnapshotPanel) -> None:
    panel.set_compact(True)
    assert not panel.morph.isVisible()
    assert panel.buttons[1].isVisible()
    panel.set_compact(False)
    assert panel.morph.isVisible()


def test_buttons_are_named_for_screen_readers(panel: SnapshotPanel) -> None:
    button = panel.buttons[2]
    assert (button.accessibleName(), button.accessibleDescription()) == ("Snapshot 2", "stored")
    assert panel.buttons[3].accessibleDescription() == "empty"
