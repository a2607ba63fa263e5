"""Snapshots of the controls without a window: panel, player, and what is remembered."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers.snapshots import SnapshotController, between, from_text, to_text
from app.panels.snapshots import SnapshotPanel
from app.settings import AppSettings
from engine.wavenet.config import GenerationParams
from tests.app.controllers.conftest import Stand

COLD = GenerationParams(
    temperature=0.4, top_k=56, top_p=0.5, speaker="ann", tags=(("calm", 1.0), ("piano", 2.0))
)
HOT = GenerationParams(
    temperature=1.2, top_k=0, top_p=1.0, speaker="bob", tags=(("calm", 0.5), ("fast", 1.0))
)


class Case:
    def __init__(self, qtbot: QtBot, stand: Stand, folder: Path) -> None:
        self.stand, self.player, self.actions, self.panel = stand, stand.player, Actions(), SnapshotPanel()
        qtbot.addWidget(self.panel)
        self.settings = AppSettings(folder / "window.json")
        stand.choose("free")
        self.begin()

    def begin(self) -> None:
        """As at the start of the program."""
        self.controller = SnapshotController(
            self.panel, self.actions, self.player, self.stand.catalogue, self.settings
        )

    def heat(self, temperature: float) -> None:
        self.player.set_sampling(temperature, 1.0, 0)


@pytest.fixture
def case(qtbot: QtBot, dressed: QApplication, stand: Stand, tmp_path: Path) -> Case:
    return Case(qtbot, stand, tmp_path)


def test_a_digit_brings_back_what_ctrl_and_the_digit_stored(case: Case) -> None:
    case.heat(1.2)
    case.player.set_tags((("calm", 0.5),))
    case.actions["store_3"].trigger()
    case.player.reset()
    case.actions["recall_3"].trigger()
    assert (case.player.params.temperature, case.player.params.tags) == (1.2, (("calm", 0.5),))


def test_an_empty_digit_says_how_to_fill_it(case: Case) -> None:
    assert not case.actions["recall_4"].isEnabled()
    assert "Ctrl+4 stores the controls" in case.actions["recall_4"].toolTip()
    case.actions["store_4"].trigger()
    assert case.actions["recall_4"].isEnabled()


def test_snapshots_are_remembered(case: Case) -> None:
    case.heat(1.2)
    case.actions["store_3"].trigger()
    case.settings.save()
    case.settings = AppSettings(case.settings._path)
    case.player.reset()
    case.begin()
    case.panel.recall_asked.emit(3)
    assert case.player.params.temperature == 1.2


def test_what_the_model_does_not_know_stays_out(case: Case) -> None:
    case.settings.snapshots = to_text({1: dataclasses.replace(COLD, tags=(("calm", 1.0), ("kazoo", 1.0)))})
    case.begin()
    case.actions["recall_1"].trigger()
    assert case.player.params.tags == (("calm", 1.0),)
    assert case.player.params.speaker is None  # this model has no voices
    assert case.player.params.temperature == 0.4


def test_a_morph_moves_what_plays_live_from_one_to_the_other(case: Case) -> None:
    case.heat(0.4)
    case.actions["store_1"].trigger()
    case.heat(1.2)
    case.actions["store_2"].trigger()
    case.player.start()
    case.panel.slider.setValue(case.panel.slider.maximum() // 4)
    case.panel.slider.setValue(case.panel.slider.maximum())
    assert [params.temperature for params in case.stand.session.params] == [pytest.approx(0.6), 1.2]


def test_the_way_between_is_a_straight_line_in_every_number_and_weight() -> None:
    half = between(COLD, HOT, 0.25)
    assert half.temperature == pytest.approx(0.6)
    assert half.top_k == 106  # of 56 and all 256
    assert half.top_p == pytest.approx(0.625)
    assert dict(half.tags) == pytest.approx({"calm": 0.875, "piano": 1.5, "fast": 0.25})
    assert (half.speaker, between(COLD, HOT, 0.75).speaker) == ("ann", "bob")


def test_its_ends_are_the_snapshots_themselves() -> None:
    for share, end in ((0.0, COLD), (1.0, HOT)):
        found = between(COLD, HOT, share)
        weights = {tag: weight for tag, weight in found.tags if weight}
        assert dataclasses.replace(found, tags=end.tags) == end
        assert weights == dict(end.tags)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"1": 3}', '{"1": {"temperature": 99}}', '{"x": {}}'])
def test_what_is_none_of_ours_is_left_out(text: str) -> None:
    assert from_text(text) == {}


def test_what_is_written_is_read_again_and_the_broken_one_left_out() -> None:
    assert from_text(to_text({1: COLD, 9: HOT})) == {1: COLD, 9: HOT}
    text = to_text({1: COLD})
    assert from_text(text[:-1] + ', "2": {"loud": 1}}') == {1: COLD}
