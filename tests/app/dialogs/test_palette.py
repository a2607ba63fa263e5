from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.dialogs.palette import PaletteDialog
from app.look.colours import DARK
from app.widgets.palette_row import PaletteEntry

ENTRIES = [
    PaletteEntry("Play", "Play", int, "Space"),
    PaletteEntry("Pause", "Play", int, "P", "Nothing is playing"),
    PaletteEntry("Piano", "Preset", int),
    PaletteEntry("Guitar 3", "Take", int),
]


@pytest.fixture
def dialog(qtbot: QtBot, dressed: QApplication) -> PaletteDialog:
    dialog = PaletteDialog(ENTRIES, DARK)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def names(dialog: PaletteDialog) -> list[str]:
    return [entry.text for entry in dialog.shown]


def press(qtbot: QtBot, dialog: PaletteDialog, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(dialog.field, key)


def test_all_is_there_until_something_is_typed(qtbot: QtBot, dialog: PaletteDialog) -> None:
    assert names(dialog) == ["Play", "Piano", "Guitar 3", "Pause"]
    qtbot.keyClicks(dialog.field, "gui")
    assert names(dialog) == ["Guitar 3"]
    qtbot.keyClicks(dialog.field, "x")
    assert names(dialog) == []
    assert dialog.nothing.isVisible()


def test_what_fits_by_its_name_comes_first_and_what_can_be_done_before_what_cannot(
    qtbot: QtBot, dialog: PaletteDialog
) -> None:
    qtbot.keyClicks(dialog.field, "p")
    assert names(dialog) == ["Play", "Piano", "Pause"]
    qtbot.keyClicks(dialog.field, "la")
    assert names(dialog) == ["Play", "Pause"]  # the menu of the second


def test_kinds_are_searched_too(qtbot: QtBot, dialog: PaletteDialog) -> None:
    qtbot.keyClicks(dialog.field, "preset")
    assert names(dialog) == ["Piano"]


def test_arrows_walk_round_and_return_takes_what_is_marked(qtbot: QtBot, dialog: PaletteDialog) -> None:
    press(qtbot, dialog, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Return)
    assert dialog.chosen is ENTRIES[3]
    assert not dialog.isVisible()


def test_what_cannot_be_done_says_why_and_is_not_taken(qtbot: QtBot, dialog: PaletteDialog) -> None:
    press(qtbot, dialog, Qt.Key.Key_Up)
    index = dialog.list.currentIndex()
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "Play, P, Nothing is playing"
    press(qtbot, dialog, Qt.Key.Key_Return)
    assert (dialog.chosen, dialog.isVisible()) == (None, True)


def test_escape_takes_nothing(qtbot: QtBot, dialog: PaletteDialog) -> None:
    press(qtbot, dialog, Qt.Key.Key_Escape)
    assert (dialog.chosen, dialog.isVisible()) == (None, False)


def test_a_click_takes_an_entry(qtbot: QtBot, dialog: PaletteDialog) -> None:
    place = dialog.list.visualRect(dialog.list.model().index(2, 0)).center()
    qtbot.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert dialog.chosen is ENTRIES[3]
