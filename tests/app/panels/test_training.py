from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.panels.sounds import SoundsPanel
from app.panels.teaching import TeachingPanel
from app.panels.training import TrainingPanel


@pytest.fixture
def training(qtbot: QtBot, dressed: QApplication) -> TrainingPanel:
    panel = TrainingPanel(Actions())
    qtbot.addWidget(panel)
    panel.show()
    return panel


def test_without_a_job_there_is_nothing_to_press(training: TrainingPanel) -> None:
    assert training.text.text() == "Nothing is being trained."
    assert not any(button.isVisible() for button in training.buttons.values())


def test_what_ended_can_be_played_and_what_runs_be_stopped(training: TrainingPanel) -> None:
    training.show_job("It learns: 50%", 0.5, ("train_pause", "train_stop", "train_discard"))
    assert training.bar.value() == 500
    assert training.buttons["train_stop"].isVisible()
    assert not training.buttons["train_play"].isVisible()
    training.show_job("It is finished", 1.0, ("train_play", "train_discard"))
    assert not training.buttons["train_pause"].isVisible()
    assert training.buttons["train_play"].isVisible()


def test_a_clip_is_asked_for_by_its_button_and_the_latest_eight_are_kept(training: TrainingPanel) -> None:
    heard: list[Path] = []
    training.listened.connect(heard.append)
    training.show_clips([(Path(f"/{n}.wav"), f"after {n} min") for n in range(12)])
    assert [button.text() for button in training._clip_buttons] == [f"after {n} min" for n in range(4, 12)]
    training._clip_buttons[-1].click()
    assert heard == [Path("/11.wav")]


def test_files_and_folders_that_are_dropped_are_told(qtbot: QtBot, dressed: QApplication) -> None:
    panel = SoundsPanel(Actions())
    qtbot.addWidget(panel)
    dropped: list[list[Path]] = []
    panel.dropped.connect(dropped.append)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/sounds"), QUrl.fromLocalFile("/a.wav"), QUrl("https://x.org/b.wav")])
    none = Qt.KeyboardModifier.NoModifier
    panel.dropEvent(
        QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none)
    )
    assert dropped == [[Path("/sounds"), Path("/a.wav")]]


def test_the_time_and_the_model_are_told_as_values(qtbot: QtBot, dressed: QApplication) -> None:
    panel = TeachingPanel(Actions())
    qtbot.addWidget(panel)
    changes: list[None] = []
    panel.changed.connect(lambda: changes.append(None))
    panel.set_bases([("music", "music: a tag more"), ("", "nothing")])
    assert (panel.model, panel.seconds, panel.kind.value) == ("music", 1800.0, "tag")
    panel.base.setCurrentIndex(1)
    panel.base.activated.emit(1)
    assert panel.model == ""
    panel.kind.buttons["speaker"].click()
    assert panel.kind.value == "speaker"
    assert len(changes) == 2
