"""A model's causal layers by the compiled stack, in place of the model's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from engine.network.layers import CausalStack, LocalFeatures
from engine.network.model import WaveNet
from engine.training.console import tell
from engine.training.fused.build import Library, library
from engine.training.fused.stack import BLOCK, Layers, Stack
from engine.training.fused.workspace import Workspaces
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
    fused: WaveNet | None = None

    def forward(*inputs: Tensor | None) -> Tensor:
        nonlocal fused
        if fused is None:
            fused = model.with_layers(FusedStack(model, library(lambda: tell(COMPILING))))
        return fused.forward(*inputs)  # type: ignore[arg-type]

    return forward


class FusedStack(CausalStack):
    """The layers of a model that ``fits``, their weights and names included, as one compiled function.

    On the CPU, in bfloat16.
    """

    def __init__(self, model: WaveNet, library: Library) -> None:
        super().__init__(model.layers)
        config = model.config
        self.compiled = Layers(
            config.dilations, config.kernel_size, config.residual_scale, library, Workspaces()
        )

    def forward(
        self, x: Tensor, skip: nn.Linear, h: Tensor | None = None, y: LocalFeatures | None = None
    ) -> Tensor:
        """See ``CausalStack.forward``."""
        layers: list[Any] = list(self)
        bias = torch.stack([layer.dilated.bias for layer in layers])[:, None, None]  # [L, 1, 1, 2G]
        if h is not None:
            rows = [layer.condition(h) for layer in layers]
            bias = bias + torch.stack(rows).float().unsqueeze(2)  # [L, B, 1, 2G]
        hop = x.shape[1]
        if y is not None:
            hop = y.hop
            bias = bias + torch.stack([layer.local(y.rows) for layer in layers]).float()  # [L, B, F, 2G]
        return skip.bias + Stack.apply(  # type: ignore[no-untyped-call, no-any-return]
            self.compiled,
            x,
            bias.expand(-1, x.shape[0], -1, -1),
            hop,
            torch.stack([layer.dilated.weight for layer in layers]),
            torch.stack([layer.residual.weight for layer in layers]),
            torch.stack([layer.residual.bias for layer in layers]),
            skip.weight,
        )
