"""The picture of the layers: rows from the foot up, muted ones apart, a click or Return tells which."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.plots.axis import TimeAxis
from app.plots.layers import MUTED, LayersPlot
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
