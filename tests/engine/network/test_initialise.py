from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from engine.network.initialise import fresh_model, smooth_features
from engine.network.losses import bits_torch, cross_entropy_bits
from engine.wavenet.config import LocalConfig, ModelConfig


def test_a_fresh_model_predicts_next_to_nothing() -> None:
    torch.manual_seed(0)
    model = fresh_model(ModelConfig(tags=("a",)))
    codes = torch.randint(0, 256, (1, 200))
    with torch.inference_mode():
        bits = cross_entropy_bits(model(codes, torch.ones(1, 1)), codes).mean()
    assert math.isclose(float(bits), 8.0, abs_tol=0.3)


@pytest.mark.parametrize("output", ["logistics", "gaussian"])
def test_a_fresh_continuous_model_takes_quiet_sound_for_likely(output: Any) -> None:
    torch.manual_seed(0)
    model = fresh_model(ModelConfig(input="scalar", output=output))
    codes = (3000 * torch.randn(1, 300)).long()
    with torch.inference_mode():
        bits = bits_torch(model.config, model(codes / 32768), codes).mean()
    assert bits < 15.5  # 16 is what knowing nothing costs


def test_components_start_apart_equally_likely_and_a_tenth_of_full_scale_wide() -> None:
    bias = fresh_model(ModelConfig(output="logistics", components=3)).output.bias.detach()
    assert bias[:3].tolist() == [0.0, 0.0, 0.0]
    assert bias[3:6].tolist() == [-0.5, 0.0, 0.5]
    assert bias[6:].exp().tolist() == pytest.approx([0.1] * 3, rel=0.01)


def test_neighbouring_codes_start_alike_and_far_ones_not() -> None:
    torch.manual_seed(0)
    features = smooth_features(256, 64)
    assert float(features.var()) == pytest.approx(1.0, abs=0.2)
    near, far = features[100] - features[101], features[100] - features[200]
    assert near.square().mean() < 0.2 * far.square().mean()


def test_a_fresh_layer_passes_its_input_on() -> None:
    torch.manual_seed(0)
    layer = fresh_model(ModelConfig(dilations=(1,))).layers[0]
    x = torch.randn(1, 50, 64)
    with torch.inference_mode():
        passed, _ = layer(x)
    assert (passed - x).square().mean() < 0.05 * x.square().mean()


def test_at_first_a_score_means_nothing() -> None:
    model = fresh_model(ModelConfig(dilations=(1, 2), local=LocalConfig(channels=5, hop=4, features="roll")))
    codes = torch.randint(0, 256, (1, 12))
    with torch.inference_mode():
        assert torch.equal(model(codes), model(codes, None, torch.randn(1, 3, 5)))
