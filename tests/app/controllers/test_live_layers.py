"""Layers of what plays, in a whole window: drawn as they come, muted by a click, replayed with the take."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.controllers.live_layers import NO_LAYERS
from app.stage import LAYERS, ODDS
from engine.generation.backends import select_kernel
from engine.library.replay import replay
from tests.app.conftest import PLAY_MS, Studio


def test_layers_are_drawn_while_a_take_is_made_and_a_click_mutes_one(qtbot: QtBot, studio: Studio) -> None:
    stage, controller = studio.window.stage, studio.controller
    stage.show_view(LAYERS)
    assert (stage.view_lane.heading.text(), stage.view_lane.accessibleName()) == ("LAYERS", "Layers")
    assert stage.layers.hint == NO_LAYERS
    studio.press("play")
    qtbot.waitUntil(lambda: stage.layers.hint == "", timeout=PLAY_MS)
    assert studio.session.layers.on
    count = len(stage.layers._dilations)
    at = QPoint(stage.layers.width() // 2, round(stage.layers.height() * (1 - 1.5 / count)))
    qtbot.mouseClick(stage.layers, Qt.MouseButton.LeftButton, pos=at)
    assert controller.player.params.muted == (1,)
    assert stage.layers.muted == {1}
    assert [words for _, words in stage.changes.marks] == ["− layer 1"]
    after = studio.session.status().generated + 4_000
    qtbot.waitUntil(lambda: studio.session.status().generated > after, timeout=PLAY_MS)
    qtbot.mouseClick(stage.layers, Qt.MouseButton.LeftButton, pos=at)
    assert controller.player.params.muted == ()
    after = studio.session.status().generated + 4_000
    qtbot.waitUntil(lambda: studio.session.status().generated > after, timeout=PLAY_MS)
    studio.press("stop")
    qtbot.waitUntil(lambda: len(controller.store.takes) == 1, timeout=5_000)
    take = controller.store.takes[0]
    assert [(event.parameter, event.value) for event in take.events] == [("layers.1", 0), ("layers.1", 1)]
    model = controller.catalogue.loader(take.preset)()
    np.testing.assert_array_equal(replay(take, select_kernel(model, "cpu")), take.codes)


def test_nothing_is_copied_while_another_picture_is_seen(qtbot: QtBot, studio: Studio) -> None:
    studio.window.stage.show_view(ODDS)
    studio.press("play")
    qtbot.waitUntil(lambda: studio.session.status().played > 6_000, timeout=PLAY_MS)
    assert not studio.session.layers.on
    assert studio.session.layers.take() == []
    studio.press("stop")


def test_a_preset_brings_all_layers_back(qtbot: QtBot, studio: Studio) -> None:
    studio.window.stage.layers.toggled.emit(2)
    assert studio.controller.player.params.muted == (2,)
    studio.controller.player.reset()
    assert studio.window.stage.layers.muted == frozenset()


def test_a_layer_is_on_off_or_without_its_skip_and_never_two_of_them(studio: Studio) -> None:
    layers, player = studio.window.stage.layers, studio.controller.player
    layers.skip_toggled.emit(2)
    assert (player.params.muted, player.params.unskipped) == ((), (2,))
    assert layers.unskipped == {2}
    layers.toggled.emit(2)
    assert (player.params.muted, player.params.unskipped) == ((2,), ())
    layers.skip_toggled.emit(2)
    assert (player.params.muted, player.params.unskipped) == ((), (2,))
    layers.skip_toggled.emit(2)
    assert (player.params.muted, player.params.unskipped) == ((), ())


def test_frequencies_are_measured_once_the_layers_are_seen(qtbot: QtBot, studio: Studio) -> None:
    stage = studio.window.stage
    assert not stage.layer_bands.shown
    stage.show_view(LAYERS)
    qtbot.waitUntil(lambda: stage.layer_bands.shown, timeout=PLAY_MS)
    assert stage.layer_bands.isVisible()
    assert stage.layer_bands.hint == ""
    assert stage.layer_bands.geometry().right() == stage.layers.rect().right()
    config = studio.controller.catalogue.config(studio.controller.player.preset)
    assert stage.layers._dilations == config.dilations


def test_a_take_says_what_the_moment_at_the_playhead_was_made_of(qtbot: QtBot, studio: Studio) -> None:
    stage, controller = studio.window.stage, studio.controller
    stage.show_view(LAYERS)
    studio.press("play")
    qtbot.waitUntil(lambda: studio.session.status().played > 6_000, timeout=PLAY_MS)
    assert stage.wave.reach is None
    studio.press("stop")
    qtbot.waitUntil(lambda: len(controller.store.takes) == 1, timeout=5_000)
    take = controller.store.takes[0]
    controller.stage.playhead.place(take.id, 0.25)
    qtbot.waitUntil(lambda: stage.wave.reach is not None, timeout=PLAY_MS)
    reach = stage.wave.reach
    config = controller.catalogue.config(take.preset)
    assert (reach.at_s, len(reach.sizes)) == (0.25, min(config.receptive_field, 4_000))
    stage.show_view(ODDS)
    assert stage.wave.reach is None
