"""Undo, palette and snapshots by the keys of a whole window: what a field keeps, and what it lets pass."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.dialogs.palette import PaletteDialog
from tests.app.conftest import Studio

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def active(qtbot: QtBot, studio: Studio) -> Studio:
    studio.controller.presets.choose("calm")
    studio.window.activateWindow()
    qtbot.waitUntil(studio.window.isActiveWindow, timeout=5_000)
    return studio


def temperature(studio: Studio) -> float:
    return studio.controller.player.params.temperature


def test_digits_store_and_recall_but_not_while_one_types(qtbot: QtBot, active: Studio) -> None:
    window = active.window
    window.sampling.temperature.box.setValue(1.5)
    qtbot.keyClick(window.browser.list, Qt.Key.Key_1, CTRL)
    window.sampling.temperature.box.setValue(0.5)
    for field in (window.seed.field, window.browser.search, window.sampling.temperature.box):
        field.setFocus()
        qtbot.keyClick(field, Qt.Key.Key_1)
        assert temperature(active) == 0.5
    assert window.browser.search.text() == "1"
    window.browser.search.clear()
    window.sampling.temperature.box.setValue(0.5)
    window.browser.list.setFocus()
    qtbot.keyClick(window.browser.list, Qt.Key.Key_1)
    assert temperature(active) == 1.5


def test_ctrl_z_takes_back_a_gesture_and_leaves_a_field_its_own(qtbot: QtBot, active: Studio) -> None:
    window = active.window
    window.sampling.temperature.box.setValue(1.5)
    window.browser.search.setFocus()
    qtbot.keyClicks(window.browser.search, "ab")
    qtbot.keyClick(window.browser.search, Qt.Key.Key_Z, CTRL)
    assert (window.browser.search.text(), temperature(active)) == ("", 1.5)
    qtbot.wait(20)  # a gesture is a step once it is over
    window.browser.list.setFocus()
    qtbot.keyClick(window.browser.list, Qt.Key.Key_Z, CTRL)
    assert temperature(active) == 1.0
    assert window.sampling.temperature.value == 1.0
    qtbot.keyClick(window.browser.list, Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert temperature(active) == 1.5


def test_a_drag_of_a_slider_is_one_step(
    qtbot: QtBot, active: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    slider, watch = active.window.sampling.temperature.slider, active.controller.tools.player_history
    held = [True]
    monkeypatch.setattr(watch, "_pressed", lambda: held[0])
    for value in (60, 70, 80, 90):
        slider.setValue(value)
        qtbot.wait(20)  # each is a turn of its own
    held[0] = False
    qtbot.waitUntil(lambda: not watch._release.isActive(), timeout=2_000)
    active.press("undo")
    assert temperature(active) == 1.0


def test_a_removed_tag_comes_back_in_the_panel(qtbot: QtBot, active: Studio) -> None:
    tags = active.window.tags
    tags.rows["calm"].remove.click()
    qtbot.wait(20)
    assert "calm" not in tags.rows
    active.press("undo")
    assert tags.weights == (("piano", 1.0), ("calm", 0.5))


@pytest.mark.parametrize("place", ["list", "search"])
def test_ctrl_k_opens_the_palette_wherever_the_keyboard_is(
    qtbot: QtBot, active: Studio, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(
        PaletteDialog,
        "exec",
        lambda dialog: setattr(
            dialog,
            "chosen",
            next(entry for entry in dialog.shown if (entry.text, entry.kind) == ("Rush", "Preset")),
        ),
    )
    widget = getattr(active.window.browser, place)
    widget.setFocus()
    qtbot.keyClick(widget, Qt.Key.Key_K, CTRL)
    assert active.window.title.text() == "Rush"
