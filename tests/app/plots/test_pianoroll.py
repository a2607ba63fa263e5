from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.look.colours import DARK, LIGHT, Theme
from app.plots.axis import TimeAxis, View
from app.plots.note_bars import Bars
from app.plots.pianoroll import PianoRoll

NOTES = np.array(
    [
        [0.0, 1.0, 60, 127, 0, 0],
        [2.0, 1.0, 72, 127, 0, 0],
        [1.5, 0.1, 38, 127, 0, 1],
        [3.0, 1.0, 66, 127, 9, 0],
    ],
    dtype=np.float32,
)


@pytest.fixture
def roll(qtbot: QtBot, dressed: QApplication) -> PianoRoll:
    axis = TimeAxis()
    axis.show(View(0.0, 4.0))
    roll = PianoRoll(axis)
    qtbot.addWidget(roll)
    roll.resize(400, 100)
    roll.setStyleSheet(f"background: {DARK.surface}")
    roll.show_notes(NOTES)
    roll.show()
    return roll


def coloured(roll: PianoRoll, colour: str, tolerance: int = 60) -> np.ndarray:
    """[height, width]: where the picture is about that colour."""
    image = roll.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = raw[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)
    wanted = QColor(colour)
    distance = np.abs(pixels - (wanted.red(), wanted.green(), wanted.blue())).sum(axis=2)
    return np.asarray(distance < tolerance)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_notes_lie_where_their_times_and_pitches_are(roll: PianoRoll, theme: Theme) -> None:
    roll.setStyleSheet(f"background: {theme.surface}")
    roll.set_theme(theme)
    rows, columns = np.nonzero(coloured(roll, theme.accent))
    low, high = columns < 100, columns >= 100  # 4 s in 400 points: the first note, then the third
    assert columns[low].max() == pytest.approx(98, abs=2)
    assert (columns[high].min(), columns[high].max()) == pytest.approx((200, 298), abs=2)
    assert rows[high].max() < rows[low].min()  # the higher note lies higher
    assert np.nonzero(coloured(roll, theme.second))[1].min() == pytest.approx(
        301, abs=2
    )  # another instrument


def test_drums_are_ticks_below_the_notes(roll: PianoRoll) -> None:
    ticks = coloured(roll, DARK.muted)
    rows, columns = np.nonzero(ticks)
    assert set(columns.tolist()) <= {149, 150, 151, 152}
    assert rows.min() > np.nonzero(coloured(roll, DARK.accent))[0].max()


def test_what_is_to_come_is_fainter_than_what_has_sounded(roll: PianoRoll) -> None:
    roll.show_time(1.75)
    columns = np.nonzero(coloured(roll, DARK.accent))[1]
    assert columns.max() < 100
    assert roll.playhead == pytest.approx(175)
    line = np.nonzero(coloured(roll, DARK.marked))[1]
    assert (line.min(), line.max()) == pytest.approx((175, 176), abs=1)


@pytest.mark.parametrize("seconds", [None, 4.5])
def test_where_nothing_plays_and_after_the_end_there_is_no_line_and_all_is_bright(
    roll: PianoRoll, seconds: float | None
) -> None:
    roll.show_time(1.0)
    roll.show_time(seconds)
    assert roll.playhead is None
    assert np.nonzero(coloured(roll, DARK.accent))[1].max() > 250
    assert not coloured(roll, DARK.marked).any()


def test_the_line_is_painted_only_where_it_moves_by_a_pixel(
    qtbot: QtBot, roll: PianoRoll, monkeypatch: pytest.MonkeyPatch
) -> None:
    roll.show_time(1.000)
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(roll, "update", lambda *area: asked.append(area))
    roll.show_time(1.004)
    assert asked == []
    roll.show_time(1.033)
    ((left, _, width, _),) = asked
    assert left <= 100
    assert left + width >= 105


def test_no_notes_are_an_empty_picture(roll: PianoRoll) -> None:
    roll.show_notes(NOTES[:0])
    assert not coloured(roll, DARK.accent).any()


def test_of_what_keys_play_only_what_is_held_is_drawn_for_every_frame(
    roll: PianoRoll, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = np.array([[0.25 * n, 0.2, 60 + n, 100, 0, 0] for n in range(10)], np.float32)
    roll.show_played(ended)
    assert np.nonzero(coloured(roll, DARK.marked, 110))[1].min() == pytest.approx(0, abs=2)
    drawn: list[int] = []
    paint = Bars.paint
    monkeypatch.setattr(
        Bars,
        "paint",
        lambda self, painter, notes, colours: (
            drawn.append(len(notes)),
            paint(self, painter, notes, colours),
        ),
    )
    for length in (0.1, 0.2, 0.3):
        roll.show_held(np.array([[3.0, length, 64, 100, 0, 0]], np.float32))
        columns = np.nonzero(coloured(roll, DARK.marked, 110))[1]
        assert columns.max() == pytest.approx(300 + 100 * length, abs=3)
    assert set(drawn) == {1}
    drawn.clear()
    roll.add_played(np.array([[3.0, 0.3, 64, 100, 0, 0]], np.float32))
    roll.show_held(ended[:0])
    assert np.nonzero(coloured(roll, DARK.marked, 110))[1].max() == pytest.approx(329, abs=3)
    assert sum(drawn) == 1  # into the picture that is kept
