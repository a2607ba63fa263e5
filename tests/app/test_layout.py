"""That nothing jumps when a control moves, and nothing leaves the screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.look.colours import DARK
from app.look.theme import ui_font
from app.widgets.elided import ElidedLabel
from app.window import NARROWEST_SIDES, ROOM_FOR_ALL, SMALLEST, MainWindow


@pytest.fixture
def window(qtbot: QtBot, dressed: QApplication) -> MainWindow:
    actions = Actions()
    window = MainWindow(actions)
    actions.setParent(window)
    qtbot.addWidget(window)
    window.set_theme(DARK)
    window.show()
    return window


def fill(window: MainWindow, *, voice: bool) -> None:
    """Put in what takes the most room."""
    window.show_preset("Guitar and flute", "Plays on a quiet afternoon", "music · 16 kHz", modified=True)
    window.show_conditions(tags=not voice, speakers=voice, score=not voice, recording=voice)
    window.tags.set_vocabulary(("piano", "electric guitar", "calm", "energetic", "jazz", "slow"))
    window.speaker.set_speakers(("bella", "heart", "fenrir", "michael", "emma", "george"))
    window.stage.score.show_score("minuet in G", "0:44 · 199 notes", "improvise")
    window.recording.show_recording("A memo of somebody with a name that is rather long", "1:02")
    QApplication.processEvents()


def outside(window: MainWindow) -> list[str]:
    """Visible widgets that are not wholly within the window, those that can be scrolled to left out."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not window or scrolled(widget):
            continue
        corner = widget.mapTo(window, QPoint(0, 0))
        if (
            corner.x() < 0
            or corner.y() < 0
            or corner.x() + widget.width() > window.width()
            or corner.y() + widget.height() > window.height()
        ):
            found.append(f"{type(widget).__name__} {widget.accessibleName()}")
    return found


def scrolled(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if parent.inherits("QAbstractScrollArea"):
            return True
        parent = parent.parentWidget()
    return False


def cut(window: MainWindow) -> list[str]:
    """Texts with so little room that they say nothing."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not window:
            continue
        if isinstance(widget, ElidedLabel):
            if widget.text() and len(widget.shown) < min(4, len(widget.text())):
                found.append(widget.text())
        elif isinstance(widget, QLabel) and not widget.wordWrap() and widget.text():
            if widget.width() < widget.fontMetrics().horizontalAdvance(widget.text()):
                found.append(widget.text())
        elif isinstance(widget, QAbstractButton) and widget.text():
            icon_only = getattr(widget, "toolButtonStyle", lambda: None)()
            if icon_only == Qt.ToolButtonStyle.ToolButtonIconOnly:
                continue
            if widget.width() < widget.fontMetrics().horizontalAdvance(widget.text()):
                found.append(widget.text())
    return found


@pytest.mark.parametrize("voice", [False, True])
@pytest.mark.parametrize("side", ["left_column", "right_column", ""])
@pytest.mark.parametrize("size", [SMALLEST, (ROOM_FOR_ALL, 560), (1280, 800), (1700, 900)])
def test_nothing_leaves_the_window_and_no_text_is_cut_to_nothing(
    window: MainWindow, size: tuple[int, int], side: str, voice: bool
) -> None:
    window.resize(*size)
    fill(window, voice=voice)
    if side and not window.actions_table[side].isChecked():
        window.actions_table[side].trigger()
    QApplication.processEvents()
    assert (window.width(), window.height()) == size
    assert outside(window) == []
    assert cut(window) == []


@pytest.mark.parametrize("size", [SMALLEST, (1280, 800)])
def test_the_cards_that_train_fit_the_column(window: MainWindow, size: tuple[int, int]) -> None:
    window.resize(*size)
    fill(window, voice=False)
    if not window.actions_table["right_column"].isChecked():
        window.actions_table["right_column"].trigger()
    window.show_training(True)
    window.train.sounds.show_sounds(
        "12 files, 34 minutes", ["2 files are quiet, so their noise will be heard"]
    )
    window.train.training.show_job(
        "“music with harmonica” learns: 50%, 15:00 left.", 0.5, ("train_pause", "train_stop")
    )
    QApplication.processEvents()
    assert outside(window) == []
    assert cut(window) == []
    inside = window.train.widget()
    assert inside.minimumSizeHint().width() <= NARROWEST_SIDES[1]  # where a window gets that was wider once
    assert inside.width() <= window.train.viewport().width()


def test_where_there_is_room_for_one_side_it_can_be_exchanged_for_the_other(window: MainWindow) -> None:
    window.resize(*SMALLEST)
    QApplication.processEvents()
    assert (window.browser.isVisible(), window.tags.isVisible()) == (True, False)
    window.actions_table["right_column"].trigger()
    assert (window.browser.isVisible(), window.tags.isVisible()) == (False, True)
    assert not window.actions_table["left_column"].isChecked()
    window.resize(1280, 800)
    QApplication.processEvents()
    assert window.browser.isVisible()
    assert window.tags.isVisible()


def test_takes_have_a_whole_column_and_stand_beside_the_sounds_where_there_is_room(
    window: MainWindow,
) -> None:
    window.lists.turn_to(1)
    QApplication.processEvents()
    assert not window.browser.isVisible()
    assert window.takes.height() > 500
    window.resize(1600, 900)
    QApplication.processEvents()
    assert window.browser.isVisible()
    assert window.takes.isVisible()


def test_a_window_that_was_wide_for_a_while_gives_the_stage_its_room_back(window: MainWindow) -> None:
    before = window.stage.width()
    for width in (1700, 1280):
        window.resize(width, 800)
        QApplication.processEvents()
    assert window.stage.width() >= before


def test_the_score_takes_no_more_room_than_it_is_given(window: MainWindow) -> None:
    fill(window, voice=False)
    sizes = window.stage.lanes.sizes()
    window.stage.lanes.setSizes([90, sum(sizes) - 290, 200])
    QApplication.processEvents()
    assert window.stage.score.height() <= 110
    window.stage.score.show_score("", "", "improvise")
    QApplication.processEvents()
    assert window.stage.score.height() < 60  # a sentence, and no empty box under it


def test_the_plots_stay_where_they_are_when_a_control_moves(window: MainWindow) -> None:
    window.show_preset("Piano", "Plays", "music", modified=False)
    QApplication.processEvents()
    before = window.stage.wave.geometry()
    window.show_preset("Piano", "Plays", "music", modified=True)
    QApplication.processEvents()
    assert window.top.modified_button.isVisible()
    assert window.stage.wave.geometry() == before


def test_nothing_moves_when_a_message_comes(window: MainWindow) -> None:
    QApplication.processEvents()
    parts = (window.stage.wave, window.stage.lanes, window.takes, window.top, window.transport)
    before = [part.geometry() for part in parts]
    window.messages.tell("The model is gone", "warning", button="Look again", act=lambda: None)
    QApplication.processEvents()
    assert window.messages.isVisible()
    assert [part.geometry() for part in parts] == before


def test_f6_goes_from_area_to_area_and_back(window: MainWindow) -> None:
    window.activateWindow()
    QApplication.processEvents()
    window.browser.list.setFocus()
    seen = []
    for _ in range(6):
        window.actions_table["next_area"].trigger()
        focus = window.focusWidget()
        seen.append(
            next(
                name
                for name in ("top", "lists", "stage", "right", "transport", "status")
                if getattr(window, name).isAncestorOf(focus)
            )
        )
    assert seen == ["stage", "right", "transport", "status", "top", "lists"]
    window.actions_table["previous_area"].trigger()
    assert window.top.isAncestorOf(window.focusWidget())


def test_no_tooltip_is_a_sheet_of_one_line(window: MainWindow) -> None:
    fill(window, voice=False)
    metrics = QFontMetrics(ui_font())
    owners = [*window.findChildren(QWidget), *window.actions_table.all()]
    lines = {line for owner in owners for line in owner.toolTip().split("\n")}
    assert len(lines) > 100
    assert [line for line in lines if metrics.horizontalAdvance(line) > 480] == []
