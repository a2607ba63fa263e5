"""Takes dragged out: files that are ready when the drag begins."""

from __future__ import annotations

import dataclasses
import os
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers.drag_out import DragOut
from app.panels.takes import TakePanel
from app.widgets.take_row import TakeItem, places_of
from engine.library.take_store import TakeStore
from tests.app.controllers.fakes import HeldBackground
from tests.takes import make_take


class Case:
    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot, self.folder, self.background, self.store = qtbot, folder, HeldBackground(), TakeStore()
        actions = Actions()
        self.panel = TakePanel(actions)
        actions.setParent(self.panel)
        qtbot.addWidget(self.panel)
        self.panel.resize(600, 250)
        self.panel.show()
        self.store.add(make_take(1))
        self.show()
        self.drag_out = DragOut(self.panel, self.store, folder, self.background)  # type: ignore[arg-type]
        self.refused: list[str] = []
        self.drag_out.refused.connect(self.refused.append)

    def show(self) -> None:
        self.panel.set_items([TakeItem(t.id, t.name, "", "0:00") for t in self.store.takes], "1")

    def press(self) -> QPoint:
        place = places_of(self.panel.list.visualRect(self.panel.list.model().index(0, 0)))["text"].center()
        self.qtbot.mousePress(self.panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        return place


@pytest.fixture
def case(qtbot: QtBot, dressed: QApplication, tmp_path: Path) -> Case:
    return Case(qtbot, tmp_path / "dragged")


@pytest.fixture
def dragged(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files of the drags that began."""
    begun: list[Path] = []

    def begin(drag: QDrag, *_: object) -> Qt.DropAction:
        begun.extend(Path(url.toLocalFile()) for url in drag.mimeData().urls())
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", begin)
    return begun


def test_a_press_has_the_file_written_aside_and_a_drag_carries_it(case: Case, dragged: list[Path]) -> None:
    case.press()
    assert dragged == []
    case.background.finish()
    case.panel.list.startDrag(Qt.DropAction.CopyAction)
    assert [path.name for path in dragged] == ["Piano 1.wav"]
    assert soundfile.info(dragged[0]).frames == len(case.store.takes[0].codes)


def test_the_mouse_drags_a_row(case: Case, dragged: list[Path]) -> None:
    place = case.press()
    case.background.finish()
    view = case.panel.list.viewport()
    for step in (8, 16, 40):
        case.qtbot.mouseMove(view, place + QPoint(step, step // 4))
        QApplication.processEvents()
    case.qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=place)
    assert [path.name for path in dragged] == ["Piano 1.wav"]


def test_a_long_take_is_not_written_before_it_is_dragged(
    case: Case, dragged: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    long = dataclasses.replace(make_take(2), codes=np.full(61 * 16_000, 128, np.uint8))
    case.store.remove("1")
    case.store.add(long)
    case.panel.set_items([TakeItem("2", "Piano 2", "", "1:01")], "2")
    case.press()
    assert case.background.waiting == []
    case.panel.list.startDrag(Qt.DropAction.CopyAction)
    monkeypatch.setattr(QApplication, "mouseButtons", lambda: Qt.MouseButton.LeftButton)
    case.background.finish()
    assert [soundfile.info(path).frames for path in dragged] == [61 * 16_000]


def test_a_drag_before_the_file_is_there_waits_for_it_while_the_button_is_down(
    case: Case, dragged: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    case.press()
    case.panel.list.startDrag(Qt.DropAction.CopyAction)
    monkeypatch.setattr(QApplication, "mouseButtons", lambda: Qt.MouseButton.LeftButton)
    case.background.finish()
    assert [path.name for path in dragged] == ["Piano 1.wav"]


def test_a_drag_whose_button_was_let_go_meanwhile_does_not_begin(
    case: Case, dragged: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    case.press()
    case.panel.list.startDrag(Qt.DropAction.CopyAction)
    monkeypatch.setattr(QApplication, "mouseButtons", lambda: Qt.MouseButton.NoButton)
    case.background.finish()
    assert dragged == []


def test_a_take_is_written_once_until_it_has_another_name(case: Case, dragged: list[Path]) -> None:
    case.press()
    case.background.finish()
    case.press()
    assert case.background.waiting == []
    case.store.rename("1", "Keeper")
    case.show()
    case.press()
    case.background.finish()
    case.panel.list.startDrag(Qt.DropAction.CopyAction)
    assert [path.name for path in dragged] == ["Keeper.wav"]


def test_a_file_that_cannot_be_written_is_told(case: Case, dragged: list[Path]) -> None:
    case.folder.write_bytes(b"in the way")
    case.press()
    case.background.finish()
    assert case.refused[0].startswith("Cannot be dragged: ")
    assert dragged == []


def test_files_of_long_ago_go_and_those_of_lately_stay(case: Case) -> None:
    for name, days in (("old", 8), ("new", 6)):
        (case.folder / name).mkdir(parents=True)
        then = time.time() - days * 24 * 3600
        os.utime(case.folder / name, (then, then))
    case.press()
    case.background.finish()
    assert sorted(path.name for path in case.folder.iterdir()) == ["1", "new"]


def test_a_take_that_was_deleted_meanwhile_is_not_dragged(case: Case, dragged: list[Path]) -> None:
    case.store.remove("1")
    case.press()
    case.panel.list.startDrag(Qt.DropAction.CopyAction)
    assert (case.background.waiting, dragged) == ([], [])
