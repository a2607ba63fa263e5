"""Scores without a window: panel, picture and player, and a disk that answers when the test says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers.scores import ScoreController
from app.panels.score import ScorePanel
from app.plots.axis import TimeAxis, View
from app.plots.pianoroll import PianoRoll
from app.settings import AppSettings
from tests.app.controllers.conftest import Stand


class Case:
    def __init__(self, qtbot: QtBot, stand: Stand, folder: Path) -> None:
        self.stand, self.actions = stand, Actions()
        axis = TimeAxis()
        axis.show(View(0.0, 2.0))
        self.piano_roll = PianoRoll(axis)
        self.panel = ScorePanel(self.actions, self.piano_roll)
        qtbot.addWidget(self.panel)
        self.settings = AppSettings(folder / "window.json")
        self.controller = ScoreController(
            self.panel,
            self.piano_roll,
            self.actions,
            stand.player,
            self.settings,
            stand.background,  # type: ignore[arg-type]
        )
        self.reported: list[tuple[str, str]] = []
        self.controller.reported.connect(lambda text, kind: self.reported.append((text, kind)))


@pytest.fixture
def case(qtbot: QtBot, dressed: QApplication, stand: Stand, tmp_path: Path) -> Case:
    stand.choose("free")
    return Case(qtbot, stand, tmp_path)


def test_a_file_is_opened_aside_shown_and_played_from_then_on(case: Case, tmp_path: Path) -> None:
    case.controller.open(tmp_path / "tune.mid")
    assert case.stand.score == ""
    case.stand.background.finish()
    assert case.stand.score == "tune"
    assert (case.panel.name.text(), case.panel.length.text()) == ("tune", "0:01 · 1 note")
    assert case.reported == [("“tune” is open; Space plays it", "info")]
    assert case.settings.score_folder == tmp_path


def test_of_several_files_only_the_last_counts(case: Case, tmp_path: Path) -> None:
    case.controller.open(tmp_path / "tune.mid")
    case.controller.dropped(str(tmp_path / "other.mid"))
    case.stand.background.finish(1)
    case.stand.background.finish(0)
    assert case.stand.score == "other"


def test_what_could_not_be_read_of_a_damaged_file_is_told(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "torn.mid"
    path.write_bytes((tmp_path / "tune.mid").read_bytes() + b"MTrk\0\0")
    case.controller.open(path)
    case.stand.background.finish()
    assert case.stand.score == "torn"
    ((text, kind),) = case.reported
    assert kind == "warning"
    assert text.startswith("“torn” is open; Space plays it. Not all of it could be read: ")
    assert f"{path}: a damaged MIDI file: " in text


def test_a_file_that_is_none_is_told_and_the_score_of_before_stays(case: Case, tmp_path: Path) -> None:
    case.controller.open(tmp_path / "tune.mid")
    (tmp_path / "bad.mid").write_bytes(b"This is no music.")
    case.controller.open(tmp_path / "bad.mid")
    case.controller.open(tmp_path / "bad.mid")
    case.stand.background.finish_all()
    assert case.stand.score == ""  # the first was no longer wanted
    assert {kind for _, kind in case.reported} == {"error"}
    assert case.reported[0][0].startswith("Not opened: ")


def test_a_model_that_plays_none_says_so(case: Case, tmp_path: Path) -> None:
    case.stand.choose("slt")
    case.controller.open(tmp_path / "tune.mid")
    assert case.stand.background.waiting == []
    assert case.reported[0][1] == "warning"
    assert not case.actions["open_score"].isEnabled()


def test_a_score_is_put_away(case: Case, tmp_path: Path) -> None:
    assert not case.actions["clear_score"].isEnabled()
    case.controller.open(tmp_path / "tune.mid")
    case.stand.background.finish()
    case.actions["clear_score"].trigger()
    assert (case.stand.score, case.panel.length.text()) == ("", "")


def test_the_line_follows_the_score_that_is_played_and_goes_on_if_it_repeats(
    case: Case, tmp_path: Path
) -> None:
    case.controller.open(tmp_path / "tune.mid")
    case.stand.background.finish()
    case.piano_roll.resize(200, 80)
    case.controller.follow(0.25)
    assert case.piano_roll.playhead is None  # nothing that plays has it
    case.stand.player.start()
    case.controller.follow(0.25)
    assert case.piano_roll.playhead == pytest.approx(25.0)  # the tune lasts a second
    case.controller.follow(1.2)
    assert case.piano_roll.playhead is None
    case.panel.after.buttons["repeat"].click()
    assert case.reported[-1] == ("That holds from the next take on", "info")
    case.stand.player.start()
    case.controller.follow(1.2)
    assert case.piano_roll.playhead == pytest.approx(120.0)
    case.controller.follow(-1.0)
    assert case.piano_roll.playhead is None
