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
def output(time: Time) -> NullOutput:
    return NullOutput(1000, "PortAudio is missing", now=time)


def silence(n: int) -> np.ndarray:
    return np.zeros(n, dtype=np.float32)


def test_it_says_that_there_is_no_device_and_why(output: NullOutput) -> None:
    assert output.text == "no device: PortAudio is missing"


def test_nothing_is_taken_before_the_start(output: NullOutput, time: Time) -> None:
    output.write(silence(100))
    time.s += 1.0
    assert output.fill == 100
    assert not output.running


def test_samples_are_taken_at_the_rate(output: NullOutput, time: Time) -> None:
    output.write(silence(100))
    output.start()
    time.s += 0.030
    assert output.fill == pytest.approx(70, abs=1)
    assert output.running


def test_it_stops_when_it_runs_dry(output: NullOutput, time: Time) -> None:
    output.write(silence(100))
    output.start()
    time.s += 0.2
    assert not output.running
    assert output.fill == 0


def test_it_goes_on_after_a_new_start_without_a_leap(output: NullOutput, time: Time) -> None:
    output.write(silence(100))
    output.start()
    time.s += 5.0
    assert output.fill == 0
    output.write(silence(100))
    output.start()
    time.s += 0.030
    assert output.fill == pytest.approx(70, abs=1)


def test_more_than_a_second_ahead_is_refused(output: NullOutput) -> None:
    with pytest.raises(ValueError, match="second"):
        output.write(silence(1001))
