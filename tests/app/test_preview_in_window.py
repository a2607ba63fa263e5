"""Clips in the whole window: heard without switching to their preset, and stopped by whatever comes next."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.controllers.catalogue import Catalogue
from app.widgets.preset_row import PresetItem, listen_place
from engine.library.audio_files import write_audio
from engine.library.models import ModelLibrary
from engine.library.presets import Preset, PresetLibrary
from engine.library.takes import Settings
from tests.app.conftest import PLAY_MS, Studio

RATE = 16_000


@pytest.fixture
def catalogue(catalogue: Catalogue, tmp_path: Path) -> Catalogue:
    """The same, with clips of ``calm`` and ``lost``, and a user's preset that has a file of its name."""
    clips, models = tmp_path / "clips", ModelLibrary([tmp_path / "models"])
    clips.mkdir()
    presets = PresetLibrary([tmp_path / "presets", tmp_path / "mine"])
    own = presets.save(Preset(id="own", name="Own", category="user", model="tones"))
    for name, seconds in (("calm", 3), ("lost", 2), (own.id, 1)):
        sound = (0.1 * np.sin(np.arange(seconds * RATE) / 20.0)).astype(np.float32)
        settings = Settings(
            preset=presets.find(name),
            seed=1,
            engine="any",
            kernel_version="any",
            model="tones",
            model_hash="any",
            sample_rate=RATE,
            samples=len(sound),
        )
        write_audio(clips / f"{name}.ogg", sound, RATE, settings=settings.to_json())
    return Catalogue(models, presets, clips)


def place_of(studio: Studio, preset: str) -> QPoint:
    """The middle of the button of a preset's row."""
    view = studio.window.browser.list
    for row in range(view.model().rowCount()):
        index = view.model().index(row, 0)
        item = index.data(Qt.ItemDataRole.UserRole)
        if isinstance(item, PresetItem) and item.id == preset:
            view.scrollTo(index)
            return listen_place(view.visualRect(index)).center()
    raise AssertionError(preset)


def click(qtbot: QtBot, studio: Studio, preset: str) -> None:
    view = studio.window.browser.list
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place_of(studio, preset))


def sounds(qtbot: QtBot, studio: Studio, preset: str) -> None:
    model = studio.window.browser.list.model()
    qtbot.waitUntil(lambda: (model.sounding or "") == preset, timeout=5_000)


def described(studio: Studio, preset: str) -> str:
    index = studio.window.browser.list.indexAt(place_of(studio, preset))
    return str(index.data(Qt.ItemDataRole.AccessibleDescriptionRole))


def test_a_clip_is_heard_without_switching_and_stops_on_a_second_press(qtbot: QtBot, studio: Studio) -> None:
    studio.controller.presets.choose("rush")
    click(qtbot, studio, "calm")
    sounds(qtbot, studio, "calm")
    qtbot.waitUntil(lambda: studio.session.status().played > RATE // 10, timeout=5_000)
    assert studio.window.top.title.text() == "Rush"
    assert studio.window.transport.state.text() == "Clip of “Calm Piano”"
    assert "Its clip is playing" in described(studio, "calm")
    click(qtbot, studio, "calm")
    sounds(qtbot, studio, "")
    qtbot.waitUntil(lambda: studio.session.status().state == "idle", timeout=5_000)
    assert studio.controller.store.takes == ()


def test_space_stops_a_clip(qtbot: QtBot, studio: Studio) -> None:
    click(qtbot, studio, "calm")
    sounds(qtbot, studio, "calm")
    assert studio.actions["play"].text() == "Stop"
    studio.press("play")
    sounds(qtbot, studio, "")
    assert studio.session.status().state == "idle"


def test_a_clip_ends_by_itself(qtbot: QtBot, studio: Studio) -> None:
    click(qtbot, studio, "lost")
    sounds(qtbot, studio, "lost")
    sounds(qtbot, studio, "")
    assert studio.session.status().state == "idle"


def test_another_clip_takes_over(qtbot: QtBot, studio: Studio) -> None:
    click(qtbot, studio, "calm")
    sounds(qtbot, studio, "calm")
    click(qtbot, studio, "lost")  # its model is missing, which a clip does not need
    sounds(qtbot, studio, "lost")


def test_a_clip_ends_a_stream_whose_take_is_kept_and_a_take_ends_the_clip(
    qtbot: QtBot, studio: Studio
) -> None:
    studio.controller.presets.choose("rush")
    studio.press("play")
    qtbot.waitUntil(lambda: studio.session.status().played > RATE // 5, timeout=PLAY_MS)
    click(qtbot, studio, "calm")
    sounds(qtbot, studio, "calm")
    qtbot.waitUntil(lambda: len(studio.controller.store.takes) == 1, timeout=5_000)
    assert studio.controller.store.takes[0].preset.id == "rush"
    studio.press("take_play")
    sounds(qtbot, studio, "")
    qtbot.waitUntil(lambda: studio.window.takes.items[0].playing, timeout=5_000)
    click(qtbot, studio, "calm")
    sounds(qtbot, studio, "calm")
    assert not studio.window.takes.items[0].playing
    assert len(studio.controller.store.takes) == 1


def test_a_stream_ends_a_clip(qtbot: QtBot, studio: Studio) -> None:
    click(qtbot, studio, "calm")
    sounds(qtbot, studio, "calm")
    studio.press("new_take")
    sounds(qtbot, studio, "")
    qtbot.waitUntil(lambda: studio.session.status().state == "playing", timeout=PLAY_MS)


def test_the_key_plays_the_selected_presets_clip_and_stops_it(qtbot: QtBot, studio: Studio) -> None:
    studio.controller.presets.choose("calm")
    studio.press("preview")
    sounds(qtbot, studio, "calm")
    assert studio.actions["preview"].text() == "Stop its clip"
    studio.press("preview")
    sounds(qtbot, studio, "")
    assert studio.actions["preview"].text() == "Hear its clip"


def test_presets_without_a_clip_offer_none(qtbot: QtBot, studio: Studio) -> None:
    items = {item.id: item for item in studio.controller.catalogue.items()}
    assert {name for name, item in items.items() if item.clip} == {"calm", "lost"}
    studio.controller.presets.choose("own")
    assert not studio.actions["preview"].isEnabled()
    assert "no clip" in studio.actions["preview"].toolTip()
    click(qtbot, studio, "rush")  # where others have the button, its row is selected
    assert studio.window.top.title.text() == "Rush"
    keys = studio.actions["preview"].shortcut().toString()
    assert f"Has a clip; {keys} plays it" in described(studio, "calm")
    assert "clip" not in described(studio, "rush")


def test_a_broken_clip_is_told(qtbot: QtBot, studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "clips" / "calm.ogg").write_bytes(b"no sound")
    click(qtbot, studio, "calm")
    qtbot.waitUntil(lambda: "not an audio file" in studio.window.messages.text.text(), timeout=5_000)
    assert studio.session.status().state == "idle"
