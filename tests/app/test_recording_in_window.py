"""Recordings at work in the whole window: dropped, said to their end, kept with takes and presets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from app.controllers.catalogue import Catalogue
from engine.generation.backends import select_kernel
from engine.library.audio_files import read_settings
from engine.library.replay import replay
from engine.library.takes import Settings
from tests.app.conftest import PLAY_MS, Studio
from tests.app.controllers.conftest import speaking
from tests.app.test_score_in_window import drag

__all__ = ["speaking"]


@pytest.fixture
def catalogue(speaking: Catalogue) -> Catalogue:
    return speaking


@pytest.fixture
def memo(tmp_path: Path) -> Path:
    """0.6 s of a hum in stereo, at another rate than the model's."""
    hum = 0.2 * np.sin(2 * np.pi * 130.0 * np.arange(26_460) / 44_100)
    soundfile.write(tmp_path / "memo.flac", np.stack([hum, hum], axis=1), 44_100)
    return tmp_path / "memo.flac"


def name(studio: Studio) -> str:
    recording = studio.controller.player.recordings.recording
    return recording.name if recording else ""


def test_only_models_that_say_recordings_show_the_panel(qtbot: QtBot, studio: Studio) -> None:
    studio.controller.presets.choose("free")
    assert not studio.window.recording.isVisible()
    assert studio.actions["open_recording"].isEnabled()  # it goes over to a preset that does
    studio.controller.presets.choose("ann")
    assert studio.window.recording.isVisible()
    assert not studio.window.stage.score.isVisible()
    qtbot.waitUntil(lambda: studio.window.recording.name.text() == "high", timeout=5_000)


def test_a_dropped_recording_is_said_to_its_end_and_the_take_can_be_made_again(
    qtbot: QtBot, studio: Studio, memo: Path, tmp_path: Path
) -> None:
    studio.controller.presets.choose("free")
    assert drag(studio, memo)
    qtbot.waitUntil(lambda: studio.controller.primes.dialog is not None, timeout=5_000)
    studio.controller.primes.dialog.say.click()  # type: ignore[union-attr]
    store = studio.controller.store
    qtbot.waitUntil(lambda: len(store.takes) == 1, timeout=PLAY_MS)  # nobody pressed stop
    assert studio.controller.player.preset is not None
    assert (studio.controller.player.preset.id, name(studio)) == ("ann", "memo")
    (take,) = store.takes
    assert take.recording is not None
    assert (take.recording.name, take.preset.speaker, take.seconds) == ("memo", "ann", pytest.approx(0.6))
    assert "memo" in studio.window.takes.items[0].detail
    from app.dialogs.export import ExportChoice
    from engine.library.export import ExportOptions

    path = tmp_path / "out.flac"
    studio.controller.tools.exports.export([take], ExportChoice(path, path.suffix, ExportOptions()))
    qtbot.waitUntil(lambda: store.is_saved(take.id), timeout=10_000)
    settings = Settings.from_json(read_settings(path) or {})
    assert str(memo.parent) not in str(settings)
    model = studio.controller.catalogue.loader(studio.controller.player.preset)()
    again = replay(settings, select_kernel(model), local=settings.said(model))
    np.testing.assert_array_equal(again, take.codes)


@pytest.mark.parametrize("preset", ["ann", "free"])
def test_a_file_that_is_no_recording_is_told(
    qtbot: QtBot, studio: Studio, tmp_path: Path, preset: str
) -> None:
    bad = tmp_path / "bad.mp3"
    bad.write_bytes(b"This is no sound.")
    studio.controller.presets.choose(preset)
    assert drag(studio, bad)
    reported = studio.window.messages.text
    qtbot.waitUntil(lambda: "Not opened: " in reported.text(), timeout=5_000)
    assert "bad.mp3: not an audio file" in reported.text()


def test_a_saved_preset_brings_the_recording_and_its_bend_back(
    qtbot: QtBot, studio: Studio, memo: Path
) -> None:
    studio.controller.presets.choose("bob")
    studio.controller.recordings.open(memo)
    qtbot.waitUntil(lambda: name(studio) == "memo", timeout=10_000)
    qtbot.waitUntil(lambda: len(studio.window.takes.items) == 1, timeout=PLAY_MS)  # said to its end
    studio.window.recording.pitch.box.setValue(-3.0)
    recordings = studio.controller.player.recordings
    qtbot.waitUntil(lambda: recordings.recording is not None and recordings.recording.pitch == -3.0)
    studio.controller.presets.save("My words", "", with_seed=False)
    qtbot.waitUntil(lambda: studio.window.top.title.text() == "My words", timeout=5_000)
    studio.press("clear_recording")
    qtbot.waitUntil(lambda: name(studio) == "memo" and not recordings.is_own, timeout=5_000)
    assert recordings.recording is not None
    assert recordings.recording.pitch == -3.0
    assert studio.window.recording.bend == (-3.0, 1.0, False)
