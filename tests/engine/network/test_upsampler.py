from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from engine.network.upsampler import triangle, upsampler
from engine.wavenet.config import LocalConfig


@pytest.mark.parametrize("hop", [1, 4, 5])
def test_a_fresh_transposed_convolution_is_linear_interpolation_between_frame_middles(hop: int) -> None:
    frames = torch.randn(2, 6, 3)
    fresh = upsampler(LocalConfig(channels=3, hop=hop, upsampling="transposed"))
    expected = F.interpolate(frames.transpose(1, 2), scale_factor=float(hop), mode="linear").transpose(1, 2)
    with torch.inference_mode():
        found = fresh(frames, 6 * hop)
    inner = slice(hop, -hop or None)  # outside, a convolution fades to the zeros beyond its ends
    assert torch.allclose(found[:, inner], expected[:, inner], atol=1e-6)


def test_the_triangles_of_neighbouring_frames_sum_to_one() -> None:
    for hop in (2, 3, 8):
        both = triangle(hop).view(2, hop).sum(0)
        assert torch.allclose(both, torch.ones(hop))


def test_a_fresh_stretched_network_keeps_a_constant_away_from_the_ends() -> None:
    config = LocalConfig(channels=5, hop=12, upsampling="stretched", scales=(3, 4), margin=2, bands=3)
    with torch.inference_mode():
        found = upsampler(config)(torch.full((1, 9, 5), 0.7), 9 * 12)
    assert torch.allclose(found[:, 24:-24], torch.tensor(0.7))


@pytest.mark.parametrize("way", ["repeat", "linear", "transposed"])
def test_any_number_of_samples_can_be_asked_for(way: str) -> None:
    module = upsampler(LocalConfig(channels=2, hop=4, upsampling=way))  # type: ignore[arg-type]
    frames = torch.randn(1, 3, 2)
    with torch.inference_mode():
        whole = module(frames, 12)
        assert torch.equal(module(frames, 7), whole[:, :7])
        longer = module(frames, 20)
    assert torch.equal(longer[:, :12], whole)
    assert torch.equal(longer[:, 12:], whole[:, -1:].expand(1, 8, 2))
