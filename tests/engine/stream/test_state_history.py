"""States of streams: how many are kept, which give way, and which is found."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from engine.generation.backends import select_kernel
from engine.kernels.base import Kernel
from engine.kernels.cpu import CpuKernel
from engine.kernels.reference import ReferenceKernel
from engine.stream.state_history import StateHistory, StatesByTake, memory_of_this_computer, room_of
from engine.wavenet.model_file import ModelFile
from tests.engine.stream.far_sighted import FIELD, far_sighted
from tests.models import save_tiny_model

QUARTER = 4_000
"""Samples of 0.25 s at 16 kHz."""
SECOND = 16_000


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    return far_sighted(tmp_path_factory.mktemp("far") / "far.safetensors")


@pytest.fixture(scope="module")
def kernel(far: ModelFile) -> Kernel:
    """Of a model that looks back 2 s."""
    return select_kernel(far, "cpu")


def room_for(count: int, kernel: Kernel) -> StatesByTake:
    return StatesByTake(count * kernel.snapshot_bytes)


def positions(states: StateHistory) -> list[int]:
    return [past.position for past in states.states]


def test_a_state_is_due_every_quarter_of_a_second(kernel: Kernel) -> None:
    states = StateHistory(kernel)
    assert states.due(100)
    states.keep(100, "first")
    assert not states.due(100 + QUARTER - 1)
    assert states.due(100 + QUARTER)


def test_none_is_kept_where_all_that_the_model_looks_back_is_heard_as_soon(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "near.safetensors", dilations=(1, 2, 4, 3_992))
    assert model.config.receptive_field == QUARTER
    states = StateHistory(select_kernel(model, "cpu"))
    assert not states.due(90_000)
    states.keep(90_000, "")
    assert states.latest(90_000) is None


def test_the_last_state_before_a_sample_is_found_whenever_it_was_kept(kernel: Kernel) -> None:
    states = StateHistory(kernel)
    for position in (4_000, 8_000, 6_000):
        states.keep(position, str(position))
    found = [states.latest(position) for position in (3_999, 4_000, 7_999, 90_000)]
    assert [state and state.position for state in found] == [None, 4_000, 6_000, 8_000]


def test_a_state_helps_only_where_less_is_heard_from_it_than_the_model_looks_back(kernel: Kernel) -> None:
    states = StateHistory(kernel)
    states.keep(QUARTER, "")
    assert states.helpful(QUARTER + FIELD - 1) == (QUARTER, "")
    assert states.helpful(QUARTER + FIELD) is None
    assert states.helpful(QUARTER - 1) is None


def test_a_state_that_is_kept_twice_counts_once(kernel: Kernel) -> None:
    states = StateHistory(kernel)
    for name in ("first", "second"):
        states.keep(QUARTER, name)
    assert states.states == ((QUARTER, "second"),)


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


@pytest.mark.parametrize(("precision", "number_bytes"), [("int8", 2), ("int16", 2), ("float32", 4)])
def test_a_snapshot_is_as_large_as_its_rows(far: ModelFile, precision: str, number_bytes: int) -> None:
    config, channels = far.config, 16  # rows are padded to vectors
    assert config.residual_channels <= channels
    rows = sum(config.dilations)
    made = CpuKernel(far, precision=precision)
    assert made.snapshot_bytes == rows * (channels * number_bytes + 4)


def test_room_is_a_32nd_of_the_memory_between_128_and_512_mib() -> None:
    assert [room_of(gib * 2**30) >> 20 for gib in (0, 2, 4, 8, 12, 16, 64)] == [
        128,
        128,
        128,
        256,
        384,
        512,
        512,
    ]


@pytest.mark.skipif(not Path("/proc/meminfo").exists(), reason="Linux tells it there")
def test_the_memory_is_that_of_this_computer() -> None:
    kilobytes = int(Path("/proc/meminfo").read_text().split()[1])  # MemTotal comes first
    assert memory_of_this_computer() == pytest.approx(1024 * kilobytes, rel=0.1)


def test_they_take_so_much_at_most_of_all_takes_together(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "snapshot_bytes", 2**26 // 6)
    takes, histories = StatesByTake(2**26), [StateHistory(kernel) for _ in range(3)]
    for number, states in enumerate(histories):
        takes.add(str(number), states)
    for position in range(QUARTER, 10 * QUARTER, QUARTER):
        for states in histories:
            states.keep(position, "")
    assert sum(len(states.states) for states in histories) == 6
    assert histories[-1].latest(9 * QUARTER) == (9 * QUARTER, "")
    monkeypatch.setattr(kernel, "snapshot_bytes", 2**27 + 1)
    states = StateHistory(kernel)
    assert not states.due(5_000)
    states.keep(5_000, "")
    assert states.latest(5_000) is None


def test_where_they_are_too_many_they_lie_three_quarters_of_a_second_apart_at_most_up_to_the_latest(
    kernel: Kernel,
) -> None:
    takes, states = room_for(24, kernel), StateHistory(kernel)
    takes.add("take", states)
    for number in range(1, 2_001):
        states.keep(QUARTER * number, "")
        places = positions(states)
        assert len(places) == min(number, 24)
        assert places[-1] == QUARTER * number
        assert all(after - before <= 3 * QUARTER for before, after in pairwise(places))
    assert places[-1] - places[0] >= 16 * SECOND  # 24 states, three quarters apart but for the latest


def test_states_are_thinned_out_evenly(kernel: Kernel) -> None:
    takes, states = room_for(40, kernel), StateHistory(kernel)
    takes.add("take", states)
    for number in range(1, 81):  # 20 s, half a second for each state
        states.keep(QUARTER * number, "")
    gaps = [after - before for before, after in pairwise([0, *positions(states)])]
    assert set(gaps) == {2 * QUARTER}


def test_the_state_that_was_found_stays_until_it_is_gone_on_from_however_long_that_takes(
    kernel: Kernel,
) -> None:
    takes, states = room_for(16, kernel), StateHistory(kernel)
    takes.add("take", states)
    for number in range(1, 13):
        states.keep(QUARTER * number, "")
    found = states.soonest(QUARTER * 2 + 90)
    assert found == QUARTER * 2
    for number in range(13, 400):
        states.keep(QUARTER * number, "")
        assert states.latest(found) == (found, "")
    assert len(states.states) == 16
    states.soonest(QUARTER * 398)
    for number in range(400, 402):
        states.keep(QUARTER * number, "")
    assert states.latest(found) is None


def test_takes_share_the_room_and_the_oldest_seconds_of_the_oldest_go_first(kernel: Kernel) -> None:
    takes = room_for(24, kernel)
    before, now = StateHistory(kernel), StateHistory(kernel)
    takes.add("before", before)
    for number in range(1, 25):
        before.keep(QUARTER * number, "")
    takes.add("now", now)
    for number in range(1, 25):
        now.keep(QUARTER * number, "")
    assert positions(before) == positions(now) == [2 * QUARTER * number for number in range(1, 13)]
    for number in range(25, 57):
        now.keep(QUARTER * number, "")
    assert len(now.states) + len(before.states) == 24
    assert positions(before)[-1] == 24 * QUARTER  # from where it is gone on with most
    assert all(after - gone <= 3 * QUARTER for gone, after in pairwise(positions(before)))
    assert all(after - gone <= 3 * QUARTER for gone, after in pairwise([0, *positions(now)]))
    for number in range(57, 400):
        now.keep(QUARTER * number, "")
    assert positions(before) == []


def test_what_a_branch_shares_with_its_parent_takes_room_once(kernel: Kernel) -> None:
    takes, parent = room_for(10, kernel), StateHistory(kernel)
    takes.add("parent", parent)
    for number in range(1, 9):
        parent.keep(QUARTER * number, "")
    branch = parent.branch(QUARTER * 8)
    takes.add("branch", branch)
    for number in (9, 10):
        branch.keep(QUARTER * number, "")
    assert (len(parent.states), len(branch.states)) == (8, 10)
    branch.keep(QUARTER * 11, "")
    distinct = {id(past) for past in (*parent.states, *branch.states)}
    assert len(distinct) == 10
    assert positions(branch)[-1] == 11 * QUARTER
    assert set(parent.states) == {past for past in branch.states if past.position <= 8 * QUARTER}


def test_how_quick_a_model_is_is_known_from_its_other_takes(kernel: Kernel, model: ModelFile) -> None:
    takes = StatesByTake()
    takes.add("first", StateHistory(kernel, best_factor=3.5))
    takes.add("second", StateHistory(kernel, best_factor=2.5))
    assert takes.of("third", kernel).best_factor == 3.5
    assert takes.of("third", ReferenceKernel(model)).best_factor == 0.0


def test_the_take_that_is_branched_off_again_and_again_keeps_its_states(kernel: Kernel) -> None:
    takes, parent = StatesByTake(), StateHistory(kernel)
    parent.keep(1, "parent")
    takes.add("parent", parent)
    for branch in range(50):
        assert takes.of("parent", kernel).latest(1) is not None
        takes.add(str(branch), StateHistory(kernel))
    assert takes.of("parent", kernel).latest(1) is not None


def test_only_the_kernel_that_made_them_finds_them_and_only_of_the_last_32_takes(
    kernel: Kernel, model: ModelFile
) -> None:
    takes = StatesByTake()
    for take in range(33):
        own = StateHistory(kernel)
        own.keep(1, str(take))
        takes.add(str(take), own)
    assert [takes.of(str(take), kernel).latest(1) is not None for take in (0, 1, 32)] == [False, True, True]
    assert takes.of("32", ReferenceKernel(model)).latest(1) is None
