from __future__ import annotations

import pytest

from engine.stream.output.latency import BACK, FORWARD, Latency

# In seconds, as the design has them: what is kept ready at first, on a calm machine, before anything broke,
# and at most; how long it is watched before it shrinks, and held after an underrun.
START_S, LEAST_S, CAUTIOUS_S, LONGEST_S = 0.048, 0.032, 0.072, 0.25
WINDOW_S, HOLD_S = 5.0, 20.0
GROWTH = 1.5


def watch(latency: Latency, seconds: float, margin: float, start: float = 0.0) -> float:
    """Let the ring at times be ``margin`` emptier than the buffer, for so long; returns the time."""
    now = start
    while now < start + seconds:
        now += 0.01
        latency.watch(latency.seconds - margin, now)
    return now


def test_on_a_calm_machine_the_buffer_shrinks_to_the_least() -> None:
    latency = Latency()
    latency.rest(0.0)
    watch(latency, 60.0, margin=0.010)
    assert latency.seconds == pytest.approx(LEAST_S)


def test_it_does_not_shrink_before_it_has_watched_for_a_while() -> None:
    latency = Latency()
    latency.rest(0.0)
    watch(latency, WINDOW_S * 0.9, margin=0.010)
    assert latency.seconds == START_S


def test_on_a_busy_machine_it_stays_where_the_ring_never_gets_tight() -> None:
    latency = Latency()
    latency.rest(0.0)
    watch(latency, 120.0, margin=0.030)  # how late the worker is at times
    assert 0.030 + 0.008 <= latency.seconds <= 0.030 + 0.028


def test_a_ring_that_is_nearly_empty_makes_it_longer_within_bounds() -> None:
    latency = Latency()
    latency.rest(0.0)
    for now in range(50):
        latency.watch(0.001, float(now))
    assert latency.seconds == pytest.approx(CAUTIOUS_S)


def test_every_underrun_makes_it_longer_but_not_for_ever() -> None:
    latency = Latency()
    latency.underrun(0.0)
    assert latency.seconds == pytest.approx(START_S * GROWTH)
    for now in range(20):
        latency.underrun(float(now))
    assert latency.seconds == LONGEST_S


def test_near_emptiness_never_shortens_a_buffer_that_underruns_made_long() -> None:
    latency = Latency()
    for now in range(10):
        latency.underrun(float(now))
    latency.watch(0.001, 20.0)
    assert latency.seconds == LONGEST_S


def test_after_an_underrun_it_holds_and_after_another_it_holds_longer() -> None:
    latency = Latency()
    latency.underrun(0.0)
    longer = latency.seconds
    now = watch(latency, HOLD_S - 0.5, margin=0.005)
    assert latency.seconds == longer
    now = watch(latency, 2 * WINDOW_S, margin=0.005, start=now)
    assert latency.seconds < longer
    latency.underrun(now)
    longer = latency.seconds
    watch(latency, 2 * HOLD_S - 0.5, margin=0.005, start=now)
    assert latency.seconds == longer


def reaching_back() -> Latency:
    latency = Latency()
    latency.follow(BACK, 0.0)
    return latency


def test_where_what_is_ready_can_be_taken_back_more_is_kept_ready() -> None:
    assert reaching_back().seconds == 0.080


def test_it_then_comes_down_within_seconds() -> None:
    latency = reaching_back()
    watch(latency, 5.0, margin=0.010)
    assert latency.seconds == pytest.approx(0.060)


def test_it_then_goes_up_at_once_where_the_ring_gets_tight() -> None:
    latency = reaching_back()
    latency.watch(0.024, 0.1)
    assert latency.seconds == pytest.approx(0.100)


def test_it_then_comes_down_within_seconds_of_an_underrun() -> None:
    latency = reaching_back()
    latency.underrun(0.0)
    assert latency.seconds == pytest.approx(0.120)
    watch(latency, 10.0, margin=0.010)
    assert latency.seconds < 0.080


def test_what_was_learnt_of_the_machine_stays_where_the_policy_changes() -> None:
    latency = Latency()
    latency.underrun(0.0)
    latency.follow(BACK, 1.0)
    assert latency.seconds == pytest.approx(0.072 - 0.048 + 0.080)
    latency.follow(FORWARD, 2.0)
    assert latency.seconds == pytest.approx(0.072)
