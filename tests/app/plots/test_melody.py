"""Phones and melody of what is said: what can still be bent, and what a hand does to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.plots.axis import TimeAxis, View
from app.plots.melody import MelodyPlot
from engine.speech.spoken import Manner
from engine.stream.narration.timeline import Segment, Timeline, words_of
from tests.speech import PlainNets, read_plainly

Say = Callable[[str], Timeline]


@pytest.fixture
def plot(qtbot: QtBot, dressed: object) -> MelodyPlot:
    axis = TimeAxis()
    axis.duration_s = 2.0
    axis.show(View(0.0, 1.0))
    plot = MelodyPlot(axis)
    plot.resize(400, 115)
    qtbot.addWidget(plot)
    plot.show()
    return plot


def said(text: str) -> Timeline:
    phrase = read_plainly(text).phrases[0]
    spoken = PlainNets().say(phrase, Manner((("ann", 1.0),)), None, None)
    found = words_of([Segment(0, spoken, 0, 0, len(spoken.frames))])
    return Timeline(tuple(word for _, word in found), tuple(place for place, _ in found), spoken.frames, text)


def test_only_phones_that_begin_later_can_be_bent(plot: MelodyPlot) -> None:
    plot.show_timeline(said("Ab io."), 0)
    assert [handle.phone for handle in plot.handles()] == [0, 1, 2, 3]
    plot.show_timeline(plot.timeline, 9)
    assert [(handle.phone, handle.first, handle.after) for handle in plot.handles()] == [
        (2, 16, 24),
        (3, 24, 32),
    ]
    plot.show_timeline(plot.timeline, None)
    assert plot.handles() == []


def test_a_dot_that_is_dragged_up_bends_by_the_semitones_of_the_way(plot: MelodyPlot) -> None:
    plot.show_timeline(said("Ab io."), 0)
    bent: list[tuple[int, int, float]] = []
    plot.bent.connect(lambda *moved: bent.append(moved))
    dot = plot.dot(plot.handles()[2]).toPoint()
    QTest.mousePress(plot, Qt.MouseButton.LeftButton, pos=dot)
    QTest.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=dot - QPoint(0, 10))
    # 100 points are 6.2 half octaves, of 6 semitones each.
    assert bent == [(0, 2, pytest.approx(10 * 6.2 * 6 / 100))]


def test_an_edge_that_is_dragged_makes_a_phone_longer(plot: MelodyPlot) -> None:
    plot.show_timeline(said("Ab io."), 0)
    stretched: list[tuple[int, int, float]] = []
    plot.stretched.connect(lambda *moved: stretched.append(moved))
    edge = QPoint(16, 110)  # 8 frames at 200 Hz are 0.04 s, of 400 points a second
    QTest.mousePress(plot, Qt.MouseButton.LeftButton, pos=edge)
    QTest.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=edge + QPoint(16, 0))
    assert stretched == [(0, 0, pytest.approx(2.0))]


def test_keys_choose_a_phone_and_bend_it(plot: MelodyPlot) -> None:
    plot.show_timeline(said("Ab io."), 10)
    moves: list[tuple[str, int, float]] = []
    plot.bent.connect(lambda _, phone, semitones: moves.append(("bent", phone, semitones)))
    plot.stretched.connect(lambda _, phone, factor: moves.append(("stretched", phone, factor)))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Down):
        QTest.keyClick(plot, key)
    QTest.keyClick(plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert moves == [("bent", 3, 0.5), ("bent", 2, -0.5), ("stretched", 2, pytest.approx(1.2))]


def test_it_is_painted_near_and_far_and_empty(plot: MelodyPlot) -> None:
    def painted() -> QImage:
        image = QImage(400, 115, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        plot.decorate(painter)
        painter.end()
        return image

    empty = painted()
    plot.show_timeline(said("Abcd io aaa."), 10)
    pictures = []
    for span in (0.25, 1.0, 60.0):
        plot.axis.show(View(0.0, span))
        pictures.append(painted())
    assert all(picture != empty for picture in pictures)
    assert pictures[0] != pictures[1]
