from __future__ import annotations

from engine.stream.requests import Requests


def test_requests_are_numbered_from_one_and_only_the_latest_counts() -> None:
    requests = Requests()
    assert [requests.issue(plays=True) for _ in range(3)] == [1, 2, 3]
    assert [requests.is_latest(number) for number in (1, 2, 3)] == [False, False, True]


def test_a_stream_is_waited_for_until_the_worker_takes_its_request_up() -> None:
    requests = Requests()
    assert not requests.play_is_waiting
    first = requests.issue(plays=True)
    assert requests.play_is_waiting
    second = requests.issue(plays=True)
    requests.execute(first)
    assert requests.play_is_waiting
    requests.execute(second)
    assert not requests.play_is_waiting


def test_nothing_is_waited_for_once_a_stop_was_asked_for() -> None:
    requests = Requests()
    requests.issue(plays=True)
    requests.issue(plays=False)
    assert not requests.play_is_waiting
