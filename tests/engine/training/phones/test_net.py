from __future__ import annotations

import numpy as np
import torch

from engine.speech.recognition.net import log_chances, pooled_layers
from engine.speech.recognition.shape import RecogniserShape
from engine.training.phones.export import head_weights, trunk_weights
from engine.training.phones.net import PICKED, FrameHead, Trunk, gammatones

SHAPE = RecogniserShape(
    hop=20, input_taps=8, dilations=(1, 3, 50), channels=8, width=12, taps=3, convolutions=2
)


def test_what_numpy_hears_is_what_was_trained_whatever_the_blocks() -> None:
    torch.manual_seed(2)
    trunk, head = Trunk(SHAPE), FrameHead(SHAPE).eval()
    codes = np.random.default_rng(1).integers(0, 256, 20 * 150).astype(np.uint8)  # of more than two blocks
    with torch.no_grad():
        pooled, _ = trunk(torch.from_numpy(codes).long()[None])
        assert head.norm.running_mean is not None
        assert head.norm.running_var is not None
        head.norm.running_mean.copy_(pooled[0].mean(1))
        head.norm.running_var.copy_(pooled[0].var(1))
        wanted = torch.log_softmax(head(pooled), -1)[0].numpy()
    found = pooled_layers(trunk_weights(trunk), SHAPE, codes)
    assert np.allclose(found, pooled[0].mT.numpy(), atol=1e-5)
    assert np.allclose(log_chances(head_weights(head), SHAPE, found), wanted, atol=1e-3)


def test_the_first_filters_let_their_own_frequency_through() -> None:
    filters = gammatones(16, 512, 16_000).numpy()
    response = np.abs(np.fft.rfft(filters, 16_000, axis=1))
    peaks = response.argmax(axis=1)
    assert np.all(np.diff(peaks) > 0)
    assert 60 < peaks[0] < 120
    assert 7_000 < peaks[-1] < 7_800
    assert np.allclose(response.max(axis=1), 1.0, atol=0.15)


def test_no_layer_hears_what_is_still_to_come() -> None:
    torch.manual_seed(1)
    trunk = Trunk(SHAPE)
    codes = torch.randint(0, 256, (1, 400))
    other = codes.clone()
    other[0, 200:] = 7
    with torch.no_grad():
        (frames, picked), (frames_2, picked_2) = trunk(codes), trunk(other)
    assert torch.equal(frames[:, :, :10], frames_2[:, :, :10])
    assert not torch.equal(frames[:, :, 10], frames_2[:, :, 10])
    first = -(-200 // PICKED)
    assert torch.equal(picked[:, :, :first], picked_2[:, :, :first])


def test_the_next_samples_loss_is_the_mean_surprise_of_what_follows() -> None:
    torch.manual_seed(1)
    trunk = Trunk(SHAPE)
    codes, offset = torch.randint(0, 256, (2, 400)), 5
    _, picked = trunk(codes, offset)
    loss = trunk.next_sample_loss(picked, codes, offset)
    nats = []
    for row in range(2):
        for number, place in enumerate(range(offset, 399, PICKED)):
            hidden = torch.relu(trunk.hidden(torch.relu(trunk.skip(picked[row, :, number]))))
            nats.append(-torch.log_softmax(trunk.output(hidden), -1)[codes[row, place + 1]])
    assert torch.isclose(loss, torch.stack(nats).mean(), rtol=1e-4)
