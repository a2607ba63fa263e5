"""A model's causal layers by the compiled stack, in place of the model's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from engine.network.model import WaveNet
from engine.training.console import tell
from engine.training.fused.build import Library, library
from engine.training.fused.stack import BLOCK, Layers, Stack
from engine.training.fused.workspace import Rooms
from engine.wavenet.config import ModelConfig

COMPILING = "compiling the layers for this processor; this happens once and takes some seconds"


def fits(config: ModelConfig) -> bool:
    """Whether the compiled stack knows all that a model of ``config`` does in its layers.

    Local features must be frames that are repeated: what is different at every sample would take a row
    of the condition for each.
    """
    even = (config.residual_channels % (BLOCK // 2), config.gate_channels % (BLOCK // 2)) == (0, 0)
    repeated = config.local is None or config.local.upsampling == "repeat"
    return even and repeated and not config.contexts


def fused_forward(model: WaveNet) -> Callable[..., Tensor]:
    """``model.forward`` by the compiled stack, compiled at the first call; raises FusedError there."""
    layers: FusedLayers | None = None

    def forward(*inputs: Tensor | None) -> Tensor:
        nonlocal layers
        if layers is None:
            layers = FusedLayers(model, library(lambda: tell(COMPILING)))
        return model.forward(*inputs, sum_of_skips=layers)  # type: ignore[arg-type, misc]

    return forward


class FusedLayers:
    """Like ``WaveNet.sum_of_skips``, of a model that ``fits``; on the CPU, in bfloat16."""

    def __init__(self, model: WaveNet, library: Library) -> None:
        config = model.config
        self.model = model
        self.layers = Layers(config.dilations, config.kernel_size, config.residual_scale, library, Rooms())

    def __call__(self, x: Tensor, condition: Tensor | None, local: Tensor | None, hop: int) -> Tensor:
        """See ``WaveNet.sum_of_skips``."""
        layers: Any = self.model.layers
        skip = self.model.skip
        bias = torch.stack([layer.dilated.bias for layer in layers])[:, None, None]  # [L, 1, 1, 2G]
        if condition is not None:
            rows = [layer.condition(condition) for layer in layers]
            bias = bias + torch.stack(rows).float().unsqueeze(2)
        if local is None:
            hop = x.shape[1]
        else:
            bias = bias + torch.stack([layer.local(local) for layer in layers]).float()
        return skip.bias + Stack.apply(  # type: ignore[no-untyped-call, no-any-return]
            self.layers,
            x,
            bias.expand(-1, x.shape[0], -1, -1),
            hop,
            torch.stack([layer.dilated.weight for layer in layers]),
            torch.stack([layer.residual.weight for layer in layers]),
            torch.stack([layer.residual.bias for layer in layers]),
            skip.weight,
        )
