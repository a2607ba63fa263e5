"""Drawn piano keys: where they lie, what a press plays, what they say to a screen reader."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from app.widgets.piano import PianoKeys, name_of


@pytest.fixture
def piano(qtbot: QtBot) -> PianoKeys:
    """Two octaves, 15 white keys of 20 points."""
    piano = PianoKeys(48, 72)
    qtbot.addWidget(piano)
    piano.resize(300, 100)
    return piano


@pytest.mark.parametrize(("pitch", "name"), [(60, "C4"), (61, "C♯4"), (21, "A0"), (108, "C8")])
def test_a_key_is_named_as_musicians_do(pitch: int, name: str) -> None:
    assert name_of(pitch) == name


@pytest.mark.parametrize(
    ("x", "y", "pitch"), [(10, 90, 48), (30, 90, 50), (20, 10, 49), (59, 10, 52), (61, 90, 53), (290, 90, 72)]
)
def test_keys_lie_as_on_a_piano(piano: PianoKeys, x: int, y: int, pitch: int) -> None:
    assert piano.key_at(QPointF(x, y)) == pitch


def test_every_key_is_hit_where_it_lies(piano: PianoKeys) -> None:
    for pitch in range(48, 73):
        place = piano.place_of(pitch)
        assert piano.key_at(QPointF(place.center().x(), place.bottom() - 1)) == pitch


def test_a_press_plays_the_louder_the_lower_and_a_glide_goes_from_key_to_key(
    qtbot: QtBot, piano: PianoKeys
) -> None:
    pressed: list[tuple[int, int]] = []
    released: list[int] = []
    piano.pressed.connect(lambda pitch, velocity: pressed.append((pitch, velocity)))
    piano.released.connect(released.append)
    qtbot.mousePress(piano, Qt.MouseButton.LeftButton, pos=QPoint(8, 5))
    qtbot.mouseMove(piano, QPoint(28, 95))
    qtbot.mouseMove(piano, QPoint(29, 96))
    qtbot.mouseRelease(piano, Qt.MouseButton.LeftButton, pos=QPoint(29, 96))
    assert [pitch for pitch, _ in pressed] == [48, 50]
    assert pressed[0][1] < 40 < 115 < pressed[1][1] <= 127
    assert released == [48, 50]


def test_what_is_held_is_said(piano: PianoKeys) -> None:
    assert piano.accessibleDescription() == "Nothing is held"
    piano.show_held({64, 60})
    assert piano.accessibleDescription() == "Held: C4, E4"
