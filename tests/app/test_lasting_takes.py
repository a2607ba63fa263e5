"""Takes outlast the window: what was made, named and starred is there at the next start, without a wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controller import Controller
from app.controllers.catalogue import Catalogue
from app.controllers.event_bridge import EventBridge
from app.instrument import Instrument
from app.opening import make_window
from app.settings import AppSettings
from engine.library.control_events import ControlEvent
from engine.library.take_folder import TakeFolder
from engine.library.take_journal import Record
from engine.library.take_writer import TakeWriter
from engine.stream.messages import Finished, Notice
from engine.stream.session import Session
from engine.stream.states import State
from tests.app.conftest import PLAY_MS, Studio
from tests.app.test_no_file_on_the_gui_thread import WATCH
from tests.engine.stream.fakes import FakeCards
from tests.takes import make_take


class Lasting(Studio):
    """A studio whose takes lie in a folder."""

    writer: TakeWriter

    def quit(self) -> None:
        self.window.close()
        self.writer.close()

    @property
    def names(self) -> list[str]:
        return [item.name for item in self.window.takes.items]


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    return tmp_path / "takes"


@pytest.fixture
def start(
    qtbot: QtBot, dressed: QApplication, catalogue: Catalogue, tmp_path: Path, takes: Path
) -> Iterator[Callable[[], Lasting]]:
    opened: list[Lasting] = []

    def make() -> Lasting:
        bridge = EventBridge()
        writer = TakeWriter(
            TakeFolder(takes),
            lambda take: bridge.post(Finished(take)),
            lambda text: bridge.post(Notice(text)),
        )
        session = Session(on_event=bridge.post, cards=FakeCards("Speakers, Fake"), writer=writer)
        actions, settings = Actions(), AppSettings(tmp_path / "window.json")
        window = make_window(actions, settings)
        controller = Controller(window, actions, Instrument(session, catalogue, bridge, writer), settings)
        qtbot.addWidget(window)
        studio = Lasting(window, actions, controller, session, tmp_path)
        studio.writer = writer
        opened.append(studio)
        controller.begin()
        return studio

    yield make
    for studio in opened:
        studio.quit()


def play(qtbot: QtBot, studio: Lasting, samples: int = 3000) -> None:
    count = len(studio.names)
    studio.press("play")
    qtbot.waitUntil(lambda: studio.session.status().played > samples, timeout=PLAY_MS)
    studio.press("stop")
    qtbot.waitUntil(lambda: len(studio.names) == count + 1, timeout=10_000)


def test_takes_are_there_again_with_names_stars_and_samples(
    qtbot: QtBot, start: Callable[[], Lasting]
) -> None:
    first = start()
    for _ in range(2):
        play(qtbot, first)
    newest = first.controller.store.takes[0]
    first.press("take_star")
    first.controller.store.rename(newest.id, "Keeper")
    codes = np.array(newest.codes)
    first.quit()
    second = start()
    qtbot.waitUntil(lambda: len(second.names) == 2, timeout=10_000)
    assert second.names == ["Keeper", "Calm Piano 1"]
    take = second.controller.store.takes[0]
    assert (take.id, take.starred) == (newest.id, True)
    np.testing.assert_array_equal(take.codes, codes)
    assert second.window.takes.items[0].heights.max() > 0.0


def test_a_take_of_before_is_played_and_deleted_without_a_file_read_here(
    qtbot: QtBot, start: Callable[[], Lasting], takes: Path
) -> None:
    first = start()
    play(qtbot, first)
    first.quit()
    WATCH.seen.clear()
    WATCH.on = True
    try:
        second = start()
        qtbot.waitUntil(lambda: len(second.names) == 1, timeout=10_000)
        second.controller.takes.selection.current = second.controller.store.takes[0].id
        second.controller.takes.show()
        second.press("take_play")
        qtbot.waitUntil(lambda: second.session.status().state is State.PLAYBACK, timeout=10_000)
        second.press("take_star")
        second.press("take_delete")
        second.press("undo")
        second.press("take_delete")
        qtbot.waitUntil(lambda: not second.controller.background.busy, timeout=10_000)
    finally:
        WATCH.on = False
    assert [seen for seen in WATCH.seen if str(takes) in seen] == []
    second.quit()
    assert [place.name for place in takes.iterdir() if place.is_dir()] == ["sessions"]


def test_the_window_says_what_it_recovered(qtbot: QtBot, start: Callable[[], Lasting], takes: Path) -> None:
    died = TakeWriter(TakeFolder(takes), print, print)
    recording = died.record(make_take(1))
    recording.put(Record(0, np.full(72 * 16_000, 7, np.uint8), 0, (ControlEvent(5, "temperature", 0.5),)))
    died.close()
    studio = start()
    qtbot.waitUntil(lambda: studio.names == ["Piano 1"], timeout=10_000)
    assert studio.window.messages.text.text() == "Recovered “Piano 1”, 1:12"
    assert " · recovered" in studio.window.takes.items[0].detail
