"""That Play need not wait for a model which the window has had time to load."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

import engine.stream.loader
from app.controllers.preload import QUIET_MS
from engine.generation.backends import select_kernel
from engine.kernels.base import Kernel
from engine.wavenet.model_file import ModelFile
from tests.app.conftest import PLAY_MS, Studio

Made = list[tuple[str, str]]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """(model, thread) of every kernel made so far."""
    made: Made = []

    def select(model: ModelFile, name: str, progress: Callable[[str], None] | None) -> Kernel:
        kernel = select_kernel(model, name, progress)
        made.append((model.header.name, threading.current_thread().name))
        return kernel

    monkeypatch.setattr(engine.stream.loader, "select_kernel", select)
    return made


def test_the_chosen_presets_model_is_loaded_aside_while_nothing_plays(
    qtbot: QtBot, made: Made, studio: Studio
) -> None:
    qtbot.waitUntil(lambda: len(made) == 1, timeout=PLAY_MS)
    assert made == [("tones", "loader")]
    assert studio.session.status().state == "idle"
    studio.press("play")
    qtbot.waitUntil(lambda: studio.session.status().played > 0, timeout=PLAY_MS)
    assert len(made) == 1


def test_stepping_through_presets_loads_only_where_it_ends(qtbot: QtBot, made: Made, studio: Studio) -> None:
    studio.controller.presets.choose("slt")
    studio.controller.presets.choose("calm")
    studio.controller.presets.choose("slt")
    qtbot.waitUntil(lambda: len(made) == 1, timeout=PLAY_MS)
    qtbot.wait(2 * QUIET_MS)
    assert made == [("voices", "loader")]


def test_nothing_is_loaded_before_the_window_is_on_the_screen(
    qtbot: QtBot, made: Made, new_studio: Callable[[], Studio]
) -> None:
    studio = new_studio()
    studio.window.hide()
    studio.controller.begin()
    qtbot.wait(3 * QUIET_MS)
    assert made == []
    studio.window.show()
    qtbot.waitUntil(lambda: len(made) == 1, timeout=PLAY_MS)


def test_a_preset_that_plays_at_the_start_is_not_loaded_twice(
    qtbot: QtBot, made: Made, new_studio: Callable[[], Studio]
) -> None:
    studio = new_studio()
    asked: list[object] = []
    studio.session.prepare = asked.append  # type: ignore[method-assign]
    studio.controller.begin(studio.controller.catalogue.find("calm"))
    qtbot.waitUntil(lambda: studio.session.status().played > 0, timeout=PLAY_MS)
    qtbot.wait(2 * QUIET_MS)
    assert asked == []
    assert len(made) == 1


def test_a_preset_without_its_model_is_no_trouble_until_it_is_played(qtbot: QtBot, studio: Studio) -> None:
    studio.controller.presets.choose("lost")
    qtbot.wait(2 * QUIET_MS)
    assert "missing" not in studio.window.messages.text.text()
    studio.press("play")
    assert "'missing' is not installed" in studio.window.messages.text.text()
