from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.panels.browser import PresetBrowser
from app.widgets.preset_row import PresetItem, star_place

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
        browser.categories.buttons[category].click()
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


def test_a_click_on_the_star_asks_for_it_and_chooses_nothing(qtbot: QtBot, browser: PresetBrowser) -> None:
    chosen: list[str] = []
    browser.chosen.connect(chosen.append)
    index = browser.list.model().index(1, 0)  # the first below its heading
    place = star_place(browser.list.visualRect(index)).center()
    with qtbot.waitSignal(browser.star_asked, timeout=1_000) as asked:
        qtbot.mouseClick(browser.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked.args == ["piano"]
    assert chosen == []


def test_the_star_beside_the_search_shows_starred_presets_alone_and_says_where_there_are_none(
    browser: PresetBrowser,
) -> None:
    browser.starred_only.click()
    assert browser.shown() == []
    assert "Click the star" in browser.nothing.text()
    browser.set_stars({"slt", "mine"})
    assert browser.shown() == ["slt", "mine"]
    browser.set_items(ITEMS)  # the list comes anew, the stars stay
    assert browser.shown() == ["slt", "mine"]
    assert (
        browser.list.model().index(1, 0).data(Qt.ItemDataRole.AccessibleDescriptionRole).startswith("Starred")
    )


def test_starring_what_lies_elsewhere_does_not_scroll_the_list(browser: PresetBrowser) -> None:
    browser.set_items([PresetItem(f"p{i}", f"P {i}", "genre", "", "") for i in range(60)])
    browser.select("p0")
    bar = browser.list.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    place = bar.value()
    browser.set_stars({"p30"})
    assert bar.value() == place > 0


def test_delete_asks_to_delete_the_selected_preset(qtbot: QtBot, browser: PresetBrowser) -> None:
    browser.select("mine")
    with qtbot.waitSignal(browser.deletion_asked, timeout=1_000):
        qtbot.keyClick(browser.list, Qt.Key.Key_Delete)
