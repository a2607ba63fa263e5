"""The plots' pictures, looked at pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.plots import distribution as dist
from app.plots import waveform as wave
from app.plots.distribution import DistributionPlot, compand, edges
from app.plots.meter import LevelMeter
from app.plots.raster import between, outline
from app.plots.waveform import WaveformPlot
from engine.wavenet.mulaw import LEVELS

BUCKET_S = 0.004


@pytest.fixture
def waveform(qtbot: QtBot, dressed: QApplication) -> WaveformPlot:
    plot = WaveformPlot()
    qtbot.addWidget(plot)
    plot.resize(800, 218)
    plot.show()
    return plot


@pytest.fixture
def plot(qtbot: QtBot, dressed: QApplication) -> DistributionPlot:
    plot = DistributionPlot()
    qtbot.addWidget(plot)
    plot.resize(512, 236)
    plot.show()
    return plot


def picture(plot: WaveformPlot | DistributionPlot) -> np.ndarray:
    assert plot.picture is not None
    return plot.picture


def sound(seconds: float, level: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    high = np.full(round(seconds / BUCKET_S), level, dtype=np.float32)
    return -high, high


def test_between_fills_from_top_to_bottom_of_each_column() -> None:
    filled = between(4, np.array([0, 2], dtype=np.int16), np.array([1, 2], dtype=np.int16))
    assert filled.T.tolist() == [[True, True, False, False], [False, False, True, False]]


def test_an_outline_has_no_gaps_between_columns() -> None:
    line = outline(6, np.array([0, 5, 5], dtype=np.int16))
    assert line.T.tolist() == [[True] + [False] * 5, [True] * 6, [False] * 5 + [True]]


def test_a_sound_of_half_amplitude_takes_half_the_height(waveform: WaveformPlot) -> None:
    waveform.show_envelope(*sound(4.0), 0, BUCKET_S, 4.0)
    inked = (picture(waveform)[:, 100] >= wave.HEARD).sum()
    assert inked == pytest.approx((218 - wave.FOOT) / 2, abs=4)


def test_it_fills_from_the_left_and_then_scrolls(waveform: WaveformPlot) -> None:
    waveform.show_envelope(*sound(4.0), 0, BUCKET_S, 4.0)
    columns = (picture(waveform) >= wave.HEARD).any(axis=0)
    assert columns[:395].all()
    assert not columns[405:].any()
    waveform.show_envelope(*sound(12.0), 1000, BUCKET_S, 16.0)
    assert (picture(waveform) >= wave.HEARD).any(axis=0)[:795].all()


def test_what_is_not_heard_yet_is_fainter_and_right_of_the_playhead(waveform: WaveformPlot) -> None:
    waveform.show_envelope(*sound(4.0), 0, BUCKET_S, 3.0)
    image = picture(waveform)
    assert (image[:, 300] == wave.PLAYHEAD).all()
    middle = 90
    assert image[middle, 200] < wave.AHEAD <= image[middle, 350]


def test_the_same_sound_gives_the_same_columns_wherever_it_has_scrolled(waveform: WaveformPlot) -> None:
    rng = np.random.default_rng(1)
    high = rng.uniform(0.1, 0.9, 3000).astype(np.float32)
    waveform.show_envelope(-high, high, 0, BUCKET_S, 12.0)
    before = picture(waveform)[:, 300:700].copy()
    waveform.show_envelope(-high[100:], high[100:], 100, BUCKET_S, 12.0, origin_s=0.5)
    after = picture(waveform)[:, 300:700]
    assert ((before >= wave.HEARD) == (after >= wave.HEARD)).all()


def test_a_louder_sound_than_full_scale_stays_inside(waveform: WaveformPlot) -> None:
    waveform.show_envelope(*sound(4.0, level=3.0), 0, BUCKET_S, 4.0)
    assert (picture(waveform)[:, 100] >= wave.HEARD).sum() <= 218 - wave.FOOT


def test_zooming_shows_fewer_or_more_seconds(qtbot: QtBot, waveform: WaveformPlot) -> None:
    waveform.zoom_in()
    assert waveform.span_s == 4.0
    qtbot.keyClick(waveform, Qt.Key.Key_Plus)
    assert waveform.span_s == 2.0
    for _ in range(9):
        waveform.zoom_out()
    assert waveform.span_s == 8.0


def test_the_axis_holds_decoded_amplitudes() -> None:
    linear, spread = edges(spread=False), edges(spread=True)
    assert len(linear) == len(spread) == LEVELS + 1
    # Value 255 is full scale, and mu-law gives the values next to 0 an amplitude of (256^(1/255) - 1) / 255.
    smallest = (256.0 ** (1.0 / 255.0) - 1.0) / 255.0
    assert linear[-1] == pytest.approx(1.0)
    assert linear[128] == pytest.approx(0.0, abs=1e-9)
    assert linear[129] - linear[128] < 3 * smallest
    assert np.allclose(np.diff(spread), 2.0 / LEVELS)


def test_companding_follows_its_formula() -> None:
    assert compand(-1.0) == pytest.approx(-1.0)
    assert compand(0.1) == pytest.approx(np.log(1 + 25.5) / np.log(256))


@pytest.mark.parametrize("spread", [True, False])
def test_the_drawn_value_is_marked_at_its_amplitude(plot: DistributionPlot, spread: bool) -> None:
    plot.set_spread(spread)
    certain = np.zeros(LEVELS)
    certain[200] = 1.0
    plot.show_distribution(certain, certain, 200)
    column = np.flatnonzero((picture(plot) == dist.DRAWN).sum(axis=0) > 50)
    amplitude = np.expm1((2 * 200 / 255 - 1) * np.log(256)) / 255
    place = (2 * 200.5 / 256 - 1) if spread else amplitude
    assert column[0] == pytest.approx((place + 1) / 2 * 512, abs=2)
    assert plot.drawn == pytest.approx(amplitude, rel=1e-5)


def test_a_certain_value_reaches_the_top_and_a_quarter_half_way(plot: DistributionPlot) -> None:
    chances = np.zeros(LEVELS)
    chances[[40, 90, 140, 190]] = 0.25
    plot.show_distribution(chances, chances, 40)
    room = 236 - dist.HEAD - dist.FOOT
    height = (picture(plot)[:, 181] >= dist.EDGE).sum()
    assert height == pytest.approx(room / 2, abs=3)


def test_what_the_nucleus_cuts_off_is_left_faint(plot: DistributionPlot) -> None:
    before = np.full(LEVELS, 1.0 / LEVELS)
    after = np.zeros(LEVELS)
    after[128:] = 2.0 / LEVELS
    plot.show_distribution(before, after, 200)
    image = picture(plot)
    assert (image[:-25, 100] == dist.BEFORE).any()
    assert not (image[:, 100] >= dist.FILL).any()
    assert (image[:, 300] >= dist.FILL).any()


def test_the_hint_goes_with_the_first_distribution(plot: DistributionPlot) -> None:
    plot.set_hint("Nothing yet")
    assert plot.hint == "Nothing yet"
    plot.show_distribution(np.full(LEVELS, 1 / LEVELS), np.full(LEVELS, 1 / LEVELS), 3)
    assert plot.hint == ""


def test_the_meter_rises_at_once_and_falls_slowly(qtbot: QtBot, dressed: QApplication) -> None:
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.show_level(-6.0, -12.0, False)
    meter.describe()
    assert meter.accessibleDescription() == "peak -6 dB, average -12 dB"
    meter.show_level(-120.0, -120.0, False)
    meter.describe()
    assert "silent" not in meter.accessibleDescription()
    for _ in range(60):
        meter.show_level(-120.0, -120.0, False)
    meter.describe()
    assert meter.accessibleDescription() == "silent"


def test_the_clip_light_is_cleared_by_a_click_or_return(qtbot: QtBot, dressed: QApplication) -> None:
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.show()
    meter.show_level(0.0, -3.0, True)
    assert meter.clipped
    with qtbot.waitSignal(meter.reset_asked, timeout=1_000):
        qtbot.mouseClick(meter, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(meter.reset_asked, timeout=1_000):
        qtbot.keyClick(meter, Qt.Key.Key_Return)
