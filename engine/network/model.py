"""WaveNet (van den Oord et al. 2016, arXiv 1609.03499): all samples of a crop at once, for training.

Reads as the paper does: the samples before (2.1), a stack of dilated causal layers with gated units (2.1,
2.3), residual and skip connections (2.4), conditions (2.5) and context stacks (2.6), and the distribution
of the next sample (2.2). Tensors are [B, T, C], the paper's [B, C, T] with the last two exchanged: so each
convolution is one matrix product. B crops, T samples, F frames; R residual, G gate, S skip, H head channels.
"""

from __future__ import annotations

from copy import copy

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.network.layers import CausalLayer, CausalStack, ContextStack, LocalFeatures
from engine.network.upsampler import FrameNet, upsampler
from engine.wavenet.config import ModelConfig
from engine.wavenet.mulaw import LEVELS


class WaveNet(nn.Module):
    """p(x | h) = Π p(x_t | x_1, …, x_t-1, h), equations 1 and 3.

    Its weights are those torch starts with; ``initialise.fresh_model`` makes one to train.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        residual, gate, skip = config.residual_channels, config.gate_channels, config.skip_channels
        condition = config.condition_channels if config.conditioned else 0
        self.embedding = nn.Embedding(LEVELS, residual) if config.input == "embedding" else None
        self.input = nn.Linear(1, residual) if config.input == "scalar" else None
        self.condition = nn.Linear(config.global_channels, condition, bias=False) if condition else None
        self.frame_net = FrameNet(config.local) if config.local and config.local.encoder else None
        self.upsample = upsampler(config.local) if config.local else None
        self.contexts = nn.ModuleList(ContextStack(context) for context in config.contexts)
        self.layers = CausalStack(
            CausalLayer(
                config.kernel_size,
                dilation,
                residual,
                gate,
                condition=condition,
                local=config.local_channels,
                residual_scale=config.residual_scale,
            )
            for dilation in config.dilations
        )
        self.skip = nn.Linear(config.layers * gate, skip)
        self.skip_condition = nn.Linear(condition, skip, bias=False) if condition else None
        self.head = nn.Linear(skip, config.head_channels)
        self.output = nn.Linear(config.head_channels, config.outputs)

    def forward(
        self,
        inputs: Tensor,
        global_features: Tensor | None = None,
        frames: Tensor | None = None,
        amplitudes: Tensor | None = None,
    ) -> Tensor:
        """Outputs [B, T, config.outputs]: the distribution of sample t, for each t of a crop.

        ``inputs`` [B, T]: the samples before, t - 1, as ``codes.as_inputs`` gives them: int64
        codes for an embedding, float32 for a scalar input. ``global_features`` [B, global_channels] float:
        see ``conditioning.condition_inputs``. ``frames`` [B, F, channels] float: features, the first of
        which begins at sample 0; None stands for features of zero at every sample. ``amplitudes``
        [B, T] float in ±1: samples t themselves, for the context stacks, which tell sample t only of
        those before it; raises ValueError where they are missing.

        What lies before the first sample counts as zeros in every layer, as in an empty stream.
        """
        h = None if self.condition is None or global_features is None else self.condition(global_features)
        y = self.local_features(inputs, frames, amplitudes)
        x = self.embed(inputs)  # [B, T, R]
        skips = self.layers(x, self.skip, h, y) * self.config.skip_scale  # [B, T, S]
        if self.skip_condition is not None and h is not None:
            skips = skips + self.skip_condition(h).float().unsqueeze(1)
        hidden = F.relu(self.head(F.relu(skips)))  # [B, T, H]
        return self.distribution(hidden)

    def embed(self, inputs: Tensor) -> Tensor:
        """Each sample before as a vector, the first layer's x: [B, T] to [B, T, R]."""
        if self.embedding is not None:
            return self.embedding(inputs)  # type: ignore[no-any-return]
        assert self.input is not None
        return inputs.unsqueeze(-1) * self.input.weight[:, 0] + self.input.bias

    def distribution(self, hidden: Tensor) -> Tensor:
        """What describes the distribution of each sample: [B, T, H] to [B, T, config.outputs]."""
        if self.config.output == "softmax":
            return self.output(hidden)  # type: ignore[no-any-return]
        with torch.autocast(hidden.device.type, enabled=False):  # 16-bit means need more than bfloat16
            return self.output(hidden.float())  # type: ignore[no-any-return]

    def local_features(
        self, inputs: Tensor, frames: Tensor | None, amplitudes: Tensor | None
    ) -> LocalFeatures | None:
        """What conditions each sample: the frames' features first, then each context stack's.

        Frames that are only repeated stay frames: projecting them before they are repeated is the same,
        and costs a hop's part.
        """
        config, (batch, length) = self.config, inputs.shape
        if self.upsample is None and not self.contexts:
            return None
        if config.local is not None and frames is None:
            count = -(-length // config.local.hop)
            frames = torch.zeros(batch, count, config.local.encoded, device=inputs.device)
        elif self.frame_net is not None:
            frames = self.frame_net(frames)
        features = []
        if self.upsample is not None and frames is not None:
            if self.upsample.repeats and not self.contexts:
                return LocalFeatures(self.upsample.extended(frames, length), self.upsample.config.hop)
            features.append(self.upsample(frames, length))
        if self.contexts:
            if amplitudes is None:
                raise ValueError("a model with context stacks needs the samples' amplitudes")
            features.extend(stack(amplitudes) for stack in self.contexts)
        return LocalFeatures(torch.cat(features, dim=-1), hop=1)

    def with_layers(self, layers: CausalStack) -> WaveNet:
        """This model, the very same weights, with ``layers`` in the place of its own."""
        model = copy(self)
        model._modules = {**self._modules, "layers": layers}
        return model
