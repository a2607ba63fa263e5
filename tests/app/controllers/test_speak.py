"""Texts without a window: text box, panel and player, nets that say plain frames, and a held disk."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers.playhead import Playhead
from app.controllers.speak import SpeakController
from app.panels.speak import SpeakPanel
from app.panels.text import TextPanel
from app.panels.top import TopBar
from app.settings import AppSettings
from engine.stream.narration.equipment import Equipment
from tests.app.controllers.conftest import Stand
from tests.speech import PlainNets, read_plainly


class Case:
    """Equipped, with the first preset of a music model chosen."""

    def __init__(self, qtbot: QtBot, stand: Stand, folder: Path) -> None:
        self.stand, self.actions = stand, Actions()
        self.text, self.speak, self.top = TextPanel(self.actions), SpeakPanel(), TopBar(self.actions)
        for panel in (self.text, self.speak, self.top):
            qtbot.addWidget(panel)
        self.shown: list[bool] = []
        self.reported: list[str] = []
        self.settings = AppSettings(folder / "window.json")
        stand.player.speech.equip(Equipment(PlainNets, lambda text, speaker: read_plainly(text)))
        stand.choose("free")
        self.controller = SpeakController(
            SimpleNamespace(speak=self.speak, top=self.top, show_speaking=self.shown.append),
            self.text,
            self.actions,
            stand.player,
            stand.catalogue,
            SimpleNamespace(playhead=Playhead()),  # type: ignore[arg-type]
            self.settings,
            stand.background,  # type: ignore[arg-type]
        )
        self.controller.reported.connect(lambda text, _: self.reported.append(text))
        self.controller.begin()

    @property
    def preset(self) -> str:
        preset = self.stand.player.preset
        return preset.id if preset else ""


@pytest.fixture
def case(qtbot: QtBot, dressed: QApplication, talk: Stand, tmp_path: Path) -> Case:
    return Case(qtbot, talk, tmp_path)


def test_to_speak_takes_up_a_preset_that_says_texts_and_to_play_goes_back(case: Case) -> None:
    case.top.mode_chosen.emit(True)
    assert (case.preset, case.shown[-1]) == ("ann", True)
    assert case.speak.manner.speakers == (("ann", 1.0),)
    case.top.mode_chosen.emit(False)
    assert (case.preset, case.shown[-1]) == ("free", False)


def test_what_is_typed_is_said_by_the_voice_that_is_chosen(qtbot: QtBot, case: Case) -> None:
    case.top.mode_chosen.emit(True)
    case.text.box.setPlainText("One two.")
    qtbot.waitUntil(case.actions["speak"].isEnabled)
    case.speak.voice.setCurrentText("bob")
    case.speak.voice.activated.emit(1)
    case.actions["speak"].trigger()
    case.stand.background.finish_all()
    (request,) = case.stand.session.requests
    assert request.narration is not None
    assert (request.narration.text.text, request.narration.text.speakers) == ("One two.", (("bob", 1.0),))
    case.controller.stop()


def test_each_command_that_is_not_there_says_why(case: Case) -> None:
    assert case.actions.why_not("speak") == "Switch to Speak first"
    case.top.mode_chosen.emit(True)
    assert case.actions.why_not("speak") == "There is no text to say: type or paste one"
    case.text.show_text("One.")
    case.controller.remember()
    assert case.actions.why_not("speak") == ""
    assert case.actions.why_not("sentence_back") == "No text is being said"


def test_a_text_that_is_dropped_is_read_aside_and_then_spoken(case: Case, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfHello.")
    case.controller.dropped(str(tmp_path / "a.txt"))
    assert case.text.text == ""
    case.stand.background.finish_all()
    assert (case.text.text, case.shown[-1]) == ("Hello.", True)
    case.controller.dropped(str(tmp_path / "b.txt"))
    case.stand.background.finish_all()
    assert case.reported == [f"Not opened: {tmp_path / 'b.txt'}: cannot be read: No such file or directory"]


def test_text_and_manner_are_there_at_the_next_start(
    qtbot: QtBot, case: Case, talk: Stand, tmp_path: Path
) -> None:
    case.top.mode_chosen.emit(True)
    case.speak.rows["speed"].box.setValue(1.5)
    case.text.box.setPlainText("One two.")
    case.controller.remember()
    case.settings.save()
    talk.player.speech.set_text("")
    talk.player.speech.turn(False)
    again = Case(qtbot, talk, tmp_path)
    assert (again.text.text, again.speak.manner.speed) == ("One two.", 1.5)
    again.controller.begun()
    assert again.shown[-1]
