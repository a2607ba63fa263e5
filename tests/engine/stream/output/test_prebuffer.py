from __future__ import annotations

import pytest

from engine.stream.output.prebuffer import needed_prebuffer
from tests.engine.stream.fakes import FakeRun, FakeTime


def run_of(factor: float, sample_rate: int = 16_000) -> FakeRun:
    run = FakeRun(FakeTime(), factor=factor, sample_rate=sample_rate)
    run.make_ahead()
    return run


@pytest.mark.parametrize("factor", [1.1, 1.5, 20.0])
def test_a_stream_that_keeps_up_needs_none(factor: float) -> None:
    assert needed_prebuffer(run_of(factor)) is None


@pytest.mark.parametrize(
    ("factor", "seconds"),
    [
        (1.05, 0.5),  # half a second at least
        (0.8, 2.0),  # to play 10 s on, a fifth of them must be there
        (0.6, 4.0),
        (0.2, 3.0),  # more would take longer than 15 s to make
        (0.01, 0.5),
    ],
)
def test_a_slow_one_plays_for_ten_seconds_or_as_long_as_fifteen_seconds_of_work_allow(
    factor: float, seconds: float
) -> None:
    prebuffer = needed_prebuffer(run_of(factor, sample_rate=24_000))
    assert prebuffer is not None
    assert prebuffer.samples == pytest.approx(seconds * 24_000, abs=1)


def test_it_says_which_model_is_how_slow_and_what_to_do() -> None:
    prebuffer = needed_prebuffer(run_of(0.8))
    assert prebuffer is not None
    assert prebuffer.explanation == (
        "model fake runs at 0.80 × real time on this machine: "
        "it plays after a buffer of 2.0 s, with breaks; the take has none"
    )
