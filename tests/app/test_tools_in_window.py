"""Undo, palette and snapshots by the keys of a whole window: what a field keeps, and what it lets pass."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from app.dialogs.palette import PaletteDialog
from engine.library.audio_files import read_settings
from engine.library.takes import Settings
from tests.app.conftest import PLAY_MS, Studio

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def active(qtbot: QtBot, studio: Studio) -> Studio:
    studio.controller.presets.choose("calm")
    studio.window.activateWindow()
    qtbot.waitUntil(studio.window.isActiveWindow, timeout=5_000)
    return studio


def temperature(studio: Studio) -> float:
    return studio.controller.player.params.temperature


def test_what_plays_is_kept_without_a_stop_and_the_message_shows_the_folder(
    qtbot: QtBot, active: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    active.controller.settings.export_folder = tmp_path
    for preset in ("rush", "calm"):  # the older take is another one
        active.controller.presets.choose(preset)
        active.press("play")
        qtbot.waitUntil(lambda: active.session.status().played > 3200, timeout=PLAY_MS)
        if preset == "rush":
            active.press("stop")
            qtbot.waitUntil(lambda: len(active.controller.store.takes) == 1, timeout=5_000)
    qtbot.keyClick(active.window.browser.list, Qt.Key.Key_K)
    qtbot.waitUntil(lambda: "Kept" in active.window.messages.text.text(), timeout=10_000)
    played = active.session.status().played
    assert active.session.status().state == "playing"
    settings = Settings.from_json(read_settings(tmp_path / "Calm Piano.wav") or {})
    assert settings.preset.id == "calm"
    assert 3200 < settings.samples <= played
    assert active.window.messages.button.text() == "Show in folder"
    active.window.messages.button.click()
    assert [url.toLocalFile() for url in opened] == [str(tmp_path)]
    active.press("stop")
    qtbot.waitUntil(lambda: len(active.controller.store.takes) == 2, timeout=5_000)
    take = active.controller.store.takes[0]
    samples, _ = soundfile.read(tmp_path / "Calm Piano.wav", dtype="float32")
    np.testing.assert_allclose(samples, take.samples()[: settings.samples], atol=1 / 32_768)


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
    qtbot.keyClick(tags.chips["calm"], Qt.Key.Key_Return)
    qtbot.wait(20)
    assert tags.weights == (("piano", 1.0),)
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
    assert active.window.top.title.text() == "Rush"


def test_a_preset_that_is_saved_renamed_starred_and_deleted_comes_and_goes_by_undo_and_redo(
    qtbot: QtBot, active: Studio
) -> None:
    tools, browser = active.controller.tools, active.window.browser
    browser.categories.buttons["user"].click()

    def until(*shown: str) -> None:
        qtbot.waitUntil(lambda: browser.shown() == list(shown), timeout=5_000)
        qtbot.wait(20)

    active.controller.presets.save("First", "", with_seed=False)
    until("first")
    saved = active.controller.player.preset
    assert saved is not None
    tools.own_presets.rename(saved, "Second", "")
    until("second")
    active.press("preset_star")
    active.press("preset_delete")
    until()
    texts = []
    for shown in (["second"], ["second"], ["first"]):
        texts.append(active.actions["undo"].text())
        active.press("undo")
        until(*shown)
    assert texts == [
        "Undo deleting the preset “Second”",
        "Undo starring a preset",
        "Undo renaming the preset “Second”",
    ]
    assert active.controller.settings.stars == frozenset()
    for _ in range(2):  # the saved preset had come into use as well
        active.press("undo")
    until()
    for shown in (["first"], ["first"], ["second"], ["second"], []):
        active.press("redo")
        until(*shown)
    assert not active.actions["redo"].isEnabled()


def test_the_button_of_the_message_brings_a_deleted_preset_back(qtbot: QtBot, active: Studio) -> None:
    browser = active.window.browser
    active.controller.presets.save("Mine", "", with_seed=False)
    qtbot.waitUntil(lambda: "mine" in browser.shown(), timeout=5_000)
    active.press("preset_delete")
    qtbot.waitUntil(lambda: "mine" not in browser.shown(), timeout=5_000)
    active.window.messages.button.click()
    qtbot.waitUntil(lambda: "mine" in browser.shown(), timeout=5_000)
