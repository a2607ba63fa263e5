from __future__ import annotations

import os
import sys
import threading

import pytest

from engine.stream import priority
from engine.stream.priority import ask_for_priority, real_time


def in_a_thread() -> tuple[bool, int]:
    """What a thread of its own is answered, and how nice it is then."""
    answers: list[tuple[bool, int]] = []

    def ask() -> None:
        allowed = ask_for_priority()
        answers.append((allowed, os.getpriority(os.PRIO_PROCESS, threading.get_native_id())))

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return answers[0]


def test_only_the_asking_thread_is_raised_and_only_where_it_is_allowed() -> None:
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    allowed, nice = in_a_thread()
    assert nice == (-10 if allowed else before)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


def test_a_refusal_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(priority.os, "setpriority", refuse)
    assert ask_for_priority() is False


def test_elsewhere_than_on_linux_nothing_is_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(priority.os, "setpriority", None)
    assert ask_for_priority() is False


def test_real_time_holds_for_a_while_and_only_where_it_is_allowed() -> None:
    found: list[tuple[bool, int, int]] = []

    def ask() -> None:
        with real_time() as allowed:
            meanwhile = os.sched_getscheduler(0)
        found.append((allowed, meanwhile, os.sched_getscheduler(0)))

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    ((allowed, meanwhile, afterwards),) = found
    assert meanwhile == (os.SCHED_RR if allowed else os.SCHED_OTHER)
    assert afterwards == os.SCHED_OTHER


def test_a_refusal_of_real_time_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(priority.os, "sched_setscheduler", refuse)
    with real_time() as allowed:
        assert allowed is False
