from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.controllers.replay_check import may_differ
from engine.library.presets import Preset
from engine.library.takes import Take
from engine.stream.messages import Ready
from tests.app.conftest import PLAY_MS, Studio
from tests.models import save_tiny_model

TAKE = Take(
    id="a",
    name="A",
    created="2026-01-01T00:00:00+00:00",
    preset=Preset(id="p", name="P", category="user", model="tones"),
    seed=1,
    engine="cpu",
    kernel_version="2-int8",
    model="tones",
    model_hash="00ff",
    sample_rate=16_000,
    codes=np.zeros(16, np.uint8),
)
SAME = Ready("tones", "00ff", "cpu", "2-int8")


def test_what_made_a_take_makes_it_again() -> None:
    assert may_differ(TAKE, SAME) == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model_hash": "1234"}, ["model tones has changed"]),
        ({"engine": "reference", "kernel_version": "1"}, ["engine cpu, not reference"]),
        ({"kernel_version": "3-int8"}, ["version 2-int8 of engine cpu, not 3-int8"]),
        ({"model_hash": "1234", "kernel_version": "3"}, ["model tones has changed", "version 2-int8"]),
    ],
)
def test_each_difference_is_named(change: dict[str, str], words: list[str]) -> None:
    said = may_differ(TAKE, dataclasses.replace(SAME, **change))
    assert said.startswith("A replay may differ: ")
    assert [word for word in words if word not in said] == []


def test_a_model_file_that_changed_is_seen_in_the_list_of_takes(qtbot: QtBot, studio: Studio) -> None:
    studio.controller.presets.choose("rush")
    studio.press("play")
    qtbot.waitUntil(lambda: studio.session.status().played > 1_000, timeout=PLAY_MS)
    studio.press("stop")
    panel = studio.window.takes
    qtbot.waitUntil(lambda: len(panel.items) == 1, timeout=PLAY_MS)
    assert panel.items[0].warning == ""
    before = studio.controller.store.takes[0]
    save_tiny_model(studio.folder / "models" / "tones.safetensors", "tones", seed=5, speakers=())
    studio.press("play")
    qtbot.waitUntil(lambda: "model tones has changed" in panel.items[0].warning, timeout=PLAY_MS)
    qtbot.waitUntil(lambda: studio.session.status().played > 1_000, timeout=PLAY_MS)
    studio.press("stop")
    qtbot.waitUntil(lambda: len(panel.items) == 2, timeout=PLAY_MS)
    assert panel.items[0].warning == ""
    assert before.settings()["model_hash"] == before.model_hash
    studio.controller.takes.selection.current = before.id
    studio.press("take_apply")
    assert "a replay may differ" in studio.window.messages.text.text()
