from __future__ import annotations

import numpy as np
import pytest

from engine.stream.output.null_output import NullOutput


class Time:
    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def clock(time: Time) -> NullOutput:
    return NullOutput(1000, "PortAudio is missing", now=time)


def silence(n: int) -> np.ndarray:
    return np.zeros(n, dtype=np.float32)


def test_it_says_that_there_is_no_device_and_why(clock: NullOutput) -> None:
    assert clock.text == "no device: PortAudio is missing"


def test_nothing_is_taken_before_the_start(clock: NullOutput, time: Time) -> None:
    clock.write(silence(100))
    time.s += 1.0
    assert clock.fill == 100
    assert not clock.running


def test_samples_are_taken_at_the_rate(clock: NullOutput, time: Time) -> None:
    clock.write(silence(100))
    clock.start()
    time.s += 0.030
    assert clock.fill == pytest.approx(70, abs=1)
    assert clock.running


def test_it_stops_when_it_runs_dry(clock: NullOutput, time: Time) -> None:
    clock.write(silence(100))
    clock.start()
    time.s += 0.2
    assert not clock.running
    assert clock.fill == 0


def test_it_goes_on_after_a_new_start_without_a_leap(clock: NullOutput, time: Time) -> None:
    clock.write(silence(100))
    clock.start()
    time.s += 5.0
    assert clock.fill == 0
    clock.write(silence(100))
    clock.start()
    time.s += 0.030
    assert clock.fill == pytest.approx(70, abs=1)


def test_more_than_a_second_ahead_is_refused(clock: NullOutput) -> None:
    with pytest.raises(ValueError, match="second"):
        clock.write(silence(1001))
