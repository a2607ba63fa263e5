from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.plots.axis import TimeAxis, View

times = st.floats(0.0, 1e5)
spans = st.floats(0.25, 28_800.0)
widths = st.floats(50.0, 5_000.0)


@given(times, spans, widths, st.floats(-10_000.0, 10_000.0))
def test_seconds_and_pixels_are_each_others_inverse(
    start: float, span: float, width: float, x: float
) -> None:
    view = View(start, span)
    assert view.x(view.seconds(x, width), width) == pytest.approx(x, abs=1e-3)


@given(times, spans, st.floats(0.1, 10.0), st.floats(0.0, 1.0), widths)
def test_a_zoom_leaves_what_is_under_the_cursor_where_it_is(
    start: float, span: float, factor: float, place: float, width: float
) -> None:
    view = View(start, span)
    at = view.seconds(place * width, width)
    assert view.zoomed(factor, at).x(at, width) == pytest.approx(place * width, abs=1e-2)


@given(times, spans, times)
def test_the_page_that_follows_a_time_shows_it_with_room_to_the_right(
    start: float, span: float, seconds: float
) -> None:
    page = View(start, span).paged(seconds)
    assert -1e-6 <= (seconds - page.start_s) / span <= 0.8 + 1e-6


@given(st.floats(-1e4, 1e5), spans, times)
def test_nothing_before_the_start_and_not_only_what_lies_behind_the_end(
    start: float, span: float, duration: float
) -> None:
    view = View(start, span).within(duration)
    assert view.start_s >= 0.0
    assert view.start_s <= duration


def test_a_page_stays_where_it_is_while_the_take_grows() -> None:
    page = View(0.0, 10.0).paged(8.1).within(8.3)
    assert page == View(7.1, 10.0)
    assert page.paged(9.0).within(9.2) == page


def test_a_page_is_only_turned_where_it_must_be() -> None:
    view = View(10.0, 10.0)
    assert view.paged(17.9) is view
    assert view.paged(18.1) == View(17.1, 10.0)
    assert view.paged(5.0) == View(4.0, 10.0)


def test_the_columns_of_a_part_are_those_of_the_whole() -> None:
    view = View(3.0, 8.0)
    whole = view.edges(0, 400, 400)
    np.testing.assert_allclose(view.edges(100, 200, 400), whole[100:201])
    assert whole[0] == 3.0
    assert whole[-1] == pytest.approx(11.0)


def test_lines_of_the_grid_have_the_room_they_ask_for() -> None:
    step, lines = View(0.5, 8.0).ticks(400.0, 72.0)  # 50 points a second: 1 s is too close
    assert (step, lines) == (2.0, [2.0, 4.0, 6.0, 8.0])


def test_a_change_is_told_once(qtbot: QtBot) -> None:
    axis = TimeAxis()
    axis.duration_s = 60.0
    with qtbot.waitSignal(axis.changed, timeout=1_000):
        axis.zoom(0.5)
    with qtbot.assertNotEmitted(axis.changed):
        axis.show(axis.view)
    axis.show_all()
    assert axis.view.start_s == 0.0
    assert axis.view.span_s == pytest.approx(75.0)


def test_what_comes_before_zero_can_be_seen_where_there_is_something() -> None:
    view = View(-5.0, 10.0)
    assert view.within(20.0) == View(0.0, 10.0)
    assert view.within(20.0, 2.5) == View(-2.5, 10.0)
    assert View(0.0, 10.0).within(0.0, 2.5) == View(-1.0, 10.0)  # a tenth of it is seen at least
