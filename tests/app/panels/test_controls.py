"""Sampling, seed and speaker: the small panels at the right."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.panels.sampling import SamplingPanel
from app.panels.seed import SeedPanel
from app.panels.speaker import SpeakerPanel


@pytest.fixture
def seed(qtbot: QtBot, dressed: QApplication) -> SeedPanel:
    actions = Actions()
    panel = SeedPanel(actions["dice"], actions["lock"])
    actions.setParent(panel)
    qtbot.addWidget(panel)
    panel.show()
    panel.set_seed(42)
    return panel


def test_sampling_tells_what_generation_params_want(qtbot: QtBot, dressed: QApplication) -> None:
    panel = SamplingPanel()
    qtbot.addWidget(panel)
    panel.set_values(0.8, 0.95, 0)
    assert panel.values == (pytest.approx(0.8), pytest.approx(0.95), 0)
    assert panel.top_k.value == 256
    with qtbot.waitSignal(panel.changed, timeout=1_000):
        panel.top_k.box.setValue(40)
    assert panel.values[2] == 40


def test_absurd_values_are_clamped(qtbot: QtBot, dressed: QApplication) -> None:
    panel = SamplingPanel()
    qtbot.addWidget(panel)
    panel.temperature.box.setValue(99.0)
    panel.top_p.box.setValue(0.0)
    assert panel.values[0] == 2.0
    assert panel.values[1] > 0.0


def test_tips_say_what_low_and_high_do(qtbot: QtBot, dressed: QApplication) -> None:
    panel = SamplingPanel()
    qtbot.addWidget(panel)
    for row in (panel.temperature, panel.top_p, panel.top_k):
        assert "Low:" in row.slider.toolTip()


def test_a_typed_seed_is_taken_on_return(qtbot: QtBot, seed: SeedPanel) -> None:
    seed.field.setFocus()
    seed.field.selectAll()
    qtbot.keyClicks(seed.field, "1234")
    with qtbot.waitSignal(seed.typed, timeout=1_000):
        qtbot.keyClick(seed.field, Qt.Key.Key_Return)
    assert seed.seed == 1234


def test_half_typed_or_absurd_text_leaves_the_seed(qtbot: QtBot, seed: SeedPanel) -> None:
    for text in ("", "99999999999999999999"):
        seed.field.setFocus()
        seed.field.selectAll()
        qtbot.keyClick(seed.field, Qt.Key.Key_Delete)
        qtbot.keyClicks(seed.field, text)
        assert seed.field.property("wrong") is True
        qtbot.keyClick(seed.field, Qt.Key.Key_Return)
        assert seed.seed == 42
        assert seed.field.text() == "42"


def test_a_new_seed_does_not_disturb_text_being_typed(qtbot: QtBot, seed: SeedPanel) -> None:
    seed.activateWindow()
    seed.field.setFocus()
    qtbot.waitUntil(seed.field.hasFocus, timeout=2_000)
    seed.field.selectAll()
    qtbot.keyClicks(seed.field, "12")
    seed.set_seed(7)
    assert seed.field.text() == "12"
    assert seed.seed == 7


def test_letters_cannot_be_typed_into_the_seed(qtbot: QtBot, seed: SeedPanel) -> None:
    seed.field.selectAll()
    qtbot.keyClicks(seed.field, "1a2b")
    assert seed.field.text() == "12"


def test_a_speaker_is_chosen_and_anybody_is_none(qtbot: QtBot, dressed: QApplication) -> None:
    panel = SpeakerPanel()
    qtbot.addWidget(panel)
    panel.set_speakers(("slt", "rms"))
    heard: list[str | None] = []
    panel.changed.connect(heard.append)
    panel.buttons["rms"].click()
    panel.buttons[None].click()
    assert heard == ["rms", None]
    panel.set_speaker("slt")
    assert panel.speaker == "slt"
    panel.set_speaker("stranger")
    assert panel.speaker is None
