"""What a window that is resized while it shows a take has to draw: a few pictures, each in its turn."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.look.colours import DARK
from app.plots.odds_history import OddsHistory
from app.plots.time_plot import TimePlot
from app.stage import ODDS
from app.widgets import preset_row, row_painting
from app.widgets.preset_row import PresetItem
from app.widgets.tag_chip import TagChip
from app.window import MainWindow

SIZES = (QSize(1200, 760), QSize(1100, 900), QSize(1500, 720), QSize(1300, 800))
NOTES = np.array([[n / 8.0, 0.1, 50 + n % 20, 90, 0, 0] for n in range(64)], np.float32)


@pytest.fixture
def window(qtbot: QtBot, dressed: QApplication) -> MainWindow:
    """With all that can be seen at once."""
    actions = Actions()
    window = MainWindow(actions)
    actions.setParent(window)
    qtbot.addWidget(window)
    window.set_theme(DARK)
    window.show_conditions(tags=True, speakers=False, score=True, recording=False)
    window.tags.set_vocabulary(tuple(f"tag {n}" for n in range(30)))
    window.browser.set_items(
        [PresetItem(f"{n}", f"Preset {n}", "genre", "a few words", "") for n in range(40)]
    )
    window.stage.show_view(ODDS)
    window.stage.score.show_score("minuet", "0:08 · 64 notes", "improvise")
    window.stage.piano_roll.show_notes(NOTES)
    window.show()
    qtbot.waitUntil(lambda: all(plot._canvas for plot in seen(window)), timeout=10_000)
    settle(qtbot, window)
    return window


def seen(window: MainWindow) -> list[TimePlot]:
    return [plot for plot in window.stage.time_plots if plot.isVisible()]


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Let every picture have had its turn."""
    qtbot.waitUntil(lambda: not window.stage.ruler.turns.waiting, timeout=5_000)
    QApplication.processEvents()


def test_each_lane_is_drawn_once_and_no_two_in_one_turn(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole: Counter[str] = Counter()
    turns: list[list[str]] = []
    for plot in seen(window):
        columns = plot.columns

        def counted(first: int, last: int, plot: TimePlot = plot, columns: object = columns) -> object:
            if last - first == plot.pixels[1]:
                whole[type(plot).__name__] += 1
                turns[-1].append(type(plot).__name__)
            return columns(first, last)  # type: ignore[operator]

        monkeypatch.setattr(plot, "columns", counted)
    given = window.stage.ruler.turns
    give = given.timerEvent
    monkeypatch.setattr(given, "timerEvent", lambda event: (turns.append([]), give(event)))
    turns.append([])
    for size in SIZES:  # one after the other, before there is time to draw
        window.resize(size)
    assert whole == {}
    settle(qtbot, window)
    assert whole == {type(plot).__name__: 1 for plot in seen(window)}
    assert max(map(len, turns)) == 1


def test_no_chip_and_no_row_is_drawn_again_for_the_window_s_size(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resized() -> None:
        for size in SIZES:
            window.resize(size)
            settle(qtbot, window)

    resized()
    chips: list[str] = []
    draw = TagChip._draw
    monkeypatch.setattr(TagChip, "_draw", lambda chip: (chips.append(chip.tag), draw(chip))[1])
    faces, lines = preset_row.face_picture.cache_info(), row_painting.line_of.cache_info()
    resized()
    assert chips == []
    assert preset_row.face_picture.cache_info().misses == faces.misses
    assert row_painting.line_of.cache_info().misses == lines.misses
    assert preset_row.face_picture.cache_info().hits > faces.hits


def test_notes_are_stretched_until_their_turn_and_then_drawn_once(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    roll = window.stage.piano_roll
    drawn: list[QSize] = []
    draw = roll._draw
    monkeypatch.setattr(roll, "_draw", lambda: (drawn.append(roll.size()), draw())[1])
    for size in SIZES:
        window.resize(size)
    roll.grab()
    assert drawn == []
    settle(qtbot, window)
    qtbot.waitUntil(lambda: drawn == [roll.size()], timeout=5_000)


def test_odds_are_looked_up_once_for_each_column_of_them_however_wide_the_lane(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    history, looked_up = OddsHistory(), []
    for n in range(90):  # three seconds
        history.put(n / 30.0, np.full(256, 1.0 / 256.0), 8.0)
    odds = history.odds
    monkeypatch.setattr(history, "odds", lambda numbers: (looked_up.append(len(numbers)), odds(numbers))[1])
    window.stage.heatmap.show_odds(history)
    assert window.stage.heatmap.pixels[1] > 400
    assert looked_up == [91]  # and one for all that comes after


def test_words_of_changes_that_lie_aside_are_not_painted_as_the_playhead_moves(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = window.stage.changes
    changes.show_marks([(float(second), f"+ tag {second}") for second in range(10)])
    QApplication.processEvents()
    painted: list[str] = []
    monkeypatch.setattr(changes, "label", lambda _painter, text, _x, _y: painted.append(text))
    changes.set_playhead(7.2)
    QApplication.processEvents()
    assert 1 <= len(painted) <= 2
    assert "+ tag 7" in painted
