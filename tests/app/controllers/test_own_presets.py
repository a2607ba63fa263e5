"""Stars and presets of one's own without a window: browser, player, a disk that answers when it may."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers.own_presets import OwnPresets
from app.dialogs.save import SavePresetDialog
from app.panels.browser import PresetBrowser
from app.settings import AppSettings
from engine.library.presets import Preset, read_preset
from tests.app.controllers.conftest import Stand


class Case:
    def __init__(self, qtbot: QtBot, stand: Stand, folder: Path) -> None:
        self.stand, self.actions, self.browser = stand, Actions(), PresetBrowser()
        qtbot.addWidget(self.browser)
        self.settings = AppSettings(folder / "window.json")
        self.browser.set_items(stand.catalogue.items())
        self.controller = OwnPresets(
            self.browser,
            self.actions,
            stand.player,
            stand.catalogue,
            self.settings,
            stand.background,  # type: ignore[arg-type]
        )
        self.reported: list[str] = []
        self.controller.reported.connect(lambda text, kind: self.reported.append(f"{kind}: {text}"))

    def save(self, name: str = "Mine") -> Preset:
        """A preset of one's own, which is then in use."""
        saved = self.stand.catalogue.save(Preset(id="x", name=name, category="user", model="band"))
        self.browser.set_items(self.stand.catalogue.items())
        self.stand.choose(saved.id)
        return saved

    @property
    def shown(self) -> list[str]:
        self.browser.starred_only.setChecked(False)
        self.browser.categories.buttons["user"].click()
        return self.browser.shown()

    @property
    def starred(self) -> list[str]:
        self.browser.categories.buttons[""].click()
        self.browser.starred_only.setChecked(True)
        return self.browser.shown()


@pytest.fixture
def case(qtbot: QtBot, dressed: QApplication, stand: Stand, tmp_path: Path) -> Case:
    return Case(qtbot, stand, tmp_path)


def test_a_star_is_set_by_the_row_or_the_action_and_remembered(case: Case) -> None:
    case.browser.star_asked.emit("tune")
    case.stand.choose("free")
    assert not case.actions["preset_star"].isChecked()
    case.actions["preset_star"].trigger()
    assert case.starred == ["free", "tune"]
    assert case.settings.stars == {"free", "tune"}
    case.actions["preset_star"].trigger()
    assert case.starred == ["tune"]
    case.stand.choose("tune")
    assert case.actions["preset_star"].isChecked()


def test_what_came_with_the_program_can_be_starred_and_written_but_not_changed(case: Case) -> None:
    case.stand.choose("free")
    for name in ("preset_rename", "preset_delete"):
        assert not case.actions[name].isEnabled()
        assert "save it under another name to change it" in case.actions[name].toolTip()
    assert case.actions["preset_export"].isEnabled()
    case.save()
    assert case.actions["preset_delete"].isEnabled()


def test_a_renamed_preset_stays_in_use_with_its_star_and_moved_controls(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.controller.toggle_star(case.save().id)
    case.stand.player.set_sampling(0.5, 1.0, 0)

    def answer(dialog: SavePresetDialog) -> int:
        assert dialog.windowTitle() == "Rename preset"
        assert not dialog.with_seed.isVisibleTo(dialog)
        dialog.name.setText("Yours")
        return int(SavePresetDialog.DialogCode.Accepted)

    monkeypatch.setattr(SavePresetDialog, "exec", answer)
    case.actions["preset_rename"].trigger()
    case.stand.background.finish()
    player = case.stand.player
    assert player.preset is not None
    assert (player.preset.id, player.preset.name, player.params.temperature) == ("yours", "Yours", 0.5)
    assert (case.shown, case.starred) == (["yours"], ["yours"])


def test_a_deleted_preset_goes_from_list_and_disk_and_comes_back(case: Case, tmp_path: Path) -> None:
    saved = case.save()
    gone: list[Preset] = []
    case.controller.deleted.connect(gone.append)
    case.actions["preset_delete"].trigger()
    case.stand.background.finish()
    assert (case.shown, gone) == ([], [saved])
    assert not (tmp_path / "mine" / "mine.toml").exists()
    case.controller.restore(saved)
    case.stand.background.finish()
    assert case.shown == ["mine"]
    assert (tmp_path / "mine" / "mine.toml").exists()


def test_what_follows_at_once_waits_for_what_is_on_its_way(case: Case) -> None:
    saved = case.save()
    case.controller.delete(saved)
    case.controller.restore(saved)
    case.controller.delete_again(saved)
    for shown in ([], ["mine"], []):
        (_,) = case.stand.background.waiting
        case.stand.background.finish()
        assert case.shown == shown


def test_a_preset_that_is_written_is_taken_in_elsewhere(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.stand.choose("free")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "given"), ""))
    case.actions["preset_export"].trigger()
    case.stand.background.finish()
    assert read_preset(tmp_path / "given.toml", factory=False).temperature == 0.7
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "given.toml"), ""))
    case.actions["preset_import"].trigger()
    case.stand.background.finish_all()
    assert case.shown == ["free-2"]
    assert case.stand.player.preset is not None
    assert case.stand.player.preset.id == "free-2"
    assert case.reported[-1] == "info: “Free 2” is now one of your presets"


def test_a_dropped_file_that_is_no_preset_is_told_in_one_line(case: Case, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("temperature = 3")
    case.controller.dropped(str(tmp_path / "bad.toml"))
    case.stand.background.finish()
    (text,) = case.reported
    assert text.startswith(f"error: {tmp_path / 'bad.toml'}: ")
    assert case.shown == []


def test_a_dropped_preset_whose_model_is_missing_says_so(case: Case, tmp_path: Path) -> None:
    (tmp_path / "far.toml").write_text('name = "Far"\ncategory = "genre"\nmodel = "nowhere"\n')
    case.controller.dropped(str(tmp_path / "far.toml"))
    case.stand.background.finish_all()
    assert case.reported[0].startswith("warning: “Far” is now one of your presets; ")
    assert "'nowhere' is not installed" in case.reported[0]
