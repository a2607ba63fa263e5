from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.panels.browser import PresetBrowser
from app.widgets.preset_row import PresetItem

ITEMS = [
    PresetItem("piano", "Piano", "genre", "piano, calm", "A quiet room"),
    PresetItem("rock", "Rock", "genre", "drums, fast", "A loud room"),
    PresetItem("gone", "Gone", "genre", "", "", available=False, why_not="model 'x' is not installed"),
    PresetItem("slt", "Slt", "speaker", "speaks", "A clear voice"),
    PresetItem("mine", "My Own", "user", "piano", "Kept"),
]


@pytest.fixture
def browser(qtbot: QtBot, dressed: QApplication) -> PresetBrowser:
    browser = PresetBrowser()
    qtbot.addWidget(browser)
    browser.resize(260, 500)
    browser.set_items(ITEMS)
    browser.show()
    return browser


def test_search_finds_by_name_tag_and_description(browser: PresetBrowser) -> None:
    for words, found in (
        ("ROCK", ["rock"]),
        ("calm", ["piano"]),
        ("room", ["piano", "rock"]),
        ("loud roc", ["rock"]),
    ):
        browser.search.setText(words)
        assert browser.shown() == found


def test_a_search_without_results_says_so(browser: PresetBrowser) -> None:
    browser.search.setText("xylophone")
    assert browser.shown() == []
    assert browser.nothing.isVisible()
    assert "No preset matches" in browser.nothing.text()


def test_categories_narrow_the_list(browser: PresetBrowser) -> None:
    for category, found in (("speaker", ["slt"]), ("user", ["mine"]), ("", [item.id for item in ITEMS])):
        browser.category_buttons[category].click()
        assert browser.shown() == found


def test_arrows_walk_over_headings_and_choose(qtbot: QtBot, browser: PresetBrowser) -> None:
    heard: list[str] = []
    browser.chosen.connect(heard.append)
    browser.select("rock")
    browser.list.setFocus()
    for _ in range(2):
        qtbot.keyClick(browser.list, Qt.Key.Key_Down)
    assert heard == ["gone", "slt"]


def test_return_plays_from_the_start(qtbot: QtBot, browser: PresetBrowser) -> None:
    browser.select("rock")
    browser.list.setFocus()
    with qtbot.waitSignal(browser.started, timeout=1_000) as signal:
        qtbot.keyClick(browser.list, Qt.Key.Key_Return)
    assert signal.args == ["rock"]


def test_escape_in_the_search_clears_it_and_then_gives_the_keyboard_to_the_list(
    qtbot: QtBot, browser: PresetBrowser
) -> None:
    browser.search.setFocus()
    browser.search.setText("fast")
    qtbot.keyClick(browser.search, Qt.Key.Key_Escape)
    assert (browser.search.text(), browser.search.hasFocus()) == ("", True)
    qtbot.keyClick(browser.search, Qt.Key.Key_Escape)
    assert browser.list.hasFocus()


def test_return_in_the_search_takes_the_first_result(qtbot: QtBot, browser: PresetBrowser) -> None:
    browser.search.setText("fast")
    with qtbot.waitSignal(browser.chosen, timeout=1_000) as signal:
        qtbot.keyClick(browser.search, Qt.Key.Key_Return)
    assert signal.args == ["rock"]


def test_selecting_from_outside_is_silent(browser: PresetBrowser) -> None:
    heard: list[str] = []
    browser.chosen.connect(heard.append)
    browser.select("slt")
    assert browser.list.currentIndex().data() == "Slt"
    assert heard == []


def test_the_selection_survives_a_search(browser: PresetBrowser) -> None:
    browser.select("slt")
    browser.search.setText("piano")
    browser.search.clear()
    assert browser.list.currentIndex().data() == "Slt"


def test_neighbours_go_round_and_leave_out_what_cannot_play(browser: PresetBrowser) -> None:
    assert browser.neighbour("rock", 1) == "slt"
    assert browser.neighbour("mine", 1) == "piano"
    assert browser.neighbour("piano", -1) == "mine"


def test_a_preset_that_cannot_play_says_why(browser: PresetBrowser) -> None:
    browser.select("gone")
    assert browser.list.currentIndex().data(Qt.ItemDataRole.ToolTipRole) == "model 'x' is not installed"


def test_a_double_click_plays_once(qtbot: QtBot, browser: PresetBrowser) -> None:
    heard: list[str] = []
    browser.started.connect(heard.append)
    browser.select("rock")
    place = browser.list.visualRect(browser.list.currentIndex()).center()
    qtbot.mouseDClick(browser.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert heard == ["rock"]
