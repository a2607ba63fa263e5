from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.benchmark.models import SHAPES, shape
from engine.network.model import WaveNet
from engine.training import throughput
from engine.training.baseline import BaselineWaveNet
from engine.training.precision import EXACT
from engine.training.throughput import alternate, measure_training
from engine.wavenet.config import ModelConfig

SMALL = ModelConfig(
    dilations=(1, 2, 4), residual_channels=8, gate_channels=8, skip_channels=16, head_channels=16
)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def test_the_conventional_network_computes_what_ours_does() -> None:
    """The same function of the same weights: only how it is computed differs."""
    torch.manual_seed(1)
    ours, theirs = WaveNet(SMALL), BaselineWaveNet(SMALL)
    with torch.no_grad():
        assert ours.embedding is not None
        theirs.first.weight.copy_(ours.embedding.weight.T[:, :, None])
        theirs.first.bias.zero_()
        skips = ours.skip.weight.chunk(len(SMALL.dilations), dim=1)
        for index, (mine, other) in enumerate(zip(ours.layers, theirs.layers, strict=True)):
            taps = mine.dilated.weight.chunk(SMALL.kernel_size, dim=1)  # oldest first
            other.dilated.weight.copy_(torch.stack(taps, dim=-1))
            other.dilated.bias.copy_(mine.dilated.bias)
            other.residual.weight.copy_(mine.residual.weight[:, :, None])
            other.residual.bias.copy_(mine.residual.bias)
            other.skip.weight.copy_(skips[index][:, :, None])
            other.skip.bias.copy_(ours.skip.bias if index == 0 else torch.zeros(16))
        for name in ("head", "output"):
            getattr(theirs, name).weight.copy_(getattr(ours, name).weight[:, :, None])
            getattr(theirs, name).bias.copy_(getattr(ours, name).bias)
        codes = torch.randint(256, (2, 40))
        np.testing.assert_allclose(theirs(codes).transpose(1, 2), ours(codes), atol=1e-5)


def test_both_have_the_weights_of_the_standard_size() -> None:
    config = shape(*SHAPES["standard"])
    ours, theirs = (sum(p.numel() for p in m(config).parameters()) for m in (WaveNet, BaselineWaveNet))
    assert ours == pytest.approx(theirs, rel=0.01)
    assert ours == pytest.approx(0.93e6, rel=0.02)


def test_steps_of_both_are_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throughput, "CROP", 256)
    ours, conventional = measure_training(replace(SMALL, tags=("a",)), EXACT, 0.0)
    assert ours.name.startswith("ours, float32")
    assert conventional.name == "conventional, float32, not compiled"
    for speed in (ours, conventional):
        assert 256 < speed.samples_per_second < 256e4  # between a second and 0.1 ms a step
        assert speed.threads == 1


def test_calls_alternate_and_the_first_do_not_count() -> None:
    calls: list[str] = []

    def slow() -> None:
        calls.append("slow")
        time.sleep(0.05 if len(calls) < 3 else 0.01)

    times = alternate((slow, lambda: calls.append("quick")), 0.0)
    assert calls == ["slow", "quick"] * 4
    assert [len(taken) for taken in times] == [3, 3]
    assert times[0][0] < 0.05
