from __future__ import annotations

import pytest

from engine.stream.speed import Speed


def test_it_is_unknown_at_first_then_audio_by_work() -> None:
    speed = Speed()
    assert speed.factor == 0.0
    speed.add(0.1, 0.05)
    assert speed.factor == pytest.approx(2.0)


def test_what_is_older_than_a_second_counts_for_little() -> None:
    speed = Speed()
    speed.add(0.5, 0.5)
    for _ in range(40):
        speed.add(0.1, 0.025)
    assert speed.factor == pytest.approx(4.0, rel=0.05)
