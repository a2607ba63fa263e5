"""How far back a moment hears, over the wave: heights of columns, and what is said in words."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.plots.axis import TimeAxis
from app.plots.reach import ReachPicture, heights
from app.plots.wave import WavePlot

SIZES = np.array([1.0, 0.1, 0.0, 0.01])  # of the samples 9, 8, 7, 6, seen from sample 10


def test_a_column_is_as_high_as_the_most_in_it_and_a_thousandth_is_nothing() -> None:
    picture = ReachPicture(10.0, 1, SIZES)
    assert heights(picture, np.arange(5.0, 13.0)) == pytest.approx([0.0, 1 / 3, 0.0, 2 / 3, 1.0, 0.0, 0.0])
    assert heights(picture, np.array([4.0, 8.0, 12.0])) == pytest.approx([1 / 3, 1.0])
    assert heights(picture, np.array([9.0, 9.25, 9.5])) == pytest.approx([1.0, 0.0])
    assert not heights(picture, np.array([20.0, 30.0])).any()


def test_words_say_how_much_of_the_past_holds_half_and_nearly_all() -> None:
    picture = ReachPicture(1.0, 1000, np.array([2.0, 1.0, *[1.0 / 97] * 97]))
    assert picture.holding(0.5) == 1
    assert picture.words == "Half of this sample comes from the last 1.0 ms, 99 % from 96 ms"
    assert ReachPicture(1.0, 1000, np.zeros(3)).holding(0.5) == 0


def test_the_wave_takes_it_and_lets_it_go(qtbot: QtBot) -> None:
    wave = WavePlot(TimeAxis())
    qtbot.addWidget(wave)
    wave.resize(400, 100)
    wave.show()
    wave.show_reach(ReachPicture(1.0, 16_000, np.ones(100)))
    assert wave.reach is not None
    assert not wave.grab().isNull()
    wave.show_reach(None)
    assert wave.reach is None
