"""Frames that are appended while a stream runs: speech that arrives phrase by phrase."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import StudioError
from engine.generation import conditions
from engine.generation.batch import StreamBatch
from engine.generation.conditions import LocalCondition, StreamConditions
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.kernels.cpu import CpuKernel
from engine.kernels.reference import ReferenceKernel
from engine.wavenet.conditions import LocalRows
from engine.wavenet.config import GenerationParams, LocalConfig, ModelConfig
from engine.wavenet.model_file import ModelFile
from tests.models import TINY, random_model

RNG = np.random.default_rng(8)
FRAMES = RNG.standard_normal((40, 4)).astype(np.float32)
TEMPERATURES = RNG.uniform(0.5, 1.0, 40).astype(np.float32)
CALM = GenerationParams(tags=(("calm", 1.0),))
HOP = 5

GROWING: dict[str, tuple[LocalConfig, int]] = {
    "repeat": (LocalConfig(channels=4, hop=5), 0),
    "linear, even hop": (LocalConfig(channels=4, hop=6, upsampling="linear"), 3),
    "linear, odd hop": (LocalConfig(channels=4, hop=5, upsampling="linear"), 2),
    "transposed, even hop": (LocalConfig(channels=4, hop=6, upsampling="transposed"), 3),
    "transposed, odd hop": (LocalConfig(channels=4, hop=5, upsampling="transposed"), 2),
    "frame net of one layer": (LocalConfig(channels=4, hop=5, encoder=(6,)), 2 * 5),
    "frame net of two layers": (LocalConfig(channels=4, hop=5, encoder=(6, 3)), (2 + 2) * 5),
}
"""How frames become samples, and how many samples at the end see frames that are still to come."""


def model(local: LocalConfig) -> ModelFile:
    return random_model(ModelConfig(**{**TINY, "local": local}))


@pytest.fixture(scope="module")
def spoken() -> ModelFile:
    return model(GROWING["frame net of two layers"][0])


def values(rows: LocalRows) -> np.ndarray:
    """[n, channels + 1]: what LocalRows stands for, sample by sample, and the temperature."""
    after = np.minimum(rows.index + 1, len(rows.rows) - 1)
    mix = rows.mix[:, None]
    temperature = np.ones(len(rows.index), np.float32) if rows.temperature is None else rows.temperature
    return np.column_stack([rows.rows[rows.index] * (1 - mix) + rows.rows[after] * mix, temperature])


@pytest.mark.parametrize("way", GROWING)
def test_what_is_settled_stays_and_the_sample_after_it_does_not(way: str) -> None:
    local, ahead = GROWING[way]
    condition = LocalCondition(model(local), FRAMES[:7])
    assert condition.settled == condition.samples - ahead == 7 * local.hop - ahead
    before = values(condition.rows(0, 10 * local.hop))
    condition.append(10.0 + np.abs(FRAMES[7:10]))
    assert condition.samples == 10 * local.hop
    differ = np.flatnonzero((values(condition.rows(0, 10 * local.hop)) != before).any(axis=1))
    assert differ[0] == 7 * local.hop - ahead


@pytest.mark.parametrize("way", GROWING)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_frames_appended_in_time_are_what_all_from_the_start_would_be(way: str, data: st.DataObject) -> None:
    local, _ = GROWING[way]
    one, samples = model(local), 40 * local.hop
    whole = values(LocalCondition(one, FRAMES, TEMPERATURES).rows(0, samples))
    ends = [*sorted(data.draw(st.sets(st.integers(1, 39), max_size=6))), 40]
    condition = LocalCondition(one, FRAMES[: ends[0]], TEMPERATURES[: ends[0]])
    found: list[np.ndarray] = []
    position = 0
    for begin, end in zip(ends, [*ends[1:], None], strict=True):
        until = condition.settled if end else samples
        while position < until and (n := data.draw(st.integers(0, until - position))):
            found.append(values(condition.rows(position, n)))
            position += n
        if end:
            condition.append(FRAMES[begin:end], TEMPERATURES[begin:end])
    found.append(values(condition.rows(position, samples - position + 1))[:-1])
    np.testing.assert_array_equal(np.concatenate(found), whole)


@pytest.mark.parametrize("way", GROWING)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_frames_replaced_where_nothing_looked_are_what_all_from_the_start_would_be(
    way: str, data: st.DataObject
) -> None:
    local, _ = GROWING[way]
    one = model(local)
    condition = LocalCondition(one, FRAMES[:12], TEMPERATURES[:12])
    found: list[np.ndarray] = []
    position = 0
    for number in range(data.draw(st.integers(1, 5))):
        n = data.draw(st.integers(0, condition.settled - position))
        found.extend([values(condition.rows(position, n))] if n else [])
        position += n
        first = min(condition.first_free(position), len(condition.frames))
        count = data.draw(st.integers(1, 12))
        condition.replace(first, number + FRAMES[:count], TEMPERATURES[:count])
    samples = condition.samples
    found.append(values(condition.rows(position, samples - position + 1))[:-1])
    temperatures = condition.rows(0, samples).temperature
    each = None if temperatures is None else temperatures[:: local.hop]
    whole = LocalCondition(one, condition.frames.copy(), each)
    np.testing.assert_array_equal(np.concatenate(found), values(whole.rows(0, samples + 1))[:-1])


@pytest.mark.parametrize("engine", [CpuKernel, ReferenceKernel])
def test_a_stream_draws_the_same_where_frames_arrive_in_time(
    spoken: ModelFile, engine: type[CpuKernel] | type[ReferenceKernel]
) -> None:
    kernel: Kernel = engine(spoken)
    given = StreamConditions(LocalCondition(spoken, FRAMES, TEMPERATURES))
    expected = Generator(kernel, CALM, 3, given).step(40 * HOP).codes
    local = LocalCondition(spoken, FRAMES[:9], TEMPERATURES[:9])
    generator = Generator(kernel, CALM, 3, StreamConditions(local))
    drawn = []
    for begin, end in ((9, 10), (10, 23), (23, 40)):
        drawn.append(generator.step(local.settled - generator.position).codes)
        local.append(FRAMES[begin:end], TEMPERATURES[begin:end])
    drawn.append(generator.step(40 * HOP - generator.position).codes)
    np.testing.assert_array_equal(np.concatenate(drawn), expected)


def test_streams_together_draw_the_same_where_frames_arrive_in_time(spoken: ModelFile) -> None:
    kernel, local = CpuKernel(spoken), LocalCondition(spoken, FRAMES[:9])
    batch = StreamBatch(kernel, CALM, [3, 4, 5], StreamConditions(local), threads=2)
    first = batch.step(local.settled)
    local.append(FRAMES[9:])
    second = batch.step(40 * HOP - len(first[0]))
    whole = StreamConditions(LocalCondition(spoken, FRAMES))
    for seed, parts in zip([3, 4, 5], zip(first, second, strict=True), strict=True):
        expected = Generator(kernel, CALM, seed, whole).step(40 * HOP).codes
        np.testing.assert_array_equal(np.concatenate(parts), expected)


def test_frames_that_arrive_too_late_leave_what_was_drawn_and_hold_from_then_on(spoken: ModelFile) -> None:
    kernel, local = CpuKernel(spoken), LocalCondition(spoken, FRAMES[:9])
    generator = Generator(kernel, CALM, 3, StreamConditions(local))
    other = Generator(kernel, CALM, 3, StreamConditions(LocalCondition(spoken, FRAMES[:9])))
    late = 12 * HOP + 2
    drawn = generator.step(late).codes
    np.testing.assert_array_equal(drawn, other.step(late).codes)
    local.append(FRAMES[9:])
    whole = LocalCondition(spoken, FRAMES)
    np.testing.assert_array_equal(values(local.rows(late, 100)), values(whole.rows(late, 100)))
    rest = 40 * HOP - late
    assert (generator.step(rest).codes != other.step(rest).codes).any()


def test_one_thread_appends_while_another_reads(spoken: ModelFile) -> None:
    whole = values(LocalCondition(spoken, FRAMES).rows(0, 40 * HOP))
    local = LocalCondition(spoken, FRAMES[:1])

    def arrive() -> None:
        for frame in range(1, 40):
            local.append(FRAMES[frame : frame + 1])

    found: list[np.ndarray] = []
    position = 0
    with ThreadPoolExecutor(1) as pool:
        arriving = pool.submit(arrive)
        while not arriving.done():
            if (settled := local.settled) > position:
                found.append(values(local.rows(position, settled - position)))
                position = settled
        arriving.result()
    found.append(values(local.rows(position, 40 * HOP - position)))
    np.testing.assert_array_equal(np.concatenate(found), whole)


def test_temperatures_of_some_frames_alone_are_1_in_the_others(spoken: ModelFile) -> None:
    local = LocalCondition(spoken, FRAMES[:2])
    local.append(FRAMES[2:3], TEMPERATURES[2:3])
    local.append(FRAMES[3:4])
    expected = np.repeat([1.0, 1.0, TEMPERATURES[2], 1.0], HOP)
    np.testing.assert_array_equal(values(local.rows(0, 4 * HOP))[:, -1], expected)


@pytest.mark.parametrize(
    ("frames", "temperature", "reason"),
    [
        (FRAMES[:3, :2], None, r"\[3, 2\].*takes \[frames, 4\]"),
        (FRAMES[:0], None, "no frames"),
        (np.full((2, 4), np.nan, np.float32), None, "frame 0, feature 0 is NaN or infinite"),
        (FRAMES[:3], TEMPERATURES[:2], "temperatures of 3 frames"),
        (FRAMES[:3], np.float32([1.0, 0.0, 1.0]), "temperatures of 3 frames"),
        (FRAMES[:3], np.float32([1.0, np.nan, 1.0]), "temperatures of 3 frames"),
    ],
)
def test_what_a_model_cannot_take_is_refused_and_changes_nothing(
    spoken: ModelFile, frames: np.ndarray, temperature: np.ndarray | None, reason: str
) -> None:
    local = LocalCondition(spoken, FRAMES[:9])
    before = values(local.rows(0, 12 * HOP))
    with pytest.raises(StudioError, match=reason):
        local.append(frames, temperature)
    assert local.samples == 9 * HOP
    np.testing.assert_array_equal(values(local.rows(0, 12 * HOP)), before)


def test_a_model_that_smooths_its_frames_as_a_whole_takes_no_more() -> None:
    stretched = LocalConfig(channels=4, hop=6, upsampling="stretched", scales=(2, 3))
    local = LocalCondition(model(stretched), FRAMES[:5])
    assert local.settled == local.samples == 30
    with pytest.raises(StudioError, match="as a whole; give them all at once"):
        local.append(FRAMES[5:])


@pytest.mark.parametrize("at_a_time", [1, 7, 40])
def test_rows_are_the_same_however_many_frames_go_through_the_net_at_a_time(
    spoken: ModelFile, at_a_time: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = values(LocalCondition(spoken, FRAMES).rows(0, 40 * HOP))
    monkeypatch.setattr(conditions, "ENCODED", at_a_time)
    condition = LocalCondition(spoken, FRAMES[:20])
    parts = [values(condition.rows(start, HOP)) for start in range(0, 16 * HOP, HOP)]
    condition.append(FRAMES[20:])
    parts += [values(condition.rows(start, HOP)) for start in range(16 * HOP, 40 * HOP, HOP)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_no_frame_goes_through_the_net_before_a_sample_is_near_it(
    spoken: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conditions, "ENCODED", 4)
    seen: list[int] = []
    net = conditions.convolve_rows
    monkeypatch.setattr(
        conditions, "convolve_rows", lambda rows, weight: seen.append(len(rows)) or net(rows, weight)
    )
    condition = LocalCondition(spoken, FRAMES)
    assert seen == []
    condition.rows(0, HOP)
    assert seen == [4 + 4, 4 + 4]  # both layers, with four frames ahead
