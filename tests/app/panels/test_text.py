"""The text box: what is typed, which word is marked, and where the cursor stands, in Python's characters."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.panels.text import TextPanel


@pytest.fixture
def panel(qtbot: QtBot, dressed: object) -> TextPanel:
    panel = TextPanel(Actions())
    qtbot.addWidget(panel)
    panel.show()
    return panel


def test_a_word_is_marked_also_after_characters_that_qt_counts_twice(panel: TextPanel) -> None:
    panel.show_text("One 🎵 two.")
    panel.show_word((6, 9))
    (marked,) = panel.box.extraSelections()
    assert marked.cursor.selectedText() == "two"
    panel.show_word(None)
    assert panel.box.extraSelections() == []


def test_the_cursor_stands_before_a_character(panel: TextPanel) -> None:
    panel.show_text("One 🎵 two.")
    panel.box.moveCursor(QTextCursor.MoveOperation.End)
    assert panel.place == 10


def test_typing_takes_the_mark_away_and_is_told_but_what_is_shown_is_not(
    qtbot: QtBot, panel: TextPanel
) -> None:
    edits = []
    panel.edited.connect(lambda: edits.append(panel.text))
    panel.show_text("One two.")
    panel.show_word((0, 3))
    assert edits == []
    panel.box.insertPlainText("So, ")
    assert edits == ["So, One two."]
    assert panel.word is None
