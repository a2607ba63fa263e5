from __future__ import annotations

import time

from tests.app.lookout import Lookout


def hold_up(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_where_a_thread_stood_that_did_not_answer_is_told_once() -> None:
    lookout = Lookout(0.05)
    try:
        assert lookout.touch() == ""
        hold_up(0.3)
        where = lookout.touch()
        assert "hold_up" in where
        assert where.index("hold_up") < where.index("test_where_a_thread_stood")
        assert lookout.touch() == ""
    finally:
        lookout.stop()
