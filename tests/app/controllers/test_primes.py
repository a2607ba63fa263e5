"""Going on with a recording, without a window: read aside, its part asked for, then continued."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers.primes import PrimeController
from app.panels.messages import MessageBar
from app.settings import AppSettings
from engine.library.packed_codes import unpack_codes
from tests.app.controllers.conftest import Stand

RATE = 16_000


class Case:
    """``said`` are files that are to be said again in place of being gone on with."""

    def __init__(self, qtbot: QtBot, stand: Stand, folder: Path) -> None:
        self.stand, self.actions = stand, Actions()
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.said: list[Path] = []
        self.settings = AppSettings(folder / "window.json")
        self.controller = PrimeController(
            MessageBar(self.window),
            self.actions,
            stand.player,
            stand.catalogue,
            SimpleNamespace(open=self.said.append),  # type: ignore[arg-type]
            self.settings,
            stand.background,  # type: ignore[arg-type]
        )
        self.reported: list[str] = []
        self.controller.reported.connect(lambda text, _: self.reported.append(text))


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """3 s of a tone."""
    tone = 0.2 * np.sin(2 * np.pi * 330.0 * np.arange(3 * RATE) / RATE)
    soundfile.write(tmp_path / "song.wav", tone, RATE)
    return tmp_path / "song.wav"


@pytest.fixture
def case(qtbot: QtBot, dressed: QApplication, talk: Stand, tmp_path: Path) -> Case:
    talk.choose("free")
    return Case(qtbot, talk, tmp_path)


def test_its_part_is_asked_for_once_it_is_read_and_the_stream_begins_with_it(case: Case, song: Path) -> None:
    case.controller.dropped(str(song))
    assert case.controller.dialog is None
    case.stand.background.finish()
    assert case.controller.dialog is not None
    assert case.controller.dialog.parent() is case.window
    case.controller.dialog.accept()
    case.stand.background.finish_all()
    (request,) = case.stand.session.requests
    assert 0 < len(unpack_codes(request.prime, np.uint8)) <= 3 * RATE
    assert case.reported[-1] == "“Free” goes on from “song.wav”"
    assert case.controller.dialog is None
    assert case.settings.recording_folder == song.parent


def test_the_part_is_heard_and_no_longer_once_the_question_is_closed(case: Case, song: Path) -> None:
    case.controller.open(song)
    case.stand.background.finish()
    assert case.controller.dialog is not None
    case.controller.dialog.listen.click()
    case.stand.background.finish()
    ((samples, rate),) = case.stand.session.audio
    assert (0 < samples <= 3 * RATE, rate) == (True, RATE)
    case.controller.dialog.reject()
    assert case.stand.player.sound == ""
    assert case.stand.session.requests == []


def test_what_a_preset_cannot_go_on_with_is_said_again_instead(case: Case, song: Path) -> None:
    case.stand.choose("ann")
    assert case.actions.why_not("continue_recording") != ""
    case.controller.dropped(str(song))
    assert case.said == [song]


def test_another_preset_that_is_chosen_meanwhile_is_not_gone_on_with(case: Case, song: Path) -> None:
    case.controller.open(song)
    case.stand.choose("ann", read=False)
    case.stand.background.finish_all()
    assert case.controller.dialog is None
    assert case.reported[-1] == "Another preset was chosen; open song.wav again"


def test_a_file_that_is_none_is_told(case: Case, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"no sound")
    case.controller.open(tmp_path / "a.wav")
    case.stand.background.finish_all()
    assert case.reported[-1].startswith("Not opened: ")
