from __future__ import annotations

import math

import pytest

from engine.benchmark.models import SIZES, sized_model
from engine.benchmark.work import work_of
from engine.wavenet.config import ModelConfig
from engine.wavenet.model_file import weight_shapes

SMALL = ModelConfig(
    kernel_size=3,
    dilations=(1, 4, 32),
    residual_channels=8,
    gate_channels=16,
    skip_channels=32,
    head_channels=64,
)


def test_the_operations_are_two_for_each_weight_that_a_sample_meets() -> None:
    shapes = weight_shapes(SMALL)
    idle = ("embedding.weight", "layers.2.residual.weight")  # looked up; leads nowhere
    met = sum(math.prod(s) for name, s in shapes.items() if name.endswith(".weight") and name not in idle)
    assert work_of(SMALL, "float32").operations == 2 * met


def test_the_past_is_read_once_for_as_many_samples_as_the_dilation_allows_up_to_16() -> None:
    # A past tap is 2·16·8 = 256 weights, two taps a layer: read for 1, 4 and 16 samples at once.
    past = 2 * 256 * (1 + 1 / 4 + 1 / 16)
    # Three layers' present tap and skip, two residuals; the head's two matrices.
    present, head = 3 * (256 + 32 * 16) + 2 * 8 * 16, 64 * (32 + 256)
    assert work_of(SMALL, "float32").read == pytest.approx(4 * (past + present + head))
    assert work_of(SMALL, "int16").read == pytest.approx(2 * (past + present + head))
    assert work_of(SMALL, "int8").read == pytest.approx(past + present + 2 * head)


def test_all_weights_are_stored_however_seldom_they_are_read() -> None:
    # 3 layers of 3 taps and skip, 2 residuals, and the head in two bytes a weight.
    assert work_of(SMALL, "int8").stored == 3 * (3 * 256 + 512) + 2 * 128 + 2 * 64 * 288


def test_the_sizes_are_the_named_ones_and_the_same_every_time() -> None:
    for size in SIZES:
        model = sized_model(size)
        assert model.config.size == size
        assert model.header.hash == sized_model(size).header.hash
    # 1 … 512 three times, and the sample itself.
    assert sized_model("standard").config.receptive_field == 3 * 1023 + 1
