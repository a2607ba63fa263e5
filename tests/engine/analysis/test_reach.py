"""The gradient by past samples: known for two sines, and torch's own for any network."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.analysis.network import Given, LayerNetwork
from engine.analysis.reach import reach
from engine.network.model import WaveNet
from engine.wavenet.codes import encode
from engine.wavenet.conditions import LocalRows
from engine.wavenet.config import LocalConfig, ModelConfig
from engine.wavenet.mulaw import DECODED
from tests.engine.analysis.two_sines import CONFIG, before_and_earlier, sines, two_sines_model
from tests.models import ODD, TINY, random_model

NOTHING = Given(np.zeros(0, np.float32))


def test_of_two_sines_only_the_last_sample_and_the_one_four_earlier_count() -> None:
    four, two = sines(300)
    samples = four + two
    found = reach(LayerNetwork(two_sines_model()), encode(CONFIG, samples), 200, NOTHING)
    last, earlier = (part[200] for part in before_and_earlier(samples))
    added, subtracted = (1 - np.tanh(0.5 * last + sign * 0.5 * earlier) ** 2 for sign in (1, -1))
    assert len(found) == 9  # the receptive field
    assert found[0] == pytest.approx(0.5 * added + 0.5 * subtracted, abs=1e-5)
    assert found[4] == pytest.approx(0.5 * added - 0.5 * subtracted, abs=1e-5)
    assert not np.delete(found, [0, 4]).any()


@pytest.mark.parametrize("at", [5, 90])
@pytest.mark.parametrize(
    "config",
    [
        ModelConfig(**TINY, residual_scale=0.7, skip_scale=0.5),
        ModelConfig(**ODD),
        ModelConfig(**TINY, local=LocalConfig(channels=3, hop=10)),
    ],
    ids=["two taps", "three taps", "local"],
)
def test_it_is_torchs_gradient_times_the_slope_of_the_embedding(config: ModelConfig, at: int) -> None:
    model, rng = random_model(config, seed=5), np.random.default_rng(5)
    codes = rng.integers(0, 256, 100).astype(np.uint8)
    features = rng.standard_normal(config.global_channels).astype(np.float32)
    rows = rng.standard_normal((10, 3)).astype(np.float32)
    first = max(0, at - config.receptive_field)
    index = np.arange(first, at + 1) // 10
    local = LocalRows(rows, index, np.zeros(len(index), np.float32)) if config.local else None
    found = reach(LayerNetwork(model), codes, at, Given(features, local))

    network = WaveNet(config)
    network.load_state_dict({key: torch.from_numpy(value) for key, value in model.weights.items()})
    embedded: list[torch.Tensor] = []
    network.embedding.register_forward_hook(  # type: ignore[union-attr]
        lambda _module, _inputs, made: (made.retain_grad(), embedded.append(made))[0]
    )
    before = np.concatenate([[128], codes[:-1]])  # an empty stream's sample before the first is silence
    outputs = network(
        torch.from_numpy(before.astype(np.int64))[None],
        torch.from_numpy(features)[None] if config.conditioned else None,
        torch.from_numpy(rows)[None] if config.local else None,
    )[0]
    (outputs[at, int(codes[at])] - outputs[at].mean()).backward()
    gradient = embedded[0].grad
    assert gradient is not None
    table = model.weights["embedding.weight"].astype(np.float64)
    slopes = []
    for code in codes:
        low, high = max(0, int(code) - 1), min(255, int(code) + 1)
        slopes.append((table[high] - table[low]) / (float(DECODED[high]) - float(DECODED[low])))
    reached = min(at, config.receptive_field)
    wanted = [float(np.sum(gradient[0, at + 1 - k].numpy() * slopes[at - k])) for k in range(1, reached + 1)]
    np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-3 * np.abs(wanted).max())


@pytest.mark.parametrize("at", [0, 100])
def test_a_sample_that_is_not_there_is_refused(at: int) -> None:
    network = LayerNetwork(random_model(ModelConfig(**TINY)))
    with pytest.raises(ValueError, match=f"sample {at} is none of 1…99"):
        reach(network, np.zeros(100, np.uint8), at, Given(np.zeros(5, np.float32)))
