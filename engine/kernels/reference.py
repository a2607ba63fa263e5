"""The reference engine: one sample a step in torch, on any torch device. Slow, and plain to read."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from engine import distributions
from engine.checkpoint import ModelFile
from engine.distributions import Sampling
from engine.kernels.base import Block
from engine.philox import uniform
from engine.state import StreamState, ring_offsets


class ReferenceKernel:
    """The incremental WaveNet, equation by equation, in float32."""

    name = "reference"
    version = "1"

    def __init__(self, model: ModelFile, device: str = "cpu") -> None:
        """Put the weights on ``device``. Raises RuntimeError where torch does not know the device."""
        self.config = model.config
        self.device = torch.device(device)
        self._w = {key: torch.from_numpy(value).to(self.device) for key, value in model.weights.items()}
        self._offsets = ring_offsets(model.config)

    def condition(self, choices: NDArray[np.float32]) -> NDArray[np.float32]:
        """See ``base.Kernel.condition``."""
        c, w = self.config, self._w
        if not c.conditioned:
            return np.zeros(c.layers * 2 * c.gate_channels + c.skip_channels, dtype=np.float32)
        vector = w["condition.weight"] @ torch.from_numpy(choices).to(self.device)
        parts = [w[f"layers.{i}.condition.weight"] @ vector for i in range(c.layers)]
        return torch.cat([*parts, w["skip_condition.weight"] @ vector]).cpu().numpy()

    def generate(self, state: StreamState, biases: NDArray[np.float32], sampling: Sampling, n: int) -> Block:
        """See ``base.Kernel.generate``."""
        codes = np.empty(n, dtype=np.uint8)
        for i in range(n):
            logits = self._step(state, biases)
            probabilities = distributions.shape(logits, sampling)
            codes[i] = distributions.draw(probabilities, uniform(state.seed, state.clock))
            state.previous = int(codes[i])
            state.clock += 1
        return Block(codes, logits)

    def advance(
        self,
        state: StreamState,
        biases: NDArray[np.float32],
        codes: NDArray[np.uint8],
        logits: bool = True,
    ) -> NDArray[np.float32]:
        """See ``base.Kernel.advance``."""
        found = np.empty((len(codes) if logits else 0, 256), dtype=np.float32)
        for i, code in enumerate(codes):
            row = self._step(state, biases)
            if logits:
                found[i] = row
            state.previous = int(code)
            state.clock += 1
        return found

    @torch.inference_mode()
    def _step(self, state: StreamState, biases: NDArray[np.float32]) -> NDArray[np.float32]:
        """Logits [256] of the next sample; writes every layer's input into its ring."""
        c, w = self.config, self._w
        bias = torch.from_numpy(biases).to(self.device)
        history = torch.from_numpy(state.history)
        width = 2 * c.gate_channels
        x = w["embedding.weight"][state.previous]
        gated = []
        for i, dilation in enumerate(c.dilations):
            layer = f"layers.{i}."
            ring = history[self._offsets[i] : self._offsets[i + 1]]
            z = F.linear(self._taps(ring, state.clock, dilation, x), w[layer + "dilated.weight"])
            z = z + w[layer + "dilated.bias"] + bias[i * width : (i + 1) * width]
            ring[state.clock % len(ring)] = x.to(ring.device)
            h = torch.tanh(z[: c.gate_channels]) * torch.sigmoid(z[c.gate_channels :])
            gated.append(h)
            residual = F.linear(h, w[layer + "residual.weight"], w[layer + "residual.bias"])
            x = (x + residual) * c.residual_scale
        skip = F.linear(torch.cat(gated), w["skip.weight"], w["skip.bias"]) * c.skip_scale
        skip = skip + bias[c.layers * width :]
        hidden = F.linear(F.relu(skip), w["head.weight"], w["head.bias"])
        logits = F.linear(F.relu(hidden), w["output.weight"], w["output.bias"])
        if not torch.isfinite(logits).all():
            raise FloatingPointError(f"the model gave NaN or infinity at sample {state.clock}")
        return logits.cpu().numpy()

    def _taps(self, ring: Tensor, clock: int, dilation: int, x: Tensor) -> Tensor:
        """The layer's inputs at t - (k-1)d, …, t - d and t, end to end."""
        taps = self.config.kernel_size
        past = [ring[(clock - tap * dilation) % len(ring)] for tap in range(taps - 1, 0, -1)]
        return torch.cat([*(row.to(self.device) for row in past), x])
