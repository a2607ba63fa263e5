from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.panels.takes import TakePanel
from app.widgets.take_row import COLUMNS, TakeItem, picture, places_of


@pytest.fixture
def takes(qtbot: QtBot, dressed: QApplication) -> TakePanel:
    actions = Actions()
    panel = TakePanel(actions)
    actions.setParent(panel)
    qtbot.addWidget(panel)
    panel.resize(600, 250)
    panel.show()
    panel.set_items(
        [TakeItem("b", "Second", "Piano · seed 2", "0:02"), TakeItem("a", "First", "Piano · seed 1", "0:01")],
        "b",
    )
    return panel


def click(qtbot: QtBot, takes: TakePanel, row: int, part: str) -> None:
    rect = takes.list.visualRect(takes.list.model().index(row, 0))
    qtbot.mouseClick(takes.list.viewport(), Qt.MouseButton.LeftButton, pos=places_of(rect)[part].center())


def double_click(qtbot: QtBot, takes: TakePanel, row: int, part: str) -> None:
    rect = takes.list.visualRect(takes.list.model().index(row, 0))
    place = places_of(rect)[part].center()
    # What a mouse sends; Qt's own helper sends the third of these alone.
    for act in (qtbot.mousePress, qtbot.mouseRelease, qtbot.mouseDClick, qtbot.mouseRelease):
        act(takes.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_the_star_and_the_play_sign_of_a_row_can_be_clicked(qtbot: QtBot, takes: TakePanel) -> None:
    with qtbot.waitSignal(takes.star_asked, timeout=1_000) as starred:
        click(qtbot, takes, 1, "star")
    with qtbot.waitSignal(takes.play_asked, timeout=1_000) as played:
        click(qtbot, takes, 0, "play")
    assert (starred.args, played.args) == (["a"], ["b"])


def test_a_search_leaves_the_takes_it_finds(qtbot: QtBot, takes: TakePanel) -> None:
    qtbot.keyClicks(takes.search, "seed 1")
    assert [item.id for item in takes.items] == ["a"]
    qtbot.keyClicks(takes.search, "x")
    assert takes.empty.text() == "No take matches."
    assert takes.empty.isVisible()
    qtbot.keyClick(takes.search, Qt.Key.Key_Escape)
    assert [item.id for item in takes.items] == ["b", "a"]


def test_the_take_that_is_being_made_is_the_first_row_and_can_only_be_seen(
    qtbot: QtBot, takes: TakePanel
) -> None:
    heard: list[str] = []
    takes.play_asked.connect(heard.append)
    takes.selected.connect(heard.append)
    takes.set_running(TakeItem("running", "Guitar", "being made", "0:03", playing=True))
    model = takes.list.model()
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["Guitar", "Second", "First"]
    click(qtbot, takes, 0, "text")
    assert heard == []
    assert takes.list.currentIndex().data() == "Second"
    takes.set_running(None)
    assert model.rowCount() == 2


def test_in_a_narrow_column_a_name_has_room_and_the_length_stands_below() -> None:
    places = places_of(QRect(0, 0, 230, 44))
    assert places["length"].isEmpty()
    assert places["text"].width() >= 140


def test_a_click_selects(qtbot: QtBot, takes: TakePanel) -> None:
    with qtbot.waitSignal(takes.selected, timeout=1_000) as signal:
        click(qtbot, takes, 1, "text")
    assert signal.args == ["a"]


def test_a_name_is_edited_in_place(qtbot: QtBot, takes: TakePanel) -> None:
    takes.edit_name("a")
    editor = takes.list.viewport().findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "  Best one ")
    with qtbot.waitSignal(takes.renamed, timeout=1_000) as signal:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert signal.args == ["a", "Best one"]


def test_delete_in_the_list_deletes_and_in_a_name_does_not(qtbot: QtBot, takes: TakePanel) -> None:
    deleted: list[bool] = []
    takes._actions["take_delete"].triggered.connect(lambda: deleted.append(True))
    takes.edit_name("a")
    qtbot.keyClick(takes.list.viewport().findChild(QLineEdit), Qt.Key.Key_Delete)
    assert deleted == []
    qtbot.keyClick(takes.list, Qt.Key.Key_Delete)
    assert deleted == [True]


def test_the_key_that_ends_a_name_does_not_play_the_take(qtbot: QtBot, takes: TakePanel) -> None:
    played: list[str] = []
    takes.play_asked.connect(played.append)
    takes.edit_name("a")
    editor = takes.list.viewport().findChild(QLineEdit)
    qtbot.keyClicks(editor, "x")
    with qtbot.waitSignal(takes.renamed, timeout=1_000):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert played == []


def test_an_empty_name_is_refused(takes: TakePanel) -> None:
    model = takes.list.model()
    assert not model.setData(model.index(0, 0), "   ")


def test_without_takes_the_panel_says_how_to_get_one(takes: TakePanel) -> None:
    takes.set_items([], "")
    assert takes.empty.isVisible()
    assert "Space" in takes.empty.text()


def test_a_screen_reader_hears_star_and_length(takes: TakePanel) -> None:
    takes.set_items([TakeItem("a", "First", "Piano", "0:01", starred=True)], "a")
    text = takes.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert text == "Piano, 0:01, starred"


def test_the_picture_shows_where_it_is_loud() -> None:
    samples = np.zeros(COLUMNS * 100, dtype=np.float32)
    samples[250] = -0.5
    heights = picture(samples)
    assert heights[2] == pytest.approx(0.5)
    assert heights.sum() == pytest.approx(0.5)


def test_a_very_short_sound_has_an_empty_picture() -> None:
    assert not picture(np.ones(3, dtype=np.float32)).any()


def test_a_double_click_plays_once_and_a_click_does_not(qtbot: QtBot, takes: TakePanel) -> None:
    heard: list[str] = []
    takes.play_asked.connect(heard.append)
    click(qtbot, takes, 1, "text")
    assert heard == []
    place = places_of(takes.list.visualRect(takes.list.model().index(1, 0)))["text"].center()
    qtbot.mouseDClick(takes.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert heard == ["a"]


def test_return_plays_the_selected_take(qtbot: QtBot, takes: TakePanel) -> None:
    heard: list[str] = []
    takes.play_asked.connect(heard.append)
    takes.list.setFocus()
    qtbot.keyClick(takes.list, Qt.Key.Key_Return)
    assert heard == ["b"]


def test_a_double_click_on_the_star_stars_once_and_plays_nothing(qtbot: QtBot, takes: TakePanel) -> None:
    heard: list[str] = []
    starred: list[str] = []
    takes.play_asked.connect(heard.append)
    takes.star_asked.connect(starred.append)
    double_click(qtbot, takes, 1, "star")
    assert heard == []
    assert starred == ["a"]


def test_a_double_click_on_the_play_sign_plays_once(qtbot: QtBot, takes: TakePanel) -> None:
    heard: list[str] = []
    takes.play_asked.connect(heard.append)
    double_click(qtbot, takes, 1, "play")
    assert heard == ["a"]
    click(qtbot, takes, 1, "play")
    assert heard == ["a", "a"]


def test_a_right_click_on_the_star_does_not_star(qtbot: QtBot, takes: TakePanel) -> None:
    starred: list[str] = []
    takes.star_asked.connect(starred.append)
    place = places_of(takes.list.visualRect(takes.list.model().index(1, 0)))["star"].center()
    qtbot.mouseClick(takes.list.viewport(), Qt.MouseButton.RightButton, pos=place)
    assert starred == []


def test_a_take_whose_replay_may_differ_says_so_to_eye_pointer_and_screen_reader(takes: TakePanel) -> None:
    plain = TakeItem("a", "First", "Piano", "0:01")
    takes.set_items([plain], "")
    index = takes.list.model().index(0, 0)
    before = takes.list.grab().toImage()
    why = "A replay may differ: model music has changed since."
    takes.set_items([replace(plain, warning=why)], "")
    assert index.data(Qt.ItemDataRole.ToolTipRole) == why
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == f"Piano, 0:01. {why}"
    assert takes.list.grab().toImage() != before
    takes.set_items([plain], "")
    assert index.data(Qt.ItemDataRole.ToolTipRole) is None
    assert takes.list.grab().toImage() == before
