from __future__ import annotations

import threading

from pytestqt.qtbot import QtBot

from app.controllers.event_bridge import Background, EventBridge
from engine.errors import StudioError
from engine.stream.messages import Notice


def refuse() -> None:
    raise StudioError("the disk is full")


def test_an_event_from_another_thread_arrives_on_this_one(qtbot: QtBot) -> None:
    event_bridge = EventBridge()
    heard: list[tuple[object, threading.Thread]] = []
    event_bridge.listen(lambda event: heard.append((event, threading.current_thread())))
    thread = threading.Thread(target=event_bridge.post, args=(Notice("hello"),))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(heard) == 1, timeout=2_000)
    assert heard == [(Notice("hello"), threading.main_thread())]


def test_what_was_told_before_anybody_listened_comes_first(qtbot: QtBot) -> None:
    event_bridge = EventBridge()
    told: list[object] = []
    for text in ("first", "second"):
        event_bridge.post(Notice(text))
    event_bridge.listen(told.append)
    event_bridge.post(Notice("third"))
    assert told == []  # from the event loop, and not while somebody begins to listen
    qtbot.waitUntil(lambda: len(told) == 3, timeout=2_000)
    assert told == [Notice("first"), Notice("second"), Notice("third")]


def test_work_runs_aside_and_its_result_comes_back_here(qtbot: QtBot) -> None:
    background = Background()
    heard: list[tuple[object, threading.Thread]] = []
    background.run(
        threading.current_thread,
        lambda result: heard.append((result, threading.current_thread())),
        lambda why: None,
    )
    qtbot.waitUntil(lambda: len(heard) == 1, timeout=2_000)
    worker, here = heard[0]
    assert worker is not here
    assert here is threading.main_thread()
    background.close()


def test_failures_are_told_in_one_line(qtbot: QtBot) -> None:
    background = Background()
    failures: list[str] = []
    background.run(refuse, lambda result: None, failures.append)
    background.run(lambda: 1 / 0, lambda result: None, failures.append)
    qtbot.waitUntil(lambda: len(failures) == 2, timeout=2_000)
    assert "the disk is full" in failures
    assert any("ZeroDivisionError" in line for line in failures)
    background.close()


def test_close_waits_for_what_is_running() -> None:
    background = Background()
    done = threading.Event()
    background.run(lambda: done.wait(0.2) or done.set(), lambda result: None, lambda why: None)
    background.close()
    assert done.is_set()
    assert not background.busy


def test_once_closed_nothing_that_ends_is_told_and_nothing_is_begun(qtbot: QtBot) -> None:
    background, told, begun = Background(), [], []
    ended = threading.Event()
    background.run(ended.set, told.append, told.append)
    assert ended.wait(2.0)
    background.close()
    background.run(lambda: begun.append(1), told.append, told.append)
    qtbot.wait(50)
    assert told == []
    assert begun == []
    assert not background.busy


def test_a_closed_bridge_tells_nothing_not_even_what_was_on_its_way(qtbot: QtBot) -> None:
    event_bridge, told = EventBridge(), []
    event_bridge.listen(told.append)
    event_bridge.post(Notice("before"))
    event_bridge.close()
    event_bridge.post(Notice("after"))
    qtbot.wait(50)
    assert told == []
