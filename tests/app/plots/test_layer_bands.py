"""The strip beside the layers: bands from low to high, shades by how far below the loudest."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.plots.layer_bands import EDGE, SHADES, LayerBandsPlot, levels

GAINS = np.array([[1.0, 0.5, np.nan, 0.0], [0.1, 0.1, 0.1, 1.0]])


@pytest.fixture
def plot(qtbot: QtBot) -> LayerBandsPlot:
    made = LayerBandsPlot()
    qtbot.addWidget(made)
    made.resize(120, 200)
    made.show()
    made.show_gains(GAINS, (1, 64), 50.0, 16_000)
    return made


def test_the_first_layer_is_the_lowest_and_low_frequencies_lie_left(plot: LayerBandsPlot) -> None:
    picture = plot.picture
    assert picture is not None
    assert picture[-1, 10] == SHADES - 1
    assert picture[0, -1] == SHADES - 1
    assert picture[-1, -1] == 0
    assert picture[0, 10] == 0
    assert (picture[:, 0] == EDGE).all()


def test_a_shade_falls_with_decibels_and_nothing_is_seen_12_below() -> None:
    shades = levels(np.array([[1.0, 10.0 ** (-6.0 / 20.0), 10.0 ** (-12.1 / 20.0), 0.0]]))
    assert shades.tolist() == [[SHADES - 1, round(0.5**1.6 * (SHADES - 1)), 0, 0]]
    assert not levels(np.zeros((1, 3))).any()


def test_an_octave_is_three_bands_wide(plot: LayerBandsPlot) -> None:
    assert plot.place(50.0) == 0.0
    assert plot.place(100.0) == pytest.approx(90.0)


def test_words_name_the_loudest_band(plot: LayerBandsPlot) -> None:
    assert "Layer 0, dilation 1: most of what it lets through lies at about 56 Hz" in plot.words(0)
    assert "at about 110 Hz, 20 dB above" in plot.words(1)
    plot.clear()
    assert not plot.shown
