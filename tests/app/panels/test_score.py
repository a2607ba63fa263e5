from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.look.colours import DARK
from app.panels.score import ScorePanel
from app.plots.axis import TimeAxis
from app.plots.pianoroll import PianoRoll
from app.window import GAP, NARROWEST_SIDES, SMALLEST


@pytest.fixture
def panel(qtbot: QtBot, dressed: QApplication) -> ScorePanel:
    actions = Actions()
    actions.set_theme(DARK)
    panel = ScorePanel(actions, PianoRoll(TimeAxis()))
    actions.setParent(panel)
    qtbot.addWidget(panel)
    panel.resize(640, 140)
    panel.show()
    return panel


def test_without_a_score_it_says_how_to_get_one(panel: ScorePanel) -> None:
    assert panel.open.isVisible()
    assert panel.compose.isVisible()
    assert panel.name.text() == "Drop a MIDI file here, or have a piece composed."
    hidden = (
        panel.piano_roll,
        panel.length,
        panel.clear,
        panel.open_other,
        panel.compose_other,
        *panel.after.buttons.values(),
    )
    assert not any(widget.isVisible() for widget in hidden)
    assert panel.maximumHeight() < 80  # the sentence needs no more room than its line


def test_the_line_is_as_high_as_the_style_sheet_has_its_buttons(panel: ScorePanel) -> None:
    panel.setStyleSheet("QToolButton { min-height: 40px; }")
    panel.set_theme(DARK)
    assert 40 <= panel.open.minimumSizeHint().height() < panel.maximumHeight() < 80


def test_with_a_score_it_tells_its_name_length_and_what_follows(panel: ScorePanel) -> None:
    panel.show_score("minuet", "0:44 · 199 notes", "silence")
    assert (panel.name.text(), panel.length.text()) == ("minuet", "0:44 · 199 notes")
    assert panel.after.buttons["silence"].isChecked()
    assert panel.piano_roll.isVisible()
    assert panel.clear.isVisible()
    assert not panel.open.isVisible()


def test_a_long_name_gives_way_where_the_window_is_at_its_smallest(panel: ScorePanel) -> None:
    panel.show_score("x" * 300, "0:44 · 199 notes", "improvise")
    room = SMALLEST[0] - max(NARROWEST_SIDES) - 4 * GAP
    for _ in range(2):  # what gives way makes room for a narrower panel only once it is gone
        panel.resize(room, 140)
        QApplication.processEvents()
    assert panel.name.shown.endswith("…")
    assert panel.minimumSizeHint().width() <= room
    assert panel.width() == room


def test_what_follows_can_be_chosen_and_is_told_once(qtbot: QtBot, panel: ScorePanel) -> None:
    heard: list[str] = []
    panel.after_changed.connect(heard.append)
    panel.show_score("minuet", "0:44 · 199 notes", "improvise")
    assert heard == []
    panel.after.buttons["silence"].setFocus()
    qtbot.keyClick(panel.after.buttons["silence"], Qt.Key.Key_Return)
    assert heard == ["silence"]


def test_every_control_has_a_name_and_a_tooltip(panel: ScorePanel) -> None:
    panel.show_score("minuet", "0:44 · 199 notes", "improvise")
    for widget in (
        panel.open,
        panel.open_other,
        panel.clear,
        panel.piano_roll,
        *panel.after.buttons.values(),
    ):
        assert widget.accessibleName()
        assert widget.toolTip()
