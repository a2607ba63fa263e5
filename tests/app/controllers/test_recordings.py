"""Recordings without a window: panel and player, and a disk that answers when the test says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers.catalogue import Catalogue
from app.controllers.recordings import RecordingController
from app.panels.recording import RecordingPanel
from app.settings import AppSettings
from engine.stream.states import State
from tests.app.controllers.conftest import Stand, stand_on


class Case:
    def __init__(self, qtbot: QtBot, stand: Stand, folder: Path) -> None:
        self.stand, self.actions = stand, Actions()
        self.panel = RecordingPanel(self.actions)
        qtbot.addWidget(self.panel)
        self.settings = AppSettings(folder / "window.json")
        self.controller = RecordingController(
            self.panel,
            self.actions,
            stand.player,
            stand.catalogue,
            self.settings,
            stand.background,  # type: ignore[arg-type]
        )
        self.reported: list[tuple[str, str]] = []
        self.controller.reported.connect(lambda text, kind: self.reported.append((text, kind)))

    def open(self, path: Path) -> None:
        self.controller.open(path)
        self.stand.background.finish_all()


@pytest.fixture
def case(qtbot: QtBot, dressed: QApplication, talk: Stand, tmp_path: Path) -> Case:
    talk.choose("bob")
    return Case(qtbot, talk, tmp_path)


def test_a_recording_is_listened_to_aside_and_then_said_with_the_voice_that_is_chosen(
    case: Case, tmp_path: Path
) -> None:
    case.controller.open(tmp_path / "own.wav")
    assert case.reported == [("Listening to own.wav …", "info")]
    assert case.stand.said == []
    case.stand.background.finish()
    assert case.stand.said == ["own, bob"]
    assert (case.panel.name.text(), case.panel.length.text()) == ("own", "0:00")
    assert case.reported[-1][0].startswith("“own” is said with the voice of bob")
    assert case.settings.recording_folder == tmp_path
    assert case.stand.player.recordings.source == str((tmp_path / "own.wav").resolve())


def test_with_a_preset_of_music_it_goes_over_to_the_first_that_speaks(case: Case, tmp_path: Path) -> None:
    case.stand.choose("free")
    case.open(tmp_path / "own.wav")
    assert case.stand.player.preset is not None
    assert case.stand.player.preset.id == "ann"
    assert case.stand.said[-1] == "own, ann"


def test_where_nobody_in_particular_speaks_the_first_voice_does(case: Case, tmp_path: Path) -> None:
    case.stand.choose("dumb")
    case.open(tmp_path / "own.wav")
    assert case.stand.said[-1] == "own, ann"


def test_of_several_files_only_the_last_counts(case: Case, tmp_path: Path) -> None:
    case.controller.open(tmp_path / "low.wav")
    case.controller.open(tmp_path / "own.wav")
    case.stand.background.finish(1)
    case.stand.background.finish(0)
    assert case.stand.said == ["own, bob"]


def test_what_cannot_be_said_is_told_in_one_line_and_what_was_there_stays(case: Case, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "quiet.wav", np.zeros(16_000), 16_000)
    (tmp_path / "memo.m4a").write_bytes(b"something else")
    for name, reason in (("quiet.wav", "no voice is found in it"), ("memo.m4a", "not an audio file")):
        case.open(tmp_path / name)
        text, kind = case.reported[-1]
        assert kind == "error"
        assert text.startswith("Not opened: ")
        assert name in text
        assert reason in text
    assert case.panel.name.text() == "low"
    assert case.stand.said == []


def test_without_a_model_that_says_anything_nothing_is_opened(
    qtbot: QtBot, dressed: QApplication, scored: Catalogue, tmp_path: Path
) -> None:
    case = Case(qtbot, stand_on(scored), tmp_path)
    assert not case.actions["open_recording"].isEnabled()
    case.controller.open(tmp_path / "own.wav")
    assert case.reported == [("No model that is installed says recordings", "warning")]
    assert case.stand.background.waiting == []


def test_a_slider_that_moves_starts_it_anew_once_it_rests(qtbot: QtBot, case: Case, tmp_path: Path) -> None:
    case.open(tmp_path / "own.wav")
    for value in (1.0, 2.0, 3.0):
        case.panel.pitch.box.setValue(value)
    assert len(case.stand.session.requests) == 1
    qtbot.waitUntil(lambda: len(case.stand.session.requests) == 2, timeout=5_000)
    recording = case.stand.session.requests[-1].recording
    assert recording is not None
    assert (recording.pitch, recording.speed) == (3.0, 1.0)
    case.panel.timbre.buttons[True].click()
    qtbot.waitUntil(lambda: len(case.stand.session.requests) == 3, timeout=5_000)
    assert case.panel.bend == (3.0, 1.0, True)


def test_a_bend_while_nothing_plays_holds_for_the_next_start(qtbot: QtBot, case: Case) -> None:
    case.panel.speed.box.setValue(0.5)
    recordings = case.stand.player.recordings
    qtbot.waitUntil(lambda: recordings.recording is not None and recordings.recording.speed == 0.5)
    assert case.stand.session.requests == []
    assert case.panel.length.text() == "0:01"


def test_putting_it_away_stops_it_and_gives_the_preset_its_own_back(case: Case, tmp_path: Path) -> None:
    assert not case.actions["clear_recording"].isEnabled()
    case.open(tmp_path / "own.wav")
    case.actions["clear_recording"].trigger()
    case.stand.background.finish_all()
    assert case.stand.session.now.state is State.IDLE
    assert case.panel.name.text() == "low"
    assert not case.actions["clear_recording"].isEnabled()


def test_the_dialog_begins_where_the_last_recording_came_from(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []

    def ask(_parent: object, *arguments: str) -> tuple[str, str]:
        asked.append(arguments)
        return str(tmp_path / "own.wav"), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", ask)
    case.settings.recording_folder = tmp_path
    case.actions["open_recording"].trigger()
    case.stand.background.finish_all()
    assert asked[0][1] == str(tmp_path)
    assert "*.wav" in asked[0][2]
    assert case.stand.said == ["own, bob"]


def test_after_the_window_is_closed_nothing_begins(qtbot: QtBot, case: Case, tmp_path: Path) -> None:
    case.open(tmp_path / "own.wav")
    case.panel.pitch.box.setValue(2.0)
    case.controller.open(tmp_path / "low.wav")
    case.controller.stop()
    case.stand.background.finish_all()
    qtbot.wait(400)
    assert case.stand.said == ["own, bob"]
