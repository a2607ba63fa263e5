from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.network.layers import CausalLayer
from engine.training.phones.compiled_layers import best_layers
from engine.training.phones.trunk import Layers, PooledStack, Stack, TorchLayers

DILATIONS, WIDTH, HOP, PICKED, OFFSET = (1, 2, 4, 37, 100), 32, 20, 8, 3
BATCH, TIME = 2, 1000


@pytest.mark.parametrize("layers", [TorchLayers(), best_layers(WIDTH)], ids=["torch", "best"])
def test_frames_picked_samples_and_gradients_are_those_of_the_networks_layers(layers: Layers) -> None:
    torch.manual_seed(1)
    network = [CausalLayer(2, dilation, WIDTH, WIDTH) for dilation in DILATIONS]
    x = torch.randn(BATCH, TIME, WIDTH, requires_grad=True)
    h, gated = x, []
    for layer in network:
        h, z = layer(h)
        gated.append(z)
    every = torch.cat(gated, dim=-1).mT  # [B, L · R, T]
    wanted = (every.reshape(BATCH, -1, TIME // HOP, HOP).mean(-1), every[:, :, OFFSET::PICKED])
    weighed = [torch.randn_like(part) for part in wanted]
    backwards(wanted, weighed)
    parameters = [p for layer in network for p in layer.parameters()]
    gradients = [None if p.grad is None else p.grad.clone() for p in [x, *parameters]]

    for p in [x, *parameters]:
        p.grad = None
    stack = Stack(DILATIONS, HOP, PICKED)
    weights = (
        torch.stack([layer.dilated.weight for layer in network]),
        torch.stack([layer.dilated.bias for layer in network]),
        torch.stack([layer.residual.weight for layer in network]),
        torch.stack([layer.residual.bias for layer in network]),
    )
    found = PooledStack.apply(layers, stack, 2, OFFSET, x.mT.contiguous(), *weights)  # type: ignore[no-untyped-call]
    backwards(found, weighed)
    for one, other in zip(found, wanted, strict=True):
        assert torch.allclose(one, other, atol=1e-5)
    for p, gradient in zip([x, *parameters], gradients, strict=True):
        if gradient is not None:  # the last layer's residual output leads nowhere
            assert p.grad is not None
            assert torch.allclose(p.grad, gradient, rtol=1e-3, atol=1e-4 * float(gradient.abs().max()))


def backwards(parts: tuple[Tensor, ...], weighed: list[Tensor]) -> None:
    loss = torch.stack([(part * weight).sum() for part, weight in zip(parts, weighed, strict=True)]).sum()
    loss.backward()  # type: ignore[no-untyped-call]
