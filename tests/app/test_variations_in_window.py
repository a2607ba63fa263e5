"""Variations in a whole window: made while something plays, chosen with the arrow keys, made again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.dialogs.variations import VariationChoice, VariationDialog
from engine.library.making_again import make_again
from engine.library.takes import Take
from engine.stream.states import State
from tests.app.conftest import PLAY_MS, Studio

FOUR = VariationChoice(4, 1)


def make(qtbot: QtBot, studio: Studio, choice: VariationChoice = FOUR) -> list[Take]:
    before = len(studio.controller.store.takes)
    studio.controller.variations.make(choice)
    assert not studio.window.takes.progress.isHidden()
    qtbot.waitUntil(lambda: len(studio.controller.store.takes) == before + choice.count, timeout=PLAY_MS)
    assert studio.window.takes.progress.isHidden()
    return list(studio.controller.store.takes[: choice.count])


def playing(studio: Studio) -> str:
    player = studio.controller.player
    return player.take.id if player.take and player.state is State.PLAYBACK else ""


def wait_for(qtbot: QtBot, studio: Studio, take: Take, seconds: float = 0.0) -> None:
    """Until it sounds at a place."""
    qtbot.waitUntil(
        lambda: playing(studio) == take.id and studio.session.status().played >= seconds * 16_000,
        timeout=20_000,
    )


def press(qtbot: QtBot, studio: Studio, key: Qt.Key) -> None:
    qtbot.keyClick(studio.window.takes.list, key)


def test_they_come_as_a_group_in_order_with_seeds_of_their_own_and_can_be_made_again(
    qtbot: QtBot, studio: Studio
) -> None:
    takes = make(qtbot, studio)
    assert [take.name for take in takes] == [f"{takes[0].preset.name} {n}" for n in (4, 3, 2, 1)]
    assert len({take.seed for take in takes}) == 4
    items = studio.window.takes.items
    assert [(item.number, item.together) for item in items] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [item.id for item in items] == [take.id for take in takes]
    for take in takes:
        assert take.length == 16_000
        assert make_again(take, studio.controller.catalogue.loader(take.preset)()) is None


def test_what_plays_goes_on_while_they_are_made(qtbot: QtBot, studio: Studio) -> None:
    studio.press("play")
    qtbot.waitUntil(lambda: studio.session.status().played > 0, timeout=PLAY_MS)
    request = studio.session.status().request_id
    make(qtbot, studio)
    status = studio.session.status()
    assert (status.request_id, status.state) == (request, State.PLAYING)


def test_the_arrow_keys_hear_the_next_one_at_the_same_place(qtbot: QtBot, studio: Studio) -> None:
    first, second, *_ = make(qtbot, studio, VariationChoice(3, 20))
    studio.controller.variations.listen()
    wait_for(qtbot, studio, first)
    studio.controller.stage.play_from(first, 5.0)
    wait_for(qtbot, studio, first, 5.0)
    press(qtbot, studio, Qt.Key.Key_Down)
    wait_for(qtbot, studio, second, 5.0)
    assert studio.session.status().played < 9 * 16_000
    press(qtbot, studio, Qt.Key.Key_Up)
    wait_for(qtbot, studio, first, 5.0)


def test_return_keeps_and_delete_drops_and_hears_the_next_one(qtbot: QtBot, studio: Studio) -> None:
    first, second, *_ = make(qtbot, studio, VariationChoice(3, 20))
    studio.controller.variations.listen()
    press(qtbot, studio, Qt.Key.Key_Return)
    press(qtbot, studio, Qt.Key.Key_Return)
    found = studio.controller.store.find(first.id)
    assert found is not None
    assert found.starred
    wait_for(qtbot, studio, first)
    studio.controller.stage.play_from(first, 5.0)
    wait_for(qtbot, studio, first, 5.0)
    press(qtbot, studio, Qt.Key.Key_Delete)
    assert studio.controller.store.find(first.id) is None
    wait_for(qtbot, studio, second, 5.0)


def test_a_take_alone_is_only_selected_by_the_arrow_keys(qtbot: QtBot, studio: Studio) -> None:
    takes = make(qtbot, studio, VariationChoice(2, 20))
    make(qtbot, studio, VariationChoice(2, 20))
    studio.controller.takes.play(takes[0].id)
    wait_for(qtbot, studio, takes[0])
    press(qtbot, studio, Qt.Key.Key_Up)  # the last of the other group
    assert studio.controller.takes.selection.current != takes[0].id
    assert playing(studio) == takes[0].id


def test_other_futures_of_a_take_begin_at_the_playhead(qtbot: QtBot, studio: Studio) -> None:
    parent = make(qtbot, studio, VariationChoice(2, 1))[0]
    studio.controller.stage.show_take(parent)
    studio.controller.stage.playhead.place(parent.id, 0.5)
    futures = make(qtbot, studio, VariationChoice(3, 1, from_playhead=True))
    for take in futures:
        assert (take.parent, take.parent_sample, take.length) == (parent.id, 8_000, 24_000)
        np.testing.assert_array_equal(take.codes[:8_000], parent.codes[:8_000])
        assert make_again(take, studio.controller.catalogue.loader(take.preset)()) is None
    items = {item.id: item for item in studio.window.takes.items}
    assert [items[take.id].depth for take in futures] == [1, 1, 1]
    assert items[futures[0].id].detail.startswith(f"1 of 3 · from 0:00 of {parent.name}")


def test_cancelled_ones_leave_nothing_behind(qtbot: QtBot, studio: Studio) -> None:
    assert not studio.actions["cancel_making"].isEnabled()
    studio.controller.variations.make(VariationChoice(16, 300))
    assert "cancel that first" in studio.actions["variations"].toolTip()
    studio.press("cancel_making")
    qtbot.waitUntil(lambda: not studio.controller.background.busy, timeout=PLAY_MS)
    qtbot.waitUntil(lambda: studio.actions["variations"].isEnabled(), timeout=20_000)
    assert studio.controller.store.takes == ()
    assert "none was kept" in studio.window.messages.text.text()


def test_closing_the_window_ends_the_making(qtbot: QtBot, studio: Studio) -> None:
    studio.controller.variations.make(VariationChoice(16, 300))
    studio.window.close()
    assert not studio.controller.background.busy


def test_a_preset_that_cannot_be_played_says_why(qtbot: QtBot, studio: Studio) -> None:
    studio.controller.player.choose(studio.controller.catalogue.find("lost"))
    studio.controller.variations.make(FOUR)
    assert "missing" in studio.window.messages.text.text()
    assert studio.actions["variations"].isEnabled()


@pytest.mark.parametrize("place", ["", "“Guitar 3”, on from 0:12"])
def test_the_dialog_offers_the_playhead_only_where_it_stands_in_a_take(
    qtbot: QtBot, studio: Studio, place: str, tmp_path: Path
) -> None:
    dialog = VariationDialog("“Guitar”, from its beginning", place, VariationChoice(), studio.window)
    qtbot.addWidget(dialog)
    assert dialog.from_playhead.isHidden() is not bool(place)
    dialog.count.setValue(99)
    assert dialog.make.text() == "Make 16"
    assert dialog.choice == VariationChoice(16, 10, bool(place))
