"""Phones along the foot of a wave, looked at pixel by pixel."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.plots.axis import TimeAxis, View
from app.plots.pyramid import Pyramid
from app.plots.wave import HEARD, WavePlot
from engine.speech.recognition.recogniser import FoundPhone

PHONES = (FoundPhone("sil", 0.0, 2.0), FoundPhone("aa", 2.0, 4.0), FoundPhone("s", 4.0, 4.01))
FOOT = 15


def painted(wave: WavePlot) -> np.ndarray:  # type: ignore[type-arg]
    """[200, 800]: what is painted over the wave, told by its red, green and blue together."""
    image = QImage(800, 200, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    wave.decorate(painter)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(200, image.bytesPerLine() // 4, 4)
    return pixels[:, :800, :3].astype(np.int64).sum(axis=2)


def test_phones_are_written_where_they_are_heard_and_nothing_above_the_foot_changes(
    qtbot: QtBot, dressed: QApplication
) -> None:
    axis = TimeAxis()
    axis.duration_s = 8.0
    axis.show(View(0.0, 8.0))
    wave = WavePlot(axis)
    qtbot.addWidget(wave)
    wave.resize(800, 200)
    bare = painted(wave)
    wave.show_phones(PHONES)
    drawn = painted(wave)
    assert np.array_equal(drawn[: 200 - FOOT], bare[: 200 - FOOT])
    foot = drawn[-FOOT + 1 :]
    ground = np.median(foot)
    assert (foot[:, 200] != ground).all()  # an edge at 2 s
    written = np.flatnonzero((foot[2:-2] != ground).any(axis=0))
    between = written[(written > 205) & (written < 395)]
    assert len(between) > 3
    assert abs(between.mean() - 300) < 6  # aa in the middle between 2 s and 4 s
    assert not ((written > 5) & (written < 195)).any()  # a pause is not written
    wave.show_phones(())
    assert np.array_equal(painted(wave), bare)


def test_the_wave_makes_room_for_them(qtbot: QtBot, dressed: QApplication) -> None:
    axis = TimeAxis()
    axis.duration_s = 8.0
    axis.show(View(0.0, 8.0))
    wave = WavePlot(axis)
    qtbot.addWidget(wave)
    wave.resize(800, 200)
    wave.show()
    wave.show_wave(Pyramid.of(np.tile([1.0, -1.0], 64_000).astype(np.float32)), 16_000)
    assert wave.picture is not None
    assert np.flatnonzero(wave.picture[:, 100] >= HEARD).max() >= 195
    wave.show_phones(PHONES)
    assert np.flatnonzero(wave.picture[:, 100] >= HEARD).max() < 200 - FOOT
