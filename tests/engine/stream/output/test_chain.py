from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.stream.output.chain import Chain
from engine.stream.output.latency import Latency
from engine.stream.output.null_output import NullOutput

RATE = 16_000
BLOCK = 128
START_S = 0.048
"""Seconds kept ready at first."""
GROWTH = 1.5
"""What an underrun multiplies them by."""


class Bench:
    """A chain on an output whose time the test moves."""

    def __init__(self, output_rate: int = RATE) -> None:
        self.time = 0.0
        self.output = NullOutput(output_rate, "test", now=lambda: self.time)
        self.chain = Chain(self.output, RATE, volume=1.0, latency=Latency(), now=lambda: self.time)

    def fill_up(self) -> None:
        while self.chain.room() >= BLOCK:
            self.chain.write(quiet(BLOCK))
        self.chain.poll()

    def play(self, seconds: float) -> None:
        end = self.time + seconds
        while self.time < end:
            self.fill_up()
            self.time += 0.004
            self.chain.poll()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def quiet(n: int) -> NDArray[np.float32]:
    return np.full(n, 0.1, dtype=np.float32)


def test_the_output_starts_once_the_buffer_is_full(bench: Bench) -> None:
    bench.chain.write(quiet(BLOCK))
    bench.chain.poll()
    assert not bench.output.running
    bench.fill_up()
    assert bench.output.running
    assert START_S - BLOCK / RATE < bench.output.fill / RATE <= START_S


def test_a_chain_that_is_fed_in_time_counts_nothing(bench: Bench) -> None:
    bench.play(2.0)
    assert bench.chain.count_dropouts() == 0


def test_running_dry_is_counted_once_and_makes_the_buffer_longer(bench: Bench) -> None:
    bench.play(0.5)
    bench.time += 1.0
    assert bench.chain.poll()
    assert not bench.chain.poll()
    assert bench.chain.count_dropouts() == 1
    assert bench.chain.latency.seconds == pytest.approx(START_S * GROWTH)


def test_after_an_end_running_dry_is_meant(bench: Bench) -> None:
    bench.play(0.5)
    bench.chain.end()
    bench.time += 10.0
    bench.chain.poll()
    assert not bench.chain.sounding
    assert bench.chain.count_dropouts() == 0
    assert bench.output.fill == 0


@pytest.mark.parametrize("pause", [0.001, 0.02, 0.046, 0.05, 0.1])
def test_going_on_after_an_end_counts_nothing(bench: Bench, pause: float) -> None:
    bench.play(0.5)
    bench.chain.end()
    bench.time += pause
    bench.play(0.5)
    assert bench.chain.count_dropouts() == 0


def test_even_one_short_sound_is_heard_out(bench: Bench) -> None:
    bench.chain.write(quiet(10))
    bench.chain.end()
    assert bench.output.running
    bench.time += 1.0
    assert bench.output.fill == 0


def test_cutting_falls_from_the_last_sample_to_silence(bench: Bench) -> None:
    bench.chain.write(np.full(1000, 0.15, dtype=np.float32))
    bench.chain.break_off()
    bench.chain.write(np.zeros(1000, dtype=np.float32))
    low, high, *_ = bench.chain.envelope.snapshot()
    last = (1000 + 32) // 64  # the limiter looks 2 ms ahead
    assert high[last] == pytest.approx(0.15, abs=0.001)
    assert (low[last + 1] < high[last + 1] < 0.15, high[last + 4]) == (True, 0.0)


def test_the_latency_is_the_buffer_the_filters_and_the_card() -> None:
    bench = Bench(output_rate=48_000)
    bench.output.latency = 0.020  # type: ignore[misc]
    bench.fill_up()
    # Look-ahead of 2 ms; the resampler holds back 15 ms at this ratio.
    assert bench.chain.total_latency_s == pytest.approx(START_S + 0.002 + 0.015 + 0.020, abs=0.001)


def test_another_output_takes_over_with_a_fade_and_an_empty_buffer(bench: Bench) -> None:
    bench.play(0.5)
    other = NullOutput(RATE, "other", now=lambda: bench.time)
    bench.chain.change_output(other)
    assert bench.chain.room() == round(START_S * RATE)
    bench.fill_up()
    assert other.running
    assert bench.chain.count_dropouts() == 0


def test_what_is_counted_can_start_anew(bench: Bench) -> None:
    bench.play(0.5)
    bench.time += 1.0
    bench.chain.poll()
    bench.chain.count_anew()
    assert bench.chain.count_dropouts() == 0


def test_the_volume_moves_without_a_step() -> None:
    written: list[NDArray[np.float32]] = []
    bench = Bench()
    write = bench.output.write
    bench.output.write = lambda samples: (written.append(samples), write(samples))[1]  # type: ignore[method-assign]
    bench.play(0.1)
    bench.chain.volume = 0.0
    bench.play(0.1)
    sound = np.concatenate(written)[1000:]
    assert np.abs(np.diff(sound)).max() < 0.1 / BLOCK * 1.1
    assert sound[-1] == 0.0
