from __future__ import annotations

import pytest

from engine.stream.output.latency import (
    CAUTIOUS_S,
    GROWTH,
    HOLD_S,
    LEAST_S,
    LONGEST_S,
    START_S,
    WINDOW_S,
    Lead,
)


def watch(lead: Lead, seconds: float, margin: float, start: float = 0.0) -> float:
    """Let the ring at times be ``margin`` emptier than the lead, for so long; returns the time."""
    now = start
    while now < start + seconds:
        now += 0.01
        lead.watch(lead.seconds - margin, now)
    return now


def test_on_a_calm_machine_the_lead_shrinks_to_the_least() -> None:
    lead = Lead()
    lead.rest(0.0)
    watch(lead, 60.0, margin=0.010)
    assert lead.seconds == pytest.approx(LEAST_S)


def test_it_does_not_shrink_before_it_has_watched_for_a_while() -> None:
    lead = Lead()
    lead.rest(0.0)
    watch(lead, WINDOW_S * 0.9, margin=0.010)
    assert lead.seconds == START_S


def test_on_a_busy_machine_it_stays_where_the_ring_never_gets_tight() -> None:
    lead = Lead()
    lead.rest(0.0)
    watch(lead, 120.0, margin=0.030)  # how late the worker is at times
    assert 0.030 + 0.008 <= lead.seconds <= 0.030 + 0.028


def test_a_ring_that_is_nearly_empty_makes_it_longer_within_bounds() -> None:
    lead = Lead()
    lead.rest(0.0)
    for now in range(50):
        lead.watch(0.001, float(now))
    assert lead.seconds == pytest.approx(CAUTIOUS_S)


def test_every_underrun_makes_it_longer_but_not_for_ever() -> None:
    lead = Lead()
    lead.underrun(0.0)
    assert lead.seconds == pytest.approx(START_S * GROWTH)
    for now in range(20):
        lead.underrun(float(now))
    assert lead.seconds == LONGEST_S


def test_near_emptiness_never_shortens_a_lead_that_underruns_made_long() -> None:
    lead = Lead()
    for now in range(10):
        lead.underrun(float(now))
    lead.watch(0.001, 20.0)
    assert lead.seconds == LONGEST_S


def test_after_an_underrun_it_holds_and_after_another_it_holds_longer() -> None:
    lead = Lead()
    lead.underrun(0.0)
    longer = lead.seconds
    now = watch(lead, HOLD_S - 0.5, margin=0.005)
    assert lead.seconds == longer
    now = watch(lead, 2 * WINDOW_S, margin=0.005, start=now)
    assert lead.seconds < longer
    lead.underrun(now)
    longer = lead.seconds
    watch(lead, 2 * HOLD_S - 0.5, margin=0.005, start=now)
    assert lead.seconds == longer
