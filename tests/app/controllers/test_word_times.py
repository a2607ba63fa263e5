"""Word times without a window: which take has some, and what is written where."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers.take_selection import TakeSelection
from app.controllers.word_times import WordTimes
from app.settings import AppSettings
from engine.library.spoken_texts import SaidWord, SpokenText
from engine.library.take_store import TakeStore
from tests.app.controllers.fakes import HeldBackground
from tests.takes import make_take

SPEECH = SpokenText("Hi you", (("ann", 1.0),), words=(SaidWord(0, 2, 0, ("h", "I"), (100, 200)),))


class Case:
    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.actions, self.background, self.folder = Actions(), HeldBackground(), folder
        self.selection = TakeSelection(TakeStore())
        self.settings = AppSettings(folder / "window.json")
        over = QWidget()
        qtbot.addWidget(over)
        self.controller = WordTimes(over, self.actions, self.selection, self.settings, self.background)  # type: ignore[arg-type]
        self.reported: list[str] = []
        self.controller.reported.connect(lambda text, _: self.reported.append(text))

    def add(self, speech: SpokenText | None) -> None:
        self.selection.add(dataclasses.replace(make_take(1), sample_rate=16, speech=speech))
        self.controller.show()


@pytest.fixture
def case(qtbot: QtBot, dressed: QApplication, tmp_path: Path) -> Case:
    return Case(qtbot, tmp_path)


def test_only_a_take_that_says_a_text_has_some(case: Case) -> None:
    for speech in (None, SPEECH):
        case.add(speech)
        assert case.actions["save_subtitles"].isEnabled() == (speech is not None)


@pytest.mark.parametrize(
    ("name", "kind", "written"),
    [
        ("a.srt", "", "a.srt"),
        ("a", "Words and phones (*.json)", "a.json"),
        ("a", "Subtitles (*.srt)", "a.srt"),
    ],
)
def test_the_name_or_else_the_kind_says_what_is_written(
    case: Case, monkeypatch: pytest.MonkeyPatch, name: str, kind: str, written: str
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(case.folder / name), kind))
    case.add(SPEECH)
    case.actions["save_subtitles"].trigger()
    case.background.finish_all()
    assert case.reported == [f"Written: {written}"]
    text = (case.folder / written).read_text("utf-8")
    if written.endswith(".json"):
        assert [word["text"] for word in json.loads(text)["words"]] == ["Hi"]
    else:
        assert text == "1\n00:00:00,000 --> 00:00:01,000\nHi\n"


def test_what_cannot_be_written_is_told(case: Case) -> None:
    case.add(SPEECH)
    take = case.selection.selected
    assert take is not None
    case.controller.write(take, case.folder / "gone" / "a.srt")
    case.background.finish_all()
    (told,) = case.reported
    assert "there is no folder" in told
