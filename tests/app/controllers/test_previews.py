"""Clips without a window: a browser, a player, and a disk that answers when the test says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers.catalogue import Catalogue
from app.controllers.player import Player
from app.controllers.previews import PreviewController
from app.panels.browser import PresetBrowser
from engine.library.audio_files import write_audio
from engine.library.models import ModelLibrary
from engine.library.presets import PresetLibrary
from engine.library.takes import Settings
from engine.stream.states import State
from tests.app.controllers.fakes import FakeSession, HeldBackground

RATE = 8_000


class Case:
    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        presets = PresetLibrary([folder / "presets", folder / "mine"])
        for name, length in (("calm", 400), ("rush", 800)):
            settings = Settings(presets.find(name), 1, "any", "any", "tones", "any", RATE, length)
            write_audio(
                folder / "clips" / f"{name}.ogg",
                np.zeros(length, np.float32),
                RATE,
                settings=settings.to_json(),
            )
        catalogue = Catalogue(ModelLibrary([folder / "models"]), presets, folder / "clips")
        self.session, self.background, self.actions = FakeSession(), HeldBackground(), Actions()
        self.player = Player(self.session, catalogue, self.background)  # type: ignore[arg-type]
        self.browser = PresetBrowser()
        qtbot.addWidget(self.browser)
        self.controller = PreviewController(
            self.browser,
            self.actions,
            self.player,
            catalogue,
        )
        self.reported: list[tuple[str, str]] = []
        self.controller.reported.connect(lambda text, kind: self.reported.append((text, kind)))
        self.catalogue = catalogue


@pytest.fixture
def case(qtbot: QtBot, dressed: QApplication, catalogue: Catalogue, tmp_path: Path) -> Case:
    (tmp_path / "clips").mkdir()
    return Case(qtbot, tmp_path)


def test_a_clip_is_read_aside_and_then_played(case: Case) -> None:
    case.browser.listened.emit("calm")
    assert case.session.audio == []
    case.background.finish()
    assert case.session.audio == [(400, RATE)]
    assert case.player.clip == "calm"


def test_of_several_clips_only_the_last_is_played(case: Case) -> None:
    case.controller.listen("calm")
    case.controller.listen("rush")
    case.background.finish(1)
    case.background.finish(0)
    assert case.session.audio == [(800, RATE)]


def test_a_second_press_takes_it_back_before_it_was_read_and_stops_it_after(case: Case) -> None:
    case.controller.listen("calm")
    case.controller.listen("calm")
    case.background.finish_all()
    assert case.session.audio == []
    case.controller.listen("calm")
    case.background.finish_all()
    case.controller.listen("calm")
    assert case.session.now.state is State.IDLE


@pytest.mark.parametrize("gesture", ["start", "stop"])
def test_what_is_asked_for_meanwhile_goes_before_the_clip(case: Case, gesture: str) -> None:
    case.player.choose(case.catalogue.find("calm"))
    case.controller.listen("rush")
    getattr(case.player, gesture)()
    case.background.finish()
    assert case.session.audio == []


def test_a_broken_clip_is_told_and_a_missing_one_cannot_be_asked_for(case: Case, tmp_path: Path) -> None:
    (tmp_path / "clips" / "calm.ogg").write_bytes(b"no sound")
    case.controller.listen("calm")
    case.controller.listen("slt")
    case.background.finish_all()
    (reported,) = case.reported
    assert reported[1] == "error"
    assert "calm.ogg: not an audio file" in reported[0]
    case.player.choose(case.catalogue.find("slt"))
    assert not case.actions["preview"].isEnabled()
    assert "no clip" in case.actions["preview"].toolTip()


def test_the_key_says_what_it_will_do(case: Case) -> None:
    assert "There is no preset" in case.actions["preview"].toolTip()
    case.player.choose(case.catalogue.find("calm"))
    case.actions["preview"].trigger()
    case.background.finish()
    case.controller.show()
    assert case.actions["preview"].text() == "Stop its clip"
    case.actions["preview"].trigger()
    case.controller.show()
    assert case.actions["preview"].text() == "Hear its clip"
