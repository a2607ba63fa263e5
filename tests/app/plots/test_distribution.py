"""The distribution's picture, looked at pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.plots import distribution as dist
from app.plots.distribution import DistributionPlot
from app.plots.raster import between, outline
from engine.wavenet.mulaw import LEVELS

WIDE, HIGH = 120, 512


@pytest.fixture
def plot(qtbot: QtBot, dressed: QApplication) -> DistributionPlot:
    plot = DistributionPlot()
    qtbot.addWidget(plot)
    plot.resize(WIDE, HIGH)
    plot.show()
    return plot


def picture(plot: DistributionPlot) -> np.ndarray:
    assert plot.picture is not None
    return plot.picture


def row(code: int) -> int:
    """Where mu-law's even spacing puts a value: 512 rows, two a value, the largest above."""
    return HIGH - 2 * code - 1


def test_between_fills_from_top_to_bottom_of_each_column() -> None:
    filled = between(4, np.array([0, 2], dtype=np.int16), np.array([1, 2], dtype=np.int16))
    assert filled.T.tolist() == [[True, True, False, False], [False, False, True, False]]


def test_an_outline_has_no_gaps_between_columns() -> None:
    line = outline(6, np.array([0, 5, 5], dtype=np.int16))
    assert line.T.tolist() == [[True] + [False] * 5, [True] * 6, [False] * 5 + [True]]


@pytest.mark.parametrize("spread", [True, False])
def test_the_drawn_value_is_marked_at_its_amplitude(plot: DistributionPlot, spread: bool) -> None:
    plot.set_spread(spread)
    certain = np.zeros(LEVELS)
    certain[200] = 1.0
    plot.show_distribution(certain, certain, 200)
    rows = np.flatnonzero((picture(plot) == dist.DRAWN).sum(axis=1) > 100)
    amplitude = np.expm1((2 * 200 / 255 - 1) * np.log(256)) / 255
    place = (2 * 200.5 / 256 - 1) if spread else amplitude
    assert rows[0] == pytest.approx((1 - place) / 2 * HIGH, abs=2)
    assert plot.drawn == pytest.approx(amplitude, rel=1e-5)


def test_a_certain_value_reaches_the_edge_and_a_quarter_half_way(plot: DistributionPlot) -> None:
    chances = np.zeros(LEVELS)
    chances[[40, 90, 140, 190]] = 0.25
    plot.show_distribution(chances, chances, 40)
    length = (picture(plot)[row(90)] >= dist.EDGE).sum()
    assert length == pytest.approx(WIDE / 2, abs=3)


def test_a_lone_value_is_not_lost_where_rows_are_fewer_than_values(plot: DistributionPlot) -> None:
    plot.resize(WIDE, 100)
    for code in range(0, 256, 17):
        chances = np.zeros(LEVELS)
        chances[code] = 1.0
        plot.show_distribution(chances, chances, (code + 100) % 256)
        assert (picture(plot) >= dist.EDGE).any(axis=0).sum() > WIDE - 10


def test_what_the_nucleus_cuts_off_is_left_faint(plot: DistributionPlot) -> None:
    before = np.full(LEVELS, 1.0 / LEVELS)
    after = np.zeros(LEVELS)
    after[128:] = 2.0 / LEVELS
    plot.show_distribution(before, after, 200)
    image = picture(plot)
    assert (image[row(50)] == dist.BEFORE).any()
    assert not (image[row(50)] >= dist.FILL).any()
    assert (image[row(150)] >= dist.FILL).any()


def test_where_nothing_is_drawn_any_more_nothing_looks_as_if(plot: DistributionPlot) -> None:
    even = np.full(LEVELS, 1 / LEVELS)
    plot.show_distribution(even, even, 3)
    plot.clear()
    assert plot.drawn is None
    assert set(np.unique(picture(plot))) == {dist.GROUND, dist.LINE}
