"""The Train mode without a window and without a program that trains: its folder is written by the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers import train_sounds, train_watch
from app.controllers.train import TrainController
from app.panels.browser import PresetBrowser
from app.panels.top import TRAIN, TopBar
from app.settings import AppSettings
from app.train_column import TrainColumn
from engine.errors import StudioError
from engine.library.training_jobs import CurvePoint, JobState, TrainingJob, alone, jobs, jobs_folder
from tests.app.controllers.conftest import Stand

RATE = 16_000


class Case:
    """A train column with a controller, and what was started."""

    def __init__(self, qtbot: QtBot, stand: Stand, folder: Path) -> None:
        self.stand, self.actions = stand, Actions()
        self.top, self.column, self.browser = (
            TopBar(self.actions),
            TrainColumn(self.actions),
            PresetBrowser(),
        )
        for widget in (self.top, self.column, self.browser):
            qtbot.addWidget(widget)
        self.shown: list[bool] = []
        self.reported: list[str] = []
        self.started: list[Path] = []
        self.measured: list[str] = []
        self.controller = TrainController(
            SimpleNamespace(
                train=self.column, top=self.top, browser=self.browser, show_training=self.shown.append
            ),
            self.actions,
            stand.player,
            stand.catalogue,
            AppSettings(folder / "window.json"),
            stand.background,  # type: ignore[arg-type]
        )
        self.controller.reported.connect(lambda text, _: self.reported.append(text))

    def settle(self) -> None:
        self.stand.background.finish_all()

    @property
    def job(self) -> TrainingJob:
        return jobs(jobs_folder())[0]

    def drop(self, *paths: Path) -> None:
        self.column.sounds.dropped.emit(list(paths))
        self.settle()

    def look(self) -> None:
        self.controller.watch.look()
        self.settle()


@pytest.fixture
def case(
    qtbot: QtBot, dressed: QApplication, talk: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Case]:
    case = Case(qtbot, talk, tmp_path)

    def start(job: TrainingJob) -> None:
        case.started.append(job.folder)

    def measure(_: Path, base: str) -> None:
        case.measured.append(base)

    monkeypatch.setattr(train_watch, "start_job", start)
    monkeypatch.setattr(train_watch, "start_measuring", measure)
    case.controller.turn(True)
    case.settle()
    yield case
    case.controller.stop()


@pytest.fixture
def harp(tmp_path: Path) -> Path:
    """A folder called harp with seventy seconds of a tone."""
    folder = tmp_path / "harp"
    folder.mkdir()
    tone = 0.3 * np.sin(2 * np.pi * 330.0 * np.arange(70 * RATE) / RATE)
    soundfile.write(folder / "a.wav", tone, RATE)
    return folder


def test_the_mode_is_shown_in_the_switch_and_the_column(case: Case) -> None:
    assert case.top.modes.value == TRAIN
    assert case.shown == [True]
    case.top.modes.buttons[0].click()
    assert case.shown == [True, False]
    assert case.top.modes.value == 0


def test_without_sounds_nothing_starts_and_the_action_says_why(case: Case) -> None:
    assert case.actions.why_not("train_start") == "Add sounds first"
    assert case.actions.why_not("train_pause") == "Nothing is being trained"


def test_dropped_sounds_are_looked_at_named_and_the_machine_measured(case: Case, harp: Path) -> None:
    case.drop(harp)
    assert case.column.sounds.summary.text() == "1 file, 70 seconds"
    assert "little will be learnt" in case.column.sounds.findings.text()
    assert case.column.teaching.name.text() == "harp"
    assert case.actions.why_not("train_start") == ""
    assert case.measured == ["band"]
    assert "being measured" in case.column.teaching.estimate.text()


def test_what_holds_no_sound_is_told_and_forgotten(case: Case, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    case.drop(empty)
    assert "no audio" in case.reported[0]
    assert case.controller.sounds.places == []


def test_start_writes_the_request_and_begins_a_program(case: Case, harp: Path) -> None:
    case.drop(harp)
    case.actions["train_start"].trigger()
    case.settle()
    assert case.started == [case.job.folder]
    request = case.job.request
    assert (request.sources, request.kind, request.label) == ((str(harp),), "tag", "harp")
    assert (request.base, request.seconds) == ("band", 1800.0)
    assert case.actions.why_not("train_start").startswith("Something is being trained already")


def test_a_job_that_runs_is_shown_and_can_be_paused_and_stopped(case: Case, harp: Path) -> None:
    case.drop(harp)
    case.actions["train_start"].trigger()
    case.settle()
    job = case.job
    with alone(job):
        job.report(JobState("training", 0.5, 900.0, 7000.0, 1_000_000))
        job.add_point(CurvePoint(500_000, 3.0))
        case.look()
        assert "learns: 50%, 15:00 left" in case.column.training.text.text()
        case.actions["train_pause"].trigger()
        case.settle()
        assert job.command() == "pause"
        job.report(JobState("paused", 0.5, 900.0))
        case.look()
        assert case.actions["train_pause"].text() == "Go on training"
        case.actions["train_pause"].trigger()
        case.settle()
        assert job.command() == "go"
        assert len(case.started) == 1  # the program was there
        case.actions["train_stop"].trigger()
        case.settle()
        assert job.command() == "stop"


def test_an_interrupted_job_goes_on_in_a_new_program(case: Case, harp: Path) -> None:
    case.drop(harp)
    case.actions["train_start"].trigger()
    case.settle()
    case.job.report(JobState("training", 0.5))
    case.look()
    assert "was interrupted at 50%" in case.column.training.text.text()
    case.actions["train_pause"].trigger()
    case.settle()
    assert case.started == [case.job.folder] * 2


def test_a_job_that_failed_can_be_told_to_go_on_once_what_failed_is_mended(case: Case, harp: Path) -> None:
    case.drop(harp)
    case.actions["train_start"].trigger()
    case.settle()
    case.job.report(JobState("failed", message="the disk is full"))
    case.look()
    buttons = case.column.training.buttons
    assert "ended: the disk is full" in case.column.training.text.text()
    assert [name for name in buttons if not buttons[name].isHidden()] == ["train_pause", "train_discard"]
    case.actions["train_pause"].trigger()
    case.settle()
    assert case.started == [case.job.folder] * 2
    assert case.job.state().phase == "waiting"
    assert case.actions.why_not("train_start") != ""  # one at a time


def test_what_is_thrown_away_is_gone_and_another_may_start(case: Case, harp: Path) -> None:
    case.drop(harp)
    case.actions["train_start"].trigger()
    case.settle()
    case.actions["train_discard"].trigger()
    case.settle()
    assert jobs(jobs_folder()) == []
    assert case.column.training.text.text() == "Nothing is being trained."
    assert case.actions.why_not("train_start") == ""


def test_a_clip_is_played_and_a_finished_job_told(case: Case, harp: Path) -> None:
    case.drop(harp)
    case.actions["train_start"].trigger()
    case.settle()
    clips = case.job.folder / "clips"
    clips.mkdir()
    soundfile.write(clips / "0005m00s.wav", np.zeros(1600), RATE)
    case.look()
    (button,) = case.column.training._clip_buttons
    assert button.text() == "after 5 min"
    button.click()
    case.settle()
    assert case.stand.session.audio == [(1600, RATE)]
    case.job.report(JobState("finished", 1.0, model="band with harp", preset="harp"))
    case.look()
    assert case.actions.why_not("train_play") == ""
    assert "is finished" in case.reported[-1]


class FakeRecorder:
    """Has recorded the file that it is given, already."""

    def __init__(self, path: Path) -> None:
        self.path, self.seconds = path, 12.0

    def peak(self) -> float:
        return 0.5

    def stop(self) -> Path:
        return self.path


def test_what_is_recorded_is_among_the_sounds_afterwards(
    case: Case, harp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_sounds, "Recorder", lambda _: FakeRecorder(harp / "a.wav"))
    case.actions["train_record"].trigger()
    case.settle()
    assert case.column.sounds.summary.text() == "Recording 0:12, peak -6 dB."
    assert case.actions["train_record"].text() == "Stop recording"
    case.actions["train_record"].trigger()
    case.settle()
    assert case.column.sounds.summary.text() == "1 file, 70 seconds"
    assert case.actions["train_record"].text() == "Record sounds"


def test_where_there_is_no_input_it_is_told(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> FakeRecorder:
        raise StudioError("there is no audio input")

    monkeypatch.setattr(train_sounds, "Recorder", refuse)
    case.actions["train_record"].trigger()
    case.settle()
    assert case.reported == ["there is no audio input"]
    assert case.actions.why_not("train_record") == ""
