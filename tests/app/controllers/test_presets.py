"""Presets without a window: browser and controls, a player, and a disk that answers when the test says so."""

from __future__ import annotations

from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers.presets import PresetController
from app.panels.browser import PresetBrowser
from app.panels.sampling import SamplingPanel
from app.panels.seed import SeedPanel
from app.panels.speaker import SpeakerPanel
from app.panels.tags import TagPanel
from tests.app.controllers.conftest import Stand


class Case:
    def __init__(self, qtbot: QtBot, stand: Stand) -> None:
        self.stand, self.actions = stand, Actions()
        self.panels = SimpleNamespace(
            browser=PresetBrowser(),
            sampling=SamplingPanel(),
            tags=TagPanel(),
            speaker=SpeakerPanel(),
            seed=SeedPanel(self.actions["dice"], self.actions["lock"]),
            show_preset=Mock(),
            show_conditions=Mock(),
        )
        for panel in (
            self.panels.browser,
            self.panels.sampling,
            self.panels.tags,
            self.panels.speaker,
            self.panels.seed,
        ):
            qtbot.addWidget(panel)
        self.controller = PresetController(
            self.panels,
            self.actions,
            stand.player,
            stand.catalogue,
            stand.background,  # type: ignore[arg-type]
        )
        self.reported: list[tuple[str, str]] = []
        self.controller.reported.connect(lambda text, kind: self.reported.append((text, kind)))

    @property
    def preset(self) -> str:
        preset = self.stand.player.preset
        return preset.id if preset else ""


@pytest.fixture
def case(qtbot: QtBot, dressed: QApplication, stand: Stand) -> Case:
    return Case(qtbot, stand)


def test_the_controls_show_what_the_preset_asks_for(case: Case) -> None:
    case.controller.choose("slt")
    assert case.panels.speaker.speaker == "slt"
    assert case.panels.seed.seed == 77
    assert case.actions["lock"].isChecked()
    case.panels.show_conditions.assert_called_with(tags=False, speakers=True, score=False, recording=False)
    case.controller.choose("free")
    assert case.panels.sampling.temperature.value == 0.7
    case.panels.show_conditions.assert_called_with(tags=True, speakers=False, score=True, recording=False)


def test_a_control_that_moves_steers_and_marks_the_preset(case: Case) -> None:
    case.controller.choose("free")
    assert not case.actions["reset"].isEnabled()
    case.panels.sampling.temperature.box.setValue(1.2)
    assert case.stand.player.params.temperature == 1.2
    assert case.panels.show_preset.call_args.kwargs == {"modified": True}
    case.actions["reset"].trigger()
    assert case.stand.player.params.temperature == 0.7


def test_a_seed_that_is_typed_is_kept(case: Case) -> None:
    case.panels.seed.field.setText("123")
    case.panels.seed.field.editingFinished.emit()
    assert (case.stand.player.seeds.seed, case.stand.player.seeds.locked) == (123, True)


def test_previous_and_next_go_round_what_can_be_played(case: Case) -> None:
    case.controller.choose("free")
    seen = []
    for _ in range(7):
        case.actions["next"].trigger()
        seen.append(case.preset)
    assert seen == ["gone", "mute", "other", "slt", "tune", "free", "gone"]
    case.actions["previous"].trigger()
    assert case.preset == "free"


def test_settings_are_saved_aside_and_then_taken_up(case: Case) -> None:
    case.controller.choose("free")
    case.panels.sampling.temperature.box.setValue(1.2)
    case.controller.save("My Own", "Hot", with_seed=True)
    assert case.preset == "free"
    seed = case.stand.player.seeds.seed
    case.stand.background.finish_all()
    saved = case.stand.player.preset
    assert saved is not None
    assert (saved.id, saved.temperature, saved.description, saved.seed) == ("my-own", 1.2, "Hot", seed)
    assert case.reported == [("Saved “My Own”", "info")]
    assert "my-own" in case.panels.browser.shown()


def test_a_name_that_is_taken_is_told_and_nothing_changes(case: Case) -> None:
    case.controller.choose("free")
    case.controller.save("Tune", "", with_seed=False)
    case.stand.background.finish_all()
    ((text, kind),) = case.reported
    assert kind == "error"
    assert "a factory preset has this name" in text
    assert case.preset == "free"
