"""What of the window's looks is there again at the next start."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.look.colours import DARK
from app.plots.canvas import Canvas
from app.settings import AppSettings
from app.stage import LAYERS, ODDS, SPECTRUM
from tests.app.conftest import Studio


@pytest.mark.parametrize("tab", [0, 1])
def test_the_list_in_front_is_in_front_again(new_studio: Callable[[], Studio], tab: int) -> None:
    studio = new_studio()
    studio.window.lists.turn_to(tab)
    studio.window.close()
    assert AppSettings(studio.folder / "window.json").takes_in_front == bool(tab)
    assert new_studio().window.lists.current == tab


@pytest.mark.parametrize("view", [ODDS, SPECTRUM, LAYERS])
def test_the_picture_of_the_third_lane_is_the_same_again(new_studio: Callable[[], Studio], view: int) -> None:
    studio = new_studio()
    studio.window.stage.show_view(view)
    studio.window.close()
    assert new_studio().window.stage.view == view


def test_another_theme_takes_less_than_a_fifth_of_a_second(qtbot: QtBot, studio: Studio) -> None:
    qtbot.waitUntil(lambda: bool(studio.window.findChildren(Canvas)), timeout=5_000)
    took = []
    for _ in range(4):
        start = time.thread_time()
        studio.press("light")
        QApplication.processEvents()
        took.append(time.thread_time() - start)
    assert min(took) < 0.2
    assert studio.window.grab().toImage().pixelColor(2, 300) == QColor(DARK.window)
