from __future__ import annotations

import pytest

from engine.errors import StudioError
from engine.training.budget import Budget, parse_time


@pytest.mark.parametrize(("text", "seconds"), [("90m", 5400), ("2h", 7200), ("45s", 45), ("1h30m", 5400)])
def test_times_are_parsed(text: str, seconds: float) -> None:
    assert parse_time(text) == seconds


@pytest.mark.parametrize("text", ["", "90", "m", "1.5h", "-2h", "h30m"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(StudioError, match="write 90m"):
        parse_time(text)


def test_steps_make_progress() -> None:
    budget = Budget(steps=10)
    assert [budget.progress(step) for step in (0, 5, 10, 12)] == [0.0, 0.5, 1.0, 1.0]


def test_time_makes_progress_and_counts_earlier_runs() -> None:
    budget = Budget(seconds=1000.0)
    budget.spent = 600.0
    budget.start()
    assert budget.progress(0) == pytest.approx(0.6, abs=0.01)
