"""The picture of the layers: rows from the foot up, muted ones apart, a click or Return tells which."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.plots.axis import TimeAxis
from app.plots.layers import MUTED, OFF, ON, SKIP_OFF, UNSKIPPED, LayersPlot
from app.plots.odds_history import OddsHistory


@pytest.fixture
def plot(qtbot: QtBot) -> LayersPlot:
    """Four layers for a second; all is the second one's."""
    made = LayersPlot(TimeAxis())
    qtbot.addWidget(made)
    made.resize(400, 200)
    made.axis.duration_s = 1.0
    history = OddsHistory(4)
    for column in range(30):
        history.put((column + 0.5) / 30.0, np.array([0.0, 1.0, 0.0, 0.0]), 0.0)
    made.show()
    made.show_layers(history, (1, 2, 4, 8))
    return made


def rows(plot: LayersPlot) -> list[int]:
    """The colour number of the middle of each layer's row, at the first column, lowest layer first."""
    picture = plot.picture
    assert picture is not None
    height = len(picture)
    return [int(picture[height - 1 - round((layer + 0.5) * height / 4), 1]) for layer in range(4)]


def test_the_first_layer_is_the_lowest_row_and_the_whole_is_brightest(plot: LayersPlot) -> None:
    assert rows(plot) == [0, 31, 0, 0]


def test_muted_layers_stand_out(plot: LayersPlot) -> None:
    plot.show_muted(frozenset({0, 3}))
    assert rows(plot) == [MUTED, 31, 0, MUTED]
    assert plot.muted == {0, 3}


def test_a_click_tells_the_layer_and_no_time(qtbot: QtBot, plot: LayersPlot) -> None:
    times: list[float] = []
    plot.clicked.connect(times.append)
    with qtbot.waitSignal(plot.toggled) as signal:
        qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(50, 60))  # third of four rows
    assert signal.args == [2]
    assert times == []


def test_arrow_keys_pick_and_return_tells(qtbot: QtBot, plot: LayersPlot) -> None:
    told: list[int] = []
    plot.toggled.connect(told.append)
    qtbot.keyClick(plot, Qt.Key.Key_Return)
    qtbot.keyClick(plot, Qt.Key.Key_Up)
    qtbot.keyClick(plot, Qt.Key.Key_Up)
    qtbot.keyClick(plot, Qt.Key.Key_Return)
    qtbot.keyClick(plot, Qt.Key.Key_Down)
    qtbot.keyClick(plot, Qt.Key.Key_Down)
    qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert told == [1, 3]


def test_another_model_of_other_layers_shows_nothing_of_the_last(plot: LayersPlot) -> None:
    plot.show_layers(None, ())
    assert plot.picture is not None
    assert not plot.picture.any()


def test_a_layer_whose_skip_is_off_has_the_upper_half_of_its_row_filled(plot: LayersPlot) -> None:
    plot.show_muted(frozenset({0}), frozenset({0, 2}))
    assert plot.unskipped == {2}
    picture = plot.picture
    assert picture is not None
    height = len(picture)
    row = picture[height // 4 : height // 2, 1]  # third layer from the foot
    half = len(row) // 2
    assert (row[:half] == UNSKIPPED).all()
    assert (row[half + 1 :] != UNSKIPPED).all()
    assert rows(plot)[0] == MUTED


def test_with_shift_a_click_and_return_tell_of_the_skip_alone(qtbot: QtBot, plot: LayersPlot) -> None:
    told: list[int] = []
    plot.toggled.connect(lambda layer: told.append(-1 - layer))
    plot.skip_toggled.connect(told.append)
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, shift, QPoint(50, 60))
    qtbot.keyClick(plot, Qt.Key.Key_Up)
    qtbot.keyClick(plot, Qt.Key.Key_Return, shift)
    assert told == [2, 0]


def test_the_menu_of_a_layer_shows_what_it_is_and_leads_to_the_other_two(plot: LayersPlot) -> None:
    told: list[tuple[str, int]] = []
    plot.toggled.connect(lambda layer: told.append(("all", layer)))
    plot.skip_toggled.connect(lambda layer: told.append(("skip", layer)))
    plot.show_muted(frozenset({1}), frozenset({3}))
    for layer, state, leads in (
        (0, ON, [("skip", 0), ("all", 0)]),
        (1, OFF, [("all", 1), ("skip", 1)]),
        (3, SKIP_OFF, [("skip", 3), ("all", 3)]),
    ):
        actions = [action for action in plot.menu_of(layer).actions() if not action.isSeparator()]
        assert [action.text() for action in actions if action.isChecked()] == [state]
        told.clear()
        for action in actions:
            if not action.isChecked():
                action.trigger()
        assert told == leads


def test_rows_are_there_before_anything_was_seen_of_a_model(plot: LayersPlot) -> None:
    plot.show_layers(None, ())
    plot.show_model((1, 2, 4))
    assert plot.layer_at(10.0) == 2
