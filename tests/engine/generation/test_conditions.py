from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from engine.errors import StudioError
from engine.generation.conditions import LocalCondition
from engine.wavenet.conditions import LocalRows
from engine.wavenet.config import LocalConfig, ModelConfig
from engine.wavenet.model_file import ModelFile
from tests.models import random_model

FRAMES = np.random.default_rng(5).standard_normal((7, 4)).astype(np.float32)

WAYS: dict[str, LocalConfig] = {
    "repeat": LocalConfig(channels=4, hop=5, upsampling="repeat"),
    "frame net": LocalConfig(channels=4, hop=5, upsampling="repeat", encoder=(6, 4)),
    "linear, even hop": LocalConfig(channels=4, hop=6, upsampling="linear"),
    "linear, odd hop": LocalConfig(channels=4, hop=5, upsampling="linear"),
    "transposed, even hop": LocalConfig(channels=4, hop=6, upsampling="transposed"),
    "transposed, odd hop": LocalConfig(channels=4, hop=5, upsampling="transposed"),
    "stretched": LocalConfig(channels=4, hop=6, upsampling="stretched", scales=(2, 3)),
    "stretched with margin and bands": LocalConfig(
        channels=4, hop=12, upsampling="stretched", scales=(4, 3), margin=2, bands=3
    ),
    "stretched by one": LocalConfig(channels=4, hop=4, upsampling="stretched", scales=(1, 4), margin=1),
}


def model(local: LocalConfig) -> ModelFile:
    return random_model(
        ModelConfig(dilations=(1,), residual_channels=2, gate_channels=2, skip_channels=2, local=local)
    )


def values(rows: LocalRows) -> np.ndarray:
    """[n, channels]: what LocalRows stands for, sample by sample."""
    after = np.minimum(rows.index + 1, len(rows.rows) - 1)
    mix = rows.mix[:, None]
    return rows.rows[rows.index] * (1 - mix) + rows.rows[after] * mix


def by_torch(model: ModelFile, frames: np.ndarray) -> np.ndarray:
    """[F · hop, channels] by torch's own operators."""
    local = model.config.local
    assert local is not None
    x = torch.from_numpy(frames).T[None]  # [1, C, F]
    weights = {key: torch.from_numpy(value) for key, value in model.weights.items()}
    for layer in range(len(local.encoder)):
        net = f"frame_net.{layer}"
        x = F.relu(
            F.conv1d(F.pad(x, (2, 2), mode="replicate"), weights[f"{net}.weight"], weights[f"{net}.bias"])
        )
    if local.upsampling == "repeat":
        x = F.interpolate(x, scale_factor=local.hop, mode="nearest")
    elif local.upsampling == "linear":
        x = F.interpolate(x, scale_factor=local.hop, mode="linear", align_corners=False)
    elif local.upsampling == "transposed":
        x = F.conv_transpose1d(
            x, weights["upsample.weight"][:, None], stride=local.hop, padding=local.hop // 2, groups=4
        )
    else:
        x = F.conv1d(F.pad(x, (local.margin,) * 2, mode="replicate"), weights["upsample.frames.weight"])
        for i, scale in enumerate(local.scales):
            x = F.interpolate(x, scale_factor=scale, mode="nearest")[:, None]
            x = F.conv2d(x, weights[f"upsample.{i}.weight"][None, None], padding=(local.bands // 2, scale))
            x = x[:, 0]
    return x[0].T[: len(frames) * local.hop].numpy()


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_upsampling_is_torchs_own(way: str) -> None:
    one = model(WAYS[way])
    condition = LocalCondition(one, FRAMES)
    assert condition.samples == 7 * WAYS[way].hop
    found = values(condition.rows(0, condition.samples))
    assert found == pytest.approx(by_torch(one, FRAMES), abs=2e-6)


@pytest.mark.parametrize("way", WAYS)
def test_a_single_frame_is_enough(way: str) -> None:
    one = model(WAYS[way])
    condition = LocalCondition(one, FRAMES[:1])
    found = values(condition.rows(0, condition.samples))
    assert found == pytest.approx(by_torch(one, FRAMES[:1]), abs=2e-6)


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(1, 119), max_size=12))
def test_how_a_range_is_cut_changes_no_bit(way: str, cuts: list[int]) -> None:
    condition = LocalCondition(model(WAYS[way]), FRAMES)
    whole = values(condition.rows(0, 120))
    edges = sorted({0, 120, *cuts})
    parts = [values(condition.rows(first, last - first)) for first, last in itertools.pairwise(edges)]
    assert np.array_equal(np.concatenate(parts), whole)


@pytest.mark.parametrize("way", WAYS)
def test_beyond_the_last_frame_the_last_condition_stays(way: str) -> None:
    condition = LocalCondition(model(WAYS[way]), FRAMES)
    last = values(condition.rows(condition.samples - 1, 1))
    assert np.array_equal(values(condition.rows(condition.samples - 1, 50)), np.tile(last, (50, 1)))
    assert np.array_equal(values(condition.rows(10**9, 3)), np.tile(last, (3, 1)))


@pytest.mark.parametrize("way", WAYS)
def test_the_rows_keep_the_kernels_contract(way: str) -> None:
    condition = LocalCondition(model(WAYS[way]), FRAMES)
    for start in range(0, condition.samples + 5):
        rows = condition.rows(start, 9)
        assert (rows.rows.dtype, rows.index.dtype, rows.mix.dtype) == (np.float32, np.int64, np.float32)
        assert rows.rows.shape[1] == 4
        assert rows.index.shape == rows.mix.shape == (9,)
        assert (np.diff(rows.index) >= 0).all()
        assert rows.index[-1] < len(rows.rows)
        assert (rows.index[rows.mix != 0] < len(rows.rows) - 1).all()
        assert ((rows.mix >= 0) & (rows.mix <= 1)).all()


@pytest.mark.parametrize("way", WAYS)
def test_a_long_condition_costs_no_more_for_a_few_samples_than_a_short_one(way: str) -> None:
    condition = LocalCondition(model(WAYS[way]), np.tile(FRAMES, (1000, 1)))
    assert len(condition.rows(20_000, 64).rows) <= 64


def test_the_middle_of_a_frame_is_the_frame_itself_under_linear_interpolation() -> None:
    condition = LocalCondition(model(WAYS["linear, odd hop"]), FRAMES)
    middles = [values(condition.rows(frame * 5 + 2, 1))[0] for frame in range(7)]
    assert np.array_equal(np.stack(middles), FRAMES)


def test_frames_of_another_width_are_refused() -> None:
    with pytest.raises(StudioError, match=r"\[7, 3\].*takes \[frames, 4\]"):
        LocalCondition(model(WAYS["repeat"]), FRAMES[:, :3])


def test_no_frames_are_refused() -> None:
    with pytest.raises(StudioError, match="no frames"):
        LocalCondition(model(WAYS["repeat"]), FRAMES[:0])


def test_frames_that_are_not_finite_are_refused_by_place() -> None:
    frames = FRAMES.copy()
    frames[3, 2] = np.nan
    with pytest.raises(StudioError, match="frame 3, feature 2"):
        LocalCondition(model(WAYS["linear, even hop"]), frames)


def test_a_model_without_local_conditioning_refuses_frames() -> None:
    plain = random_model(ModelConfig(dilations=(1,)))
    with pytest.raises(StudioError, match="takes no frames"):
        LocalCondition(plain, FRAMES)
