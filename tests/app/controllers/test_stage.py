"""What the stage shows while a take is made, and of takes that have ended, in a whole window."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.plots.wave import HEARD
from app.stage import SPECTRUM
from engine.stream.messages import Request
from tests.app.conftest import PLAY_MS, Studio


def play(qtbot: QtBot, studio: Studio, samples: int = 6_000) -> None:
    count = len(studio.controller.store.takes)
    studio.press("play")
    qtbot.waitUntil(lambda: studio.session.status().played > samples, timeout=PLAY_MS)
    qtbot.waitUntil(lambda: studio.controller.stage.playhead.seconds > 0.0, timeout=5_000)
    studio.press("stop")
    qtbot.waitUntil(lambda: len(studio.controller.store.takes) > count, timeout=5_000)
    qtbot.waitUntil(lambda: not studio.controller.background.busy, timeout=5_000)


def drawn_s(studio: Studio) -> float:
    """Seconds up to which the wave's picture shows a sound."""
    wave = studio.window.stage.wave
    assert wave.picture is not None
    columns = np.flatnonzero((wave.picture >= HEARD).any(axis=0))
    return wave.seconds_at(columns.max() / wave.scale_factor) if len(columns) else 0.0


def test_nothing_of_the_last_take_is_drawn_as_part_of_the_next(qtbot: QtBot, studio: Studio) -> None:
    play(qtbot, studio, 24_000)
    assert drawn_s(studio) > 1.0
    studio.press("play")
    qtbot.waitUntil(lambda: studio.controller.stage.running, timeout=PLAY_MS)
    ahead_s = studio.session.status().generated / 16_000
    assert drawn_s(studio) <= ahead_s + 0.1
    studio.press("stop")


def test_a_finished_take_is_drawn_whole_and_names_itself(qtbot: QtBot, studio: Studio) -> None:
    play(qtbot, studio)
    take = studio.controller.store.takes[0]
    stage = studio.window.stage
    assert stage.subject.text() == take.name
    assert stage.axis.duration_s == pytest.approx(take.seconds)
    qtbot.waitUntil(lambda: stage.spectrum.hint == "", timeout=5_000)
    assert drawn_s(studio) == pytest.approx(take.seconds, abs=0.05)


def test_the_distribution_does_not_look_live_while_a_take_is_replayed(qtbot: QtBot, studio: Studio) -> None:
    play(qtbot, studio)
    studio.press("take_play")
    qtbot.waitUntil(lambda: studio.session.status().state == "playback", timeout=5_000)
    qtbot.waitUntil(lambda: studio.window.stage.distribution.drawn is None, timeout=5_000)
    qtbot.waitUntil(lambda: studio.window.stage.entropy.text() == "", timeout=5_000)


def test_a_click_in_a_lane_plays_the_take_from_there(qtbot: QtBot, studio: Studio) -> None:
    play(qtbot, studio, 16_000)
    take = studio.controller.store.takes[0]
    wave = studio.window.stage.wave
    x = round(wave.axis.view.x(0.5, wave.width()))
    qtbot.mouseClick(wave, Qt.MouseButton.LeftButton, pos=QPoint(x, 20))
    playhead = studio.controller.stage.playhead
    assert playhead.take_id == take.id
    assert playhead.seconds == pytest.approx(0.5, abs=0.03)
    qtbot.waitUntil(lambda: studio.session.status().state == "playback", timeout=5_000)
    assert studio.session.status().played >= 7_000


def test_hearing_an_earlier_place_of_a_take_that_is_made_ends_it(qtbot: QtBot, studio: Studio) -> None:
    studio.press("play")
    qtbot.waitUntil(lambda: studio.session.status().played > 8_000, timeout=PLAY_MS)
    qtbot.waitUntil(lambda: studio.controller.stage.running, timeout=5_000)
    studio.window.stage.clicked.emit(0.1)
    qtbot.waitUntil(lambda: studio.session.status().state == "playback", timeout=10_000)
    assert studio.controller.player.take == studio.controller.store.takes[0]


def test_a_part_is_repeated_until_l_lets_it_go(qtbot: QtBot, studio: Studio) -> None:
    play(qtbot, studio, 16_000)
    studio.window.stage.ruler.looped.emit(0.2, 0.6)
    playhead = studio.controller.stage.playhead
    assert playhead.loop(16_000) == (3_200, 9_600)
    assert studio.actions["loop"].isChecked()
    studio.press("loop")
    assert playhead.loop(16_000) is None
    studio.press("loop")
    assert playhead.loop(16_000) == (3_200, 9_600)


def test_what_was_moved_stands_in_the_changes(qtbot: QtBot, studio: Studio) -> None:
    studio.controller.presets.choose("calm")
    studio.press("play")
    qtbot.waitUntil(lambda: studio.controller.stage.running, timeout=PLAY_MS)
    studio.window.sampling.temperature.box.setValue(1.2)
    assert [words for _, words in studio.window.stage.changes.marks] == ["temperature 1.20"]
    studio.press("stop")


def test_x_changes_between_two_takes_and_says_what_differs(qtbot: QtBot, studio: Studio) -> None:
    assert not studio.actions["compare"].isEnabled()
    for temperature in (0.8, 1.3):
        studio.window.sampling.temperature.box.setValue(temperature)
        play(qtbot, studio)
    second, first = studio.controller.store.takes
    for take, action in ((first, "mark_a"), (second, "mark_b")):
        studio.controller.takes.selection.current = take.id
        studio.controller.takes.show()
        studio.controller.compare.show()
        studio.press(action)
    assert [item.mark for item in studio.window.takes.items] == ["B", "A"]
    studio.press("compare")
    qtbot.waitUntil(lambda: studio.controller.player.take is not None, timeout=PLAY_MS)  # SciPy comes now
    before = studio.controller.player.take.id
    qtbot.waitUntil(lambda: studio.controller.stage.playhead.take_id == before, timeout=5_000)
    studio.press("compare")
    qtbot.waitUntil(lambda: studio.controller.player.take.id != before, timeout=PLAY_MS)
    assert "temperature 0.80 → 1.30" in studio.window.stage.difference.text()


def test_the_spectrum_is_drawn_while_the_take_is_made(qtbot: QtBot, studio: Studio) -> None:
    studio.window.stage.show_view(SPECTRUM)
    studio.press("play")
    qtbot.waitUntil(lambda: studio.session.status().played > 12_000, timeout=PLAY_MS)
    plot = studio.window.stage.spectrum
    qtbot.waitUntil(lambda: plot.picture is not None and bool(plot.picture.any()), timeout=5_000)
    assert plot.hint == ""
    picture = plot.picture
    assert picture is not None
    drawn = np.flatnonzero(picture.any(axis=0)) / plot.scale_factor
    assert plot.seconds_at(drawn.min()) < 0.4  # nearly the whole take, not only what came last
    assert plot.seconds_at(drawn.max()) <= studio.session.status().generated / 16_000 + 0.1
    studio.press("stop")


def test_a_take_that_went_back_shows_the_past_that_it_shares(qtbot: QtBot, studio: Studio) -> None:
    studio.press("play")
    qtbot.waitUntil(lambda: studio.session.status().played > 16_000 * 4, timeout=PLAY_MS)
    first = studio.session.status().request_id
    studio.press("rewind")
    qtbot.waitUntil(lambda: studio.session.status().request_id != first, timeout=PLAY_MS)
    qtbot.waitUntil(lambda: len(studio.controller.store.takes) == 1, timeout=5_000)
    qtbot.wait(200)
    wave = studio.window.stage.wave
    picture = wave.picture
    assert picture is not None
    columns = round(wave.axis.view.x(0.9, wave.width()) * wave.scale_factor)
    loud = (picture >= HEARD).sum(axis=0)[4:columns]
    assert np.count_nonzero(loud > 2) > 0.9 * len(loud)
    studio.press("stop")


def test_a_take_that_is_heard_is_got_ready_to_be_gone_on_with(
    qtbot: QtBot, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(qtbot, studio, 24_000)
    take = studio.controller.store.takes[0]
    ready: list[int] = []

    def prepare(request: Request) -> None:
        if request.origin is not None:
            ready.append(request.origin.sample)

    monkeypatch.setattr(studio.session, "prepare", prepare)
    studio.window.stage.clicked.emit(0.1)
    qtbot.waitUntil(lambda: studio.session.status().state == "playback", timeout=5_000)
    qtbot.waitUntil(lambda: len(ready) > 1 and ready[-1] == take.length, timeout=10_000)
    assert ready[0] == 1_600
    assert sorted(set(ready)) == ready
