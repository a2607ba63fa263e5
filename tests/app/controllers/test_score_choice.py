from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.controllers.catalogue import Catalogue
from app.controllers.score_choice import ScoreChoice, reported
from engine.library.scores import PlayedScore
from tests.app.controllers.fakes import HeldBackground


class Case:
    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue, self.background = catalogue, HeldBackground()
        self.choice = ScoreChoice(catalogue, self.background)  # type: ignore[arg-type]
        self.then: list[str] = []
        self.refused: list[str] = []
        self.doubted: list[str] = []
        self.choice.refused.connect(self.refused.append)
        self.choice.doubted.connect(self.doubted.append)

    def follow(self, preset: str) -> None:
        self.choice.follow(self.catalogue.find(preset), lambda: self.then.append(preset))

    @property
    def name(self) -> str:
        return self.choice.score.name if self.choice.score else ""


@pytest.fixture
def case(qapp: QApplication, scored: Catalogue) -> Case:
    return Case(scored)


def test_a_presets_score_is_read_aside_and_then_goes_on(case: Case, tmp_path: Path) -> None:
    case.follow("tune")
    assert (case.choice.reading, case.name, case.then) == (True, "", [])
    case.background.finish()
    assert (case.choice.reading, case.name, case.then) == (False, "tune", ["tune"])
    assert case.choice.source == f"{tmp_path.as_posix()}/tune.mid"


def test_a_preset_without_one_goes_on_at_once_and_takes_the_last_presets_score_away(case: Case) -> None:
    case.follow("tune")
    case.background.finish()
    case.follow("free")
    assert (case.name, case.then) == ("", ["tune", "free"])
    assert case.background.waiting == []


def test_a_score_that_the_user_opened_stays_where_the_preset_has_none(
    case: Case, own_score: PlayedScore
) -> None:
    case.choice.adopt(own_score, "own.mid")
    case.follow("free")
    assert case.choice.score == own_score
    case.follow("gone")
    case.background.finish()
    assert case.choice.score == own_score
    case.follow("tune")
    case.background.finish()
    assert case.name == "tune"


def test_of_several_that_are_read_only_the_last_counts(case: Case) -> None:
    case.follow("tune")
    case.follow("other")
    case.background.finish(1)
    case.background.finish(0)
    assert (case.name, case.then) == ("other", ["other"])


def test_what_the_user_opens_meanwhile_goes_before_what_is_read(case: Case, own_score: PlayedScore) -> None:
    case.follow("tune")
    case.choice.adopt(own_score)
    case.background.finish()
    assert (case.choice.score, case.choice.reading, case.then) == (own_score, False, [])


def test_a_score_that_is_open_already_is_not_read_again(case: Case, tmp_path: Path) -> None:
    case.follow("tune")
    case.background.finish()
    case.choice.set_after("repeat")
    case.follow("tune")
    assert case.background.waiting == []
    assert case.choice.score is not None
    assert case.choice.score.after == "silence"  # as the preset has it


def test_a_file_that_is_gone_is_told_with_its_preset(case: Case) -> None:
    case.follow("gone")
    case.background.finish()
    assert len(case.refused) == 1
    assert case.refused[0].startswith("preset 'gone': ")
    assert case.then == ["gone"]


def test_a_model_that_plays_none_is_told(case: Case) -> None:
    case.follow("mute")
    case.background.finish()
    assert case.refused[0].startswith("The score of “Mute” is not played: model 'voices' plays no scores")


def test_a_damaged_file_is_played_and_what_is_not_read_is_told(case: Case, tmp_path: Path) -> None:
    content = (tmp_path / "tune.mid").read_bytes()
    (tmp_path / "tune.mid").write_bytes(content + b"MTrk\0\0")
    case.follow("tune")
    case.background.finish()
    assert case.name == "tune"
    assert len(case.doubted) == 1
    assert case.doubted[0].startswith(f"{tmp_path / 'tune.mid'}: a damaged MIDI file: ")


def test_doubts_are_told_in_one_line() -> None:
    assert reported(["a"]) == "a"
    assert reported(["a", "b", "c"]) == "a (and 2 more)"
