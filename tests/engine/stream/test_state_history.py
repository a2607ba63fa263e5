"""States of a running stream: how many are kept, and which is found."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engine.kernels.base import Kernel
from engine.kernels.reference import ReferenceKernel
from engine.stream.state_history import StateHistory, StatesByTake
from engine.wavenet.model_file import ModelFile

QUARTER = 4_000
"""Samples of 0.25 s at 16 kHz."""


def test_a_state_is_due_every_quarter_of_a_second(kernel: Kernel) -> None:
    states = StateHistory(kernel)
    assert states.due(100)
    states.keep(100, "first")
    assert not states.due(100 + QUARTER - 1)
    assert states.due(100 + QUARTER)


def test_the_last_state_before_a_sample_is_found_whenever_it_was_kept(kernel: Kernel) -> None:
    states = StateHistory(kernel)
    for position in (4_000, 8_000, 6_000):
        states.keep(position, str(position))
    found = [states.latest(position) for position in (3_999, 4_000, 7_999, 90_000)]
    assert [state and state.position for state in found] == [None, 4_000, 6_000, 8_000]


def test_a_state_half_a_second_before_is_near_enough(kernel: Kernel) -> None:
    states = StateHistory(kernel)
    states.keep(4_000, "")
    assert [states.soonest(at) for at in (3_999, 4_000, 12_000, 12_001)] == [3_999, 4_000, 4_000, 12_001]


def test_the_nearest_state_is_near_enough_on_either_side_where_that_may_be(kernel: Kernel) -> None:
    states = StateHistory(kernel)
    states.keep(4_000, "")
    states.keep(14_000, "")
    found = [states.soonest(at, after) for at, after in ((10_000, 4_000), (10_000, 3_999), (8_999, 8_000))]
    assert found == [14_000, 4_000, 4_000]
    assert states.soonest(5_000, 90_000) == 4_000
    assert states.soonest(22_500, 90_000) == 22_500


def test_what_was_taken_back_is_forgotten_and_a_branch_inherits_what_it_shares(kernel: Kernel) -> None:
    states = StateHistory(kernel)
    for position in (4_000, 8_000):
        states.keep(position, str(position))
    branch = states.branch(5_000)
    states.forget(7_999)
    assert states.latest(90_000) == branch.latest(90_000) == (4_000, "4000")


def test_they_take_128_mib_at_most(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(kernel.config), "stream_bytes", property(lambda _: 2**27 // 3))
    states = StateHistory(kernel)
    for position in range(0, 50_000, 5_000):
        states.keep(position, "")
    assert len(states._states) == 3
    assert states.latest(45_000) == (45_000, "")
    monkeypatch.setattr(type(kernel.config), "stream_bytes", property(lambda _: 2**28))
    states = StateHistory(kernel)
    assert not states.due(5_000)
    states.keep(5_000, "")
    assert states.latest(5_000) is None


def test_where_they_are_too_many_those_of_long_ago_stay_a_second_apart(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(kernel.config), "stream_bytes", property(lambda _: 2**23))  # room for 16
    states = StateHistory(kernel)
    for number in range(1, 201):
        states.keep(QUARTER * number, "")
        kept = [past.position for past in states._states]
        gaps = [after - before for before, after in pairwise(kept)]
        assert len(kept) == min(number, 16)
        assert set(gaps) <= {QUARTER * n for n in range(1, 5)}
        assert kept[-1] == QUARTER * number
        assert kept[0] == QUARTER or kept[-1] - kept[0] >= 13 * 4 * QUARTER
    states.keep(QUARTER * 170 + 5, "asked for")
    assert states.latest(QUARTER * 170 + 5) == (QUARTER * 170 + 5, "asked for")
    assert len(states._states) == 16


def test_the_state_that_was_found_stays_until_it_is_gone_on_from_however_long_that_takes(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(kernel.config), "stream_bytes", property(lambda _: 2**23))  # room for 16
    states = StateHistory(kernel)
    for number in range(1, 13):
        states.keep(QUARTER * number, "")
    found = states.soonest(QUARTER * 2 + 90)
    assert found == QUARTER * 2
    for number in range(13, 90):
        states.keep(QUARTER * number, "")
        assert states.latest(found) == (found, "")
    assert len(states._states) == 16
    states.soonest(QUARTER * 88)
    for number in range(90, 92):
        states.keep(QUARTER * number, "")
    assert states.latest(found) is None


def test_the_take_that_is_branched_off_again_and_again_keeps_its_states(kernel: Kernel) -> None:
    states = StatesByTake()
    parent = StateHistory(kernel)
    parent.keep(1, "parent")
    states.add("parent", parent)
    for branch in ("one", "two", "three"):
        assert states.of("parent", kernel).latest(1) is not None
        states.add(branch, StateHistory(kernel))
    assert states.of("parent", kernel).latest(1) is not None


def test_only_the_kernel_that_made_them_finds_them_and_only_of_the_last_two_takes(
    kernel: Kernel, model: ModelFile
) -> None:
    states = StatesByTake()
    for take in ("a", "b", "c"):
        own = StateHistory(kernel)
        own.keep(1, take)
        states.add(take, own)
    assert [states.of(take, kernel).latest(1) is not None for take in ("a", "b", "c")] == [False, True, True]
    assert states.of("c", ReferenceKernel(model)).latest(1) is None
