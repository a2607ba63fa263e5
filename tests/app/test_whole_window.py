"""The window driven as a user drives it, with tiny models and a stream that nobody hears."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenuBar, QSplitter, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.export import ExportChoice, ExportDialog
from engine.kernels.cpu import CpuKernel
from engine.library.audio_files import read_settings
from engine.library.export import ExportOptions
from engine.library.models import ModelLibrary
from engine.library.replay import replay
from engine.library.takes import Settings
from tests.app.conftest import PLAY_MS, Studio


def play(qtbot: QtBot, studio: Studio, seconds: float = 0.2) -> None:
    studio.press("play")
    qtbot.waitUntil(
        lambda: studio.session.status().played > seconds * 16_000 and studio.actions["stop"].isEnabled(),
        timeout=PLAY_MS,
    )


def stop(qtbot: QtBot, studio: Studio) -> None:
    takes = len(studio.controller.store.takes)
    studio.press("stop")
    qtbot.waitUntil(lambda: len(studio.controller.store.takes) == takes + 1, timeout=5_000)
    qtbot.waitUntil(lambda: studio.session.status().state == "idle", timeout=5_000)


def test_a_preset_is_played_steered_stopped_and_exported(qtbot: QtBot, studio: Studio) -> None:
    window = studio.window
    index = next(
        window.browser.list.model().index(row, 0)
        for row in range(window.browser.list.model().rowCount())
        if window.browser.list.model().index(row, 0).data() == "Rush"
    )
    qtbot.mouseClick(
        window.browser.list.viewport(),
        Qt.MouseButton.LeftButton,
        pos=window.browser.list.visualRect(index).center(),
    )
    assert window.top.title.text() == "Rush"
    play(qtbot, studio)
    window.sampling.temperature.box.setValue(1.4)
    qtbot.waitUntil(lambda: studio.session.distribution().params.temperature == 1.4, timeout=5_000)
    stop(qtbot, studio)

    take = studio.controller.store.takes[0]
    assert take.preset.temperature == 0.7
    assert [(event.parameter, event.value) for event in take.events] == [("temperature", 1.4)]
    path = studio.folder / "rush.wav"
    studio.controller.tools.exports.export([take], ExportChoice(path, path.suffix, ExportOptions()))
    qtbot.waitUntil(lambda: not studio.controller.background.busy, timeout=10_000)
    qtbot.waitUntil(lambda: "Exported" in window.messages.text.text(), timeout=5_000)

    samples, rate = soundfile.read(path, dtype="float32")
    assert rate == 16_000
    assert len(samples) == len(take.codes)
    assert np.abs(samples - take.samples()).max() <= 1.0 / 32_768
    settings = Settings.from_json(read_settings(path))
    kernel = CpuKernel(ModelLibrary([studio.folder / "models"]).load("tones"))
    assert np.array_equal(replay(settings, kernel), take.codes)


def test_space_plays_and_stops_wherever_the_keyboard_is(qtbot: QtBot, studio: Studio) -> None:
    window = studio.window
    window.activateWindow()
    window.sampling.temperature.slider.setFocus()
    qtbot.keyClick(window.sampling.temperature.slider, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: studio.session.status().state == "playing", timeout=PLAY_MS)
    qtbot.keyClick(window.transport.play, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: studio.session.status().state == "idle", timeout=5_000)


def test_space_in_the_search_field_is_a_space(qtbot: QtBot, studio: Studio) -> None:
    search = studio.window.browser.search
    search.setFocus()
    qtbot.keyClicks(search, "a b")
    assert search.text() == "a b"
    assert studio.session.status().state == "idle"


def test_plots_and_figures_move_while_playing(qtbot: QtBot, studio: Studio) -> None:
    window = studio.window
    assert window.stage.wave.hint == "Press Space to play"
    play(qtbot, studio)
    qtbot.waitUntil(lambda: window.stage.distribution.drawn is not None, timeout=5_000)
    qtbot.waitUntil(lambda: "bits" in window.stage.entropy.text(), timeout=5_000)
    qtbot.waitUntil(lambda: window.transport.time.text() > "0:00.1", timeout=5_000)
    assert window.stage.wave.hint == ""
    assert window.status.labels["engine"].text() == "Engine cpu"
    assert "× real time" in window.status.labels["speed"].text()
    assert window.status.labels["device"].text().startswith("no device")
    assert studio.actions["play"].text() == "Stop"


def test_a_missing_sound_card_is_said(qtbot: QtBot, studio: Studio) -> None:
    status = studio.window.status
    qtbot.waitUntil(lambda: "no audio output" in status.labels["device"].text(), timeout=5_000)
    assert status.again.isVisible()
    assert studio.window.messages.isHidden()  # it lies in nobody's way


def test_a_preset_of_the_same_model_steers_the_take_that_plays(qtbot: QtBot, studio: Studio) -> None:
    studio.controller.presets.choose("calm")
    play(qtbot, studio)
    studio.controller.presets.choose("rush")
    qtbot.waitUntil(lambda: studio.session.distribution().params.temperature == 0.7, timeout=5_000)
    assert not studio.controller.store.takes
    stop(qtbot, studio)
    assert studio.controller.store.takes[0].preset.id == "calm"


def test_a_preset_of_another_model_ends_the_take_and_plays_on(qtbot: QtBot, studio: Studio) -> None:
    studio.controller.presets.choose("calm")
    play(qtbot, studio)
    studio.controller.presets.choose("slt")
    store = studio.controller.store
    qtbot.waitUntil(lambda: len(store.takes) == 1, timeout=PLAY_MS)
    assert studio.session.status().state == "playing"
    assert studio.window.speaker.speaker == "slt"
    assert studio.window.tags.isHidden()
    stop(qtbot, studio)
    assert [take.model for take in store.takes] == ["voices", "tones"]


def test_pause_holds_and_space_goes_on(qtbot: QtBot, studio: Studio) -> None:
    play(qtbot, studio)
    studio.press("pause")
    qtbot.waitUntil(lambda: studio.session.status().state == "paused", timeout=5_000)
    qtbot.waitUntil(lambda: studio.actions["play"].text() == "Go on", timeout=5_000)
    studio.press("play")
    qtbot.waitUntil(lambda: studio.session.status().state == "playing", timeout=5_000)


def test_a_locked_seed_gives_the_same_samples_and_a_free_one_does_not(qtbot: QtBot, studio: Studio) -> None:
    studio.controller.presets.choose("calm")
    for locked in (True, True, False):
        studio.actions["lock"].setChecked(not locked)
        studio.press("lock")
        play(qtbot, studio)
        stop(qtbot, studio)
    free, second, first = (take.codes[:3_000] for take in studio.controller.store.takes)
    assert np.array_equal(first, second)
    assert not np.array_equal(first, free)


def test_a_preset_with_a_seed_locks_it_and_the_next_preset_frees_it(studio: Studio) -> None:
    studio.controller.presets.choose("same")
    assert studio.window.seed.field.text() == "77"
    assert studio.actions["lock"].isChecked()
    studio.controller.presets.choose("calm")
    assert not studio.actions["lock"].isChecked()


def test_a_preset_without_its_model_says_so_and_does_not_play(studio: Studio) -> None:
    studio.controller.presets.choose("lost")
    studio.press("play")
    assert "'missing' is not installed" in studio.window.messages.text.text()
    assert studio.session.status().state == "idle"


def test_moving_a_control_marks_the_preset_and_reset_takes_it_back(studio: Studio) -> None:
    studio.controller.presets.choose("rush")
    assert not studio.actions["reset"].isEnabled()
    studio.window.sampling.temperature.box.setValue(1.2)
    assert studio.window.windowTitle().startswith("Rush *")
    studio.press("reset")
    assert studio.window.sampling.temperature.value == 0.7
    assert studio.window.windowTitle().startswith("Rush –")


def test_settings_are_saved_as_a_preset_of_ones_own(qtbot: QtBot, studio: Studio) -> None:
    studio.controller.presets.choose("rush")
    studio.window.sampling.temperature.box.setValue(1.2)
    studio.controller.presets.save("My Rush", "Hotter", with_seed=False)
    qtbot.waitUntil(lambda: studio.window.top.title.text() == "My Rush", timeout=5_000)
    assert studio.controller.player.preset.category == "user"
    assert studio.controller.player.preset.temperature == 1.2
    assert "my-rush" in studio.window.browser.shown()


def test_a_factory_presets_name_is_refused_in_words(qtbot: QtBot, studio: Studio) -> None:
    studio.controller.presets.choose("calm")
    studio.controller.presets.save("Rush", "", with_seed=False)
    qtbot.waitUntil(lambda: "factory preset" in studio.window.messages.text.text(), timeout=5_000)
    assert studio.window.top.title.text() == "Calm Piano"


def test_a_take_is_played_renamed_starred_deleted_and_brought_back(qtbot: QtBot, studio: Studio) -> None:
    studio.controller.presets.choose("calm")
    assert "no take yet" in studio.actions["export"].toolTip()
    play(qtbot, studio, seconds=0.5)
    stop(qtbot, studio)
    store, panel = studio.controller.store, studio.window.takes
    take = store.takes[0]
    assert panel.items[0].name == "Calm Piano 1"
    studio.press("take_play")
    qtbot.waitUntil(lambda: studio.session.status().state == "playback", timeout=5_000)
    qtbot.waitUntil(lambda: panel.items[0].playing, timeout=5_000)
    studio.press("take_play")
    qtbot.waitUntil(lambda: studio.session.status().state == "idle", timeout=5_000)
    panel.renamed.emit(take.id, "Keeper")
    studio.press("take_star")
    assert (panel.items[0].name, panel.items[0].starred) == ("Keeper", True)
    studio.press("take_delete")
    assert not panel.items
    assert not studio.actions["take_play"].isEnabled()
    studio.press("undo")
    assert panel.items[0].name == "Keeper"


def test_a_takes_settings_and_seed_can_be_used_again(qtbot: QtBot, studio: Studio) -> None:
    studio.controller.presets.choose("rush")
    play(qtbot, studio)
    stop(qtbot, studio)
    first = studio.controller.store.takes[0]
    studio.controller.presets.choose("slt")
    studio.press("take_apply")
    assert studio.window.top.title.text() == "Rush"
    assert studio.controller.player.seeds.seed == first.seed
    assert studio.actions["lock"].isChecked()
    play(qtbot, studio)
    stop(qtbot, studio)
    second = studio.controller.store.takes[0]
    shared = min(len(first.codes), len(second.codes))
    assert np.array_equal(first.codes[:shared], second.codes[:shared])


def test_an_export_that_cannot_be_written_is_said_and_the_take_is_kept(qtbot: QtBot, studio: Studio) -> None:
    play(qtbot, studio)
    stop(qtbot, studio)
    take = studio.controller.store.takes[0]
    path = studio.folder / "not-there" / "a.wav"
    studio.controller.tools.exports.export([take], ExportChoice(path, path.suffix, ExportOptions()))
    qtbot.waitUntil(lambda: "Not exported" in studio.window.messages.text.text(), timeout=10_000)
    assert studio.controller.store.takes == (take,)


def test_the_export_action_asks_and_writes(
    qtbot: QtBot, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(qtbot, studio)
    stop(qtbot, studio)

    def answer(dialog: ExportDialog) -> int:
        dialog.form.kind.setCurrentIndex(1)
        dialog.path.setText(str(studio.folder / "a.flac"))
        return int(ExportDialog.DialogCode.Accepted)

    monkeypatch.setattr(ExportDialog, "exec", answer)
    studio.press("export")
    qtbot.waitUntil(lambda: (studio.folder / "a.flac").exists(), timeout=10_000)
    assert json.dumps(read_settings(studio.folder / "a.flac")).count('"seed"') == 2
    qtbot.waitUntil(lambda: not studio.controller.background.busy, timeout=5_000)


def test_the_last_preset_volume_and_layout_come_back(qtbot: QtBot, new_studio: Callable[[], Studio]) -> None:
    first = new_studio()
    first.controller.begin()
    first.controller.presets.choose("slt")
    first.window.transport.volume.setValue(30)
    first.window.columns.setSizes([300, 430, 270])
    left = first.window.columns.sizes()[0]
    first.window.stage.lanes.show_lane("changes", False)
    first.window.close()
    second = new_studio()
    second.controller.begin()
    assert second.window.top.title.text() == "Slt"
    assert second.window.transport.volume.real == pytest.approx(0.3)
    assert second.window.columns.sizes()[0] == left  # on a small screen the right column is folded
    assert not second.window.stage.changes.isVisible()
    assert not second.actions["lane_changes"].isChecked()


def test_at_the_first_launch_a_preset_that_can_play_is_selected(studio: Studio) -> None:
    assert studio.controller.player.preset is not None
    assert studio.controller.player.preset.model == "tones"
    assert studio.window.browser.list.currentIndex().data() == studio.window.top.title.text()


def test_a_preset_given_at_the_start_plays_at_once(
    qtbot: QtBot, new_studio: Callable[[], Studio], catalogue: object
) -> None:
    studio = new_studio()
    studio.controller.begin(studio.controller.catalogue.find("rush"))
    qtbot.waitUntil(lambda: studio.session.status().state == "playing", timeout=PLAY_MS)
    assert studio.window.top.title.text() == "Rush"


def test_previous_and_next_walk_through_what_can_be_played(studio: Studio) -> None:
    studio.controller.presets.choose("calm")
    seen = []
    for _ in range(4):
        seen.append(studio.window.top.title.text())
        studio.press("next")
    assert seen == ["Calm Piano", "Rush", "Same Again", "Slt"]
    studio.press("previous")
    assert studio.window.top.title.text() == "Slt"


def test_volume_keys_and_mute_leave_the_take_alone(studio: Studio) -> None:
    studio.window.transport.volume.setValue(50)
    studio.press("louder")
    assert studio.window.transport.volume.real == pytest.approx(0.55)
    studio.press("mute")
    assert studio.window.transport.volume.real == pytest.approx(0.55)
    studio.press("softer")
    assert not studio.actions["mute"].isChecked()


def test_the_light_theme_is_remembered(studio: Studio, dressed: QApplication) -> None:
    studio.press("light")
    dark = studio.window.palette().window().color().lightnessF()
    studio.press("light")
    assert dark > 0.5 > studio.window.palette().window().color().lightnessF()


def test_nothing_of_the_smallest_window_is_cut_off(qtbot: QtBot, studio: Studio) -> None:
    window = studio.window
    window.resize(window.minimumSize())
    loop = QEventLoop()
    QTimer.singleShot(50, loop.quit)
    loop.exec()
    for button in (window.transport.play, window.transport.keep, window.transport.volume):
        corner = button.mapTo(window, QPoint(button.width(), button.height()))
        assert corner.x() <= window.width()
        assert corner.y() <= window.height()


def test_closing_while_playing_leaves_nothing_running(qtbot: QtBot, studio: Studio) -> None:
    play(qtbot, studio)
    studio.window.close()
    assert studio.session.status().state in ("idle", "playing", "preparing")
    studio.controller.close()


def test_export_folder_is_remembered(studio: Studio, tmp_path: Path) -> None:
    studio.controller.settings.export_folder = tmp_path
    assert studio.controller.settings.export_folder == tmp_path


def test_every_control_has_a_name_and_every_button_a_tooltip(studio: Studio) -> None:
    controls = [
        widget
        for widget in studio.window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget, (QSplitter, QMenuBar))
    ]
    assert len(controls) > 25
    assert [widget for widget in controls if not widget.accessibleName()] == []
    assert [
        widget for widget in controls if isinstance(widget, QAbstractButton) and not widget.toolTip()
    ] == []


def test_all_text_of_the_controls_fits(studio: Studio) -> None:
    for button in studio.window.findChildren(QToolButton):
        if (
            button.isVisible()
            and button.text()
            and button.toolButtonStyle() != Qt.ToolButtonStyle.ToolButtonIconOnly
        ):
            needed = button.fontMetrics().horizontalAdvance(button.text())
            assert button.width() >= needed, button.text()
