from __future__ import annotations

from app.controllers.latest_work import LatestWork
from engine.errors import StudioError
from tests.app.controllers.fakes import HeldBackground


def broken() -> str:
    raise StudioError("it is gone")


def test_of_what_is_done_aside_only_the_last_counts() -> None:
    background, seen = HeldBackground(), []
    latest = LatestWork(background)  # type: ignore[arg-type]
    latest.run(lambda: "first", seen.append, seen.append)
    latest.run(lambda: "second", seen.append, seen.append)
    assert latest.waiting
    background.finish_all()
    assert (seen, latest.waiting) == (["second"], False)


def test_a_failure_comes_back_and_what_was_dropped_does_not() -> None:
    background, done, failed = HeldBackground(), [], []
    latest = LatestWork(background)  # type: ignore[arg-type]
    latest.run(broken, done.append, failed.append)
    background.finish()
    assert (done, failed, latest.waiting) == ([], ["it is gone"], False)
    latest.run(broken, done.append, failed.append)
    latest.drop()
    assert not latest.waiting
    background.finish()
    assert failed == ["it is gone"]
