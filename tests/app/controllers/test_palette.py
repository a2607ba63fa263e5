"""The palette without a window: what it offers, and what comes of a choice."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.action_table import SPECS
from app.actions import Actions
from app.controllers.palette import PaletteController
from app.dialogs.palette import PaletteDialog
from app.panels.takes import TakePanel
from app.settings import AppSettings
from app.widgets.palette_row import PaletteEntry
from engine.library.take_store import TakeStore
from tests.app.controllers.conftest import Stand
from tests.takes import make_take


class Case:
    def __init__(self, qtbot: QtBot, stand: Stand, folder: Path) -> None:
        self.actions, self.store = Actions(), TakeStore()
        self.store.add(make_take(1))
        panel = TakePanel(self.actions)
        qtbot.addWidget(panel)
        self.played: list[str] = []
        self.chosen: list[str] = []
        panel.play_asked.connect(self.played.append)
        self.controller = PaletteController(
            panel,
            self.actions,
            stand.catalogue,
            SimpleNamespace(choose=self.chosen.append),  # type: ignore[arg-type]
            SimpleNamespace(store=self.store),  # type: ignore[arg-type]
            AppSettings(folder / "window.json"),
        )

    def entry(self, text: str, kind: str) -> PaletteEntry:
        (found,) = [e for e in self.controller.entries() if (e.text, e.kind) == (text, kind)]
        return found


@pytest.fixture
def case(qtbot: QtBot, dressed: QApplication, stand: Stand, tmp_path: Path) -> Case:
    return Case(qtbot, stand, tmp_path)


def test_every_action_but_itself_is_offered_with_its_keys_and_the_reason_where_it_is_disabled(
    case: Case,
) -> None:
    case.actions.allow("pause", "Nothing is playing")
    entries = case.controller.entries()
    texts = [entry.text for entry in entries]
    assert all(spec.text.replace("&", "") in texts for spec in SPECS if spec.id != "palette")
    pause = next(entry for entry in entries if entry.text == "Pause")
    assert (pause.keys, pause.why_not, pause.kind) == ("P", "Nothing is playing", "Play")
    assert "Find a command …" not in texts


def test_presets_are_chosen_and_takes_played(case: Case) -> None:
    case.entry("Tune", "Preset").act()
    case.entry("Piano 1", "Take").act()
    assert (case.chosen, case.played) == (["tune"], ["1"])
    assert "'missing' is not installed" in case.entry("Lost", "Preset").why_not


def test_what_is_chosen_is_done_once_the_palette_is_closed(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[bool] = []
    case.actions["mute"].toggled.connect(done.append)

    def choose(dialog: PaletteDialog) -> int:
        dialog.field.setText("mute")
        dialog.field.returnPressed.emit()
        assert done == []
        return dialog.result()

    monkeypatch.setattr(PaletteDialog, "exec", choose)
    case.actions["palette"].trigger()
    assert done == [True]
