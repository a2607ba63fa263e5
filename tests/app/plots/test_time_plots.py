"""The lanes' pictures: looked at pixel by pixel, and how little of them is drawn."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.plots import wave as wave_module
from app.plots.axis import TimeAxis, View
from app.plots.base import label_picture
from app.plots.changes import ChangesPlot
from app.plots.heatmap import HeatMap
from app.plots.odds_history import OddsHistory
from app.plots.pyramid import Pyramid
from app.plots.ruler import Ruler
from app.plots.time_plot import TimePlot
from app.plots.wave import WavePlot

RATE = 16_000


@pytest.fixture
def axis() -> TimeAxis:
    axis = TimeAxis()
    axis.duration_s = 20.0
    axis.show(View(0.0, 8.0))
    return axis


@pytest.fixture
def wave(qtbot: QtBot, dressed: QApplication, axis: TimeAxis) -> WavePlot:
    return shown(qtbot, WavePlot(axis))  # type: ignore[return-value]


def shown(qtbot: QtBot, plot: TimePlot) -> TimePlot:
    qtbot.addWidget(plot)
    plot.resize(800, 200)
    plot.show()
    return plot


def picture(plot: TimePlot) -> np.ndarray:
    assert plot.picture is not None
    return plot.picture


def half(seconds: float) -> Pyramid:
    return Pyramid.of(0.5 * np.sign(np.sin(np.arange(round(seconds * RATE)) * 0.5)).astype(np.float32))


def test_a_sound_of_half_amplitude_takes_half_the_height_where_it_is(wave: WavePlot) -> None:
    wave.show_wave(half(4.0), RATE)
    inked = (picture(wave) >= wave_module.HEARD).sum(axis=0)
    assert inked[100] == pytest.approx(100, abs=4)
    assert inked[:399].all()
    assert not inked[402:].any()


def test_another_part_shows_the_sound_elsewhere(wave: WavePlot, axis: TimeAxis) -> None:
    wave.show_wave(half(4.0), RATE)
    axis.show(View(2.0, 8.0))
    inked = (picture(wave) >= wave_module.HEARD).any(axis=0)
    assert inked[:198].all()
    assert not inked[203:].any()


def test_what_is_not_heard_yet_is_faint(wave: WavePlot) -> None:
    wave.show_wave(half(4.0), RATE)
    wave.extend(0.0, 4.0, audible_s=3.0)
    image = picture(wave)
    assert image[100, 200] < wave_module.AHEAD <= image[100, 350]


def test_of_a_sound_that_grows_only_the_new_columns_are_drawn(
    wave: WavePlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pyramid = half(4.0)
    wave.show_wave(pyramid, RATE)
    wave.extend(3.9, 4.0, audible_s=3.9)
    drawn: list[int] = []
    columns = wave.columns

    def counted(first: int, last: int) -> np.ndarray:
        drawn.append(last - first)
        return columns(first, last)

    monkeypatch.setattr(wave, "columns", counted)
    new = np.full(8, 0.5, np.float32)
    pyramid.write(1_000, -new, new)
    wave.extend(4.0, 4.032, audible_s=3.93)
    assert sum(drawn) < 30
    monkeypatch.setattr(wave, "columns", columns)
    partly = picture(wave).copy()
    wave.redraw()
    np.testing.assert_array_equal(partly, picture(wave))


def test_a_click_tells_the_time_and_a_drag_does_not(qtbot: QtBot, wave: WavePlot) -> None:
    heard: list[float] = []
    wave.clicked.connect(heard.append)
    qtbot.mouseClick(wave, Qt.MouseButton.LeftButton, pos=QPoint(200, 50))
    qtbot.mousePress(wave, Qt.MouseButton.LeftButton, pos=QPoint(200, 50))
    qtbot.mouseRelease(wave, Qt.MouseButton.LeftButton, pos=QPoint(300, 50))
    assert heard == [pytest.approx(2.0, abs=0.02)]


def test_the_wheel_zooms_around_the_cursor_and_sideways_scrolls(wave: WavePlot, axis: TimeAxis) -> None:
    for turned, modifiers in (
        (QPoint(0, 120), Qt.KeyboardModifier.NoModifier),
        (QPoint(-120, 0), Qt.KeyboardModifier.NoModifier),
    ):
        at = axis.view.seconds(400.0, 800)
        QApplication.sendEvent(
            wave,
            QWheelEvent(
                QPointF(400, 9),
                QPointF(400, 9),
                QPoint(),
                turned,
                Qt.MouseButton.NoButton,
                modifiers,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            ),
        )
        if turned.y():
            assert axis.view.span_s == pytest.approx(6.4)
            assert axis.view.seconds(400.0, 800) == pytest.approx(at)
            start = axis.view.start_s
    assert axis.view.start_s == pytest.approx(start + 0.64)


def test_the_middle_button_drags_the_time(qtbot: QtBot, wave: WavePlot, axis: TimeAxis) -> None:
    qtbot.mousePress(wave, Qt.MouseButton.MiddleButton, pos=QPoint(400, 50))
    qtbot.mouseMove(wave, QPoint(300, 50))
    qtbot.mouseRelease(wave, Qt.MouseButton.MiddleButton, pos=QPoint(300, 50))
    assert axis.view.start_s == pytest.approx(1.0)


def test_a_drag_on_the_ruler_chooses_what_is_repeated(
    qtbot: QtBot, dressed: QApplication, axis: TimeAxis
) -> None:
    ruler = Ruler(axis)
    shown(qtbot, ruler)
    with qtbot.waitSignal(ruler.looped, timeout=1_000) as signal:
        qtbot.mousePress(ruler, Qt.MouseButton.LeftButton, pos=QPoint(400, 5))
        qtbot.mouseMove(ruler, QPoint(200, 5))
        qtbot.mouseRelease(ruler, Qt.MouseButton.LeftButton, pos=QPoint(200, 5))
    assert signal.args == [pytest.approx(2.0, abs=0.02), pytest.approx(4.0, abs=0.02)]


def test_with_shift_a_drag_in_any_lane_chooses_what_is_repeated_and_goes_nowhere(
    qtbot: QtBot, wave: WavePlot
) -> None:
    clicked: list[float] = []
    chosen: list[tuple[float, float]] = []
    wave.clicked.connect(clicked.append)
    wave.looped.connect(lambda first, last: chosen.append((first, last)))
    for keys in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
        qtbot.mousePress(wave, Qt.MouseButton.LeftButton, keys, QPoint(200, 5))
        qtbot.mouseMove(wave, QPoint(300, 5))
        assert wave.loop == ((2.0, 3.0) if keys else None)
        qtbot.mouseRelease(wave, Qt.MouseButton.LeftButton, keys, QPoint(400, 5))
    assert (clicked, chosen) == ([], [(2.0, 4.0)])


def test_the_heat_map_is_bright_where_an_amplitude_was_likely(
    qtbot: QtBot, dressed: QApplication, axis: TimeAxis
) -> None:
    plot = HeatMap(axis)
    shown(qtbot, plot)
    history = OddsHistory()
    odds = np.zeros(256)
    odds[200] = 1.0
    for look in range(60):
        history.put(2.0 + look / 30.0, odds, 0.0)
    plot.show_odds(history)
    rows, columns = np.nonzero(picture(plot))
    assert (columns.min(), columns.max()) == (pytest.approx(200, abs=4), pytest.approx(400, abs=4))
    assert rows.mean() == pytest.approx(200 * (1 - 200.5 / 256), abs=2)


@pytest.mark.parametrize("height", [24, 60, 200])
def test_the_labels_of_a_lane_are_not_cut_however_low_it_is(
    height: int, qtbot: QtBot, dressed: QApplication, axis: TimeAxis, monkeypatch: pytest.MonkeyPatch
) -> None:
    plot = HeatMap(axis)
    shown(qtbot, plot).resize(800, height)
    history = OddsHistory()
    history.put(2.0, np.full(256, 1 / 256), 0.0)
    plot.show_odds(history)
    feet: dict[str, float] = {}
    monkeypatch.setattr(HeatMap, "note", lambda _, __, text, x, y: feet.update({text: y}))
    canvas = QPixmap(800, height)
    painter = QPainter(canvas)
    plot.decorate(painter)
    painter.end()
    assert "1" in feet
    for text, foot in feet.items():
        image = label_picture(text, "#ffffff", 2.0).toImage()
        alpha = [
            [image.pixelColor(x, y).alpha() for x in range(image.width())] for y in range(image.height())
        ]
        inked = np.flatnonzero(np.array(alpha).any(axis=1)) / 2.0
        top = round(foot - image.height() / 2.0)
        assert top + inked[0] >= 0.0
        assert top + inked[-1] <= height


def test_a_change_has_its_words_and_those_too_close_keep_their_mark(
    qtbot: QtBot, dressed: QApplication, axis: TimeAxis
) -> None:
    plot = ChangesPlot(axis)
    shown(qtbot, plot)
    plot.show_marks([(1.0, "+ flute"), (4.0, "temperature 1.20")])
    assert plot.marks == ((1.0, "+ flute"), (4.0, "temperature 1.20"))
    qtbot.waitUntil(lambda: plot._canvas is not None, timeout=5_000)
    image = plot.grab().toImage()
    second = image.pixelColor(100, 150)
    assert second == image.pixelColor(400, 150) != image.pixelColor(250, 150)


def test_a_plot_that_is_resized_again_and_again_is_drawn_once_when_there_is_time(
    qtbot: QtBot, wave: WavePlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave.show_wave(half(4.0), RATE)
    drawn: list[tuple[int, int]] = []
    columns = wave.columns

    def counted(first: int, last: int) -> np.ndarray:
        drawn.append((first, last))
        return columns(first, last)

    monkeypatch.setattr(wave, "columns", counted)
    qtbot.waitUntil(lambda: wave._canvas is not None, timeout=5_000)
    drawn.clear()
    for width in (700, 640, 600):
        wave.resize(width, 150)
    assert drawn == []
    qtbot.waitUntil(lambda: picture(wave).shape == (150, 600), timeout=5_000)
    assert drawn == [(0, 600)]
