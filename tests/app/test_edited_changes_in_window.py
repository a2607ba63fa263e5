"""Changes of a take edited with mouse and keys, undone, and made again as a branch."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.plots.change_lanes import ChangeLanes
from engine.library.control_events import ControlEvent
from engine.library.making_again import make_again
from engine.library.takes import Take
from tests.app.conftest import PLAY_MS, Studio


@pytest.fixture
def take(qtbot: QtBot, studio: Studio) -> Take:
    """About a second, in which the temperature was moved once."""
    studio.press("play")
    qtbot.waitUntil(lambda: studio.session.status().played > 1_000, timeout=PLAY_MS)
    studio.controller.player.set_sampling(1.5, 1.0, 0)
    qtbot.waitUntil(lambda: studio.session.status().played > 16_000, timeout=PLAY_MS)
    studio.press("stop")
    qtbot.waitUntil(lambda: len(studio.controller.store.takes) == 1, timeout=20_000)
    qtbot.waitUntil(lambda: not studio.controller.background.busy, timeout=20_000)
    studio.window.stage.lanes.maximise("changes")
    QApplication.processEvents()
    return studio.controller.store.takes[0]


def lanes(studio: Studio) -> ChangeLanes:
    plot = studio.window.stage.changes
    assert plot.rows[0].title == "temperature"
    return plot


def at(plot: ChangeLanes, seconds: float, value: float, row: int = 0) -> QPoint:
    return plot.place(row, seconds, value).toPoint()


def drag(qtbot: QtBot, plot: ChangeLanes, start: QPoint, end: QPoint) -> None:
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(plot, (start + end) / 2)
    qtbot.mouseMove(plot, end)
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=end)


def test_what_was_moved_is_a_point(studio: Studio, take: Take) -> None:
    event = next(event for event in take.events if event.parameter == "temperature")
    assert lanes(studio).rows[0].points == ((event.sample / 16_000, 1.5),)
    assert "Nothing is changed" in studio.actions["make_changed"].toolTip()


def test_a_point_is_dragged_and_the_take_is_made_again_from_there_on(
    qtbot: QtBot, studio: Studio, take: Take
) -> None:
    plot = lanes(studio)
    seconds = plot.rows[0].points[0][0]
    drag(qtbot, plot, at(plot, seconds, 1.5), at(plot, 0.7, 0.5))
    ((to_s, value),) = plot.rows[0].points
    assert (to_s, value) == (pytest.approx(0.7, abs=0.03), pytest.approx(0.5, abs=0.03))
    studio.press("make_changed")
    qtbot.waitUntil(lambda: len(studio.controller.store.takes) == 2, timeout=PLAY_MS)
    made = studio.controller.store.takes[0]
    first = round(seconds * 16_000)
    assert (made.parent, made.parent_sample, made.length) == (take.id, first, take.length)
    np.testing.assert_array_equal(made.codes[:first], take.codes[:first])
    assert made.events == (ControlEvent(round(to_s * 16_000), "temperature", round(value, 2)),)
    assert make_again(made, studio.controller.catalogue.loader(made.preset)()) is None
    assert [item.depth for item in studio.window.takes.items] == [0, 1]
    assert studio.window.stage.subject.text() == made.name
    assert not studio.actions["make_changed"].isEnabled()


def test_a_double_click_adds_a_point_and_delete_removes_one(qtbot: QtBot, studio: Studio, take: Take) -> None:
    plot = lanes(studio)
    place = at(plot, 0.8, 1.0, row=1)
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(plot, Qt.MouseButton.LeftButton, pos=place)
    titles = [row.title for row in plot.rows]
    added = next(row for row in plot.rows if row.points and row.title != "temperature")
    assert added.points[0][0] == pytest.approx(0.8, abs=0.03)
    row = titles.index(added.title)
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=at(plot, *added.points[0], row=row))
    qtbot.keyClick(plot, Qt.Key.Key_Delete)
    assert all(not row.points for row in plot.rows if row.title == added.title)
    assert studio.controller.player.take is None  # a double click is no click: nothing plays


def test_edits_are_undone_and_done_again_and_a_take_never_changes(
    qtbot: QtBot, studio: Studio, take: Take
) -> None:
    plot = lanes(studio)
    before = plot.rows
    plot.picked = (0, 0)
    qtbot.keyClick(plot, Qt.Key.Key_Delete)
    assert plot.rows[0].points == ()
    assert studio.actions["make_changed"].isEnabled()
    studio.press("undo")
    assert plot.rows == before
    assert not studio.actions["make_changed"].isEnabled()
    studio.press("redo")
    assert plot.rows[0].points == ()
    assert studio.controller.store.takes[0].events == take.events


def test_keys_pick_move_and_add_points(qtbot: QtBot, studio: Studio, take: Take) -> None:
    plot = lanes(studio)
    seconds = plot.rows[0].points[0][0]
    qtbot.keyClick(plot, Qt.Key.Key_PageDown)
    assert plot.picked == (0, 0)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.keyClick(plot, Qt.Key.Key_Down)
    ((moved_s, value),) = plot.rows[0].points
    assert (moved_s, value) == (pytest.approx(seconds + 0.05, abs=0.001), pytest.approx(1.46))
    studio.controller.stage.playhead.place(take.id, 0.9 if moved_s < 0.6 else 0.2)  # a busy machine is late
    qtbot.keyClick(plot, Qt.Key.Key_Insert)
    assert len(plot.rows[0].points) == 2


def test_a_click_beside_the_points_goes_to_that_place(qtbot: QtBot, studio: Studio, take: Take) -> None:
    plot = lanes(studio)
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=at(plot, 0.9, 0.1))
    qtbot.waitUntil(lambda: studio.controller.player.take is not None, timeout=20_000)
    assert studio.controller.stage.playhead.seconds >= 0.85


def test_while_a_take_is_made_its_changes_are_words(qtbot: QtBot, studio: Studio, take: Take) -> None:
    studio.press("play")
    qtbot.waitUntil(lambda: studio.controller.stage.running, timeout=PLAY_MS)
    assert studio.window.stage.changes.rows == ()
    assert "Select a take first" in studio.actions["make_changed"].toolTip()
