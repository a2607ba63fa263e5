from __future__ import annotations

import pytest

from app.look.time_text import format_time


@pytest.mark.parametrize(
    ("seconds", "decimals", "text"),
    [
        (0.0, 0, "0:00"),
        (59.99, 0, "0:59"),
        (75.0, 0, "1:15"),
        (754.0, 0, "12:34"),
        (5.26, 1, "0:05.2"),
        (59.99, 1, "0:59.9"),
        (60.0, 1, "1:00.0"),
        (2.25, 2, "0:02.25"),
        (8.29, 2, "0:08.29"),  # 8.29 * 100 is 828.9999999999999
    ],
)
def test_times_are_minutes_and_seconds_with_as_many_decimals_as_asked_for(
    seconds: float, decimals: int, text: str
) -> None:
    assert format_time(seconds, decimals) == text
