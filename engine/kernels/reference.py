"""The reference engine: one sample a step in torch, on any torch device. Slow, and plain to read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from engine.kernels.base import Block, State, Unskipped, check_lengths, shut_gates, temperatures
from engine.kernels.contexts import ContextStacks
from engine.kernels.state import StreamState, ring_offsets
from engine.wavenet.codes import Codes, as_inputs, code_type, mix_feedback
from engine.wavenet.conditions import Feedback, LocalRows
from engine.wavenet.distributions import Sampling, draw_code
from engine.wavenet.model_file import ModelFile


class ReferenceKernel:
    """The incremental WaveNet, equation by equation, in float32."""

    name = "reference"
    version = "1"
    max_streams = 1
    max_rewind = 0

    def __init__(self, model: ModelFile, device: str = "cpu") -> None:
        """Put the weights on ``device``. Raises RuntimeError where torch does not know the device."""
        self.config = model.config
        self.snapshot_bytes = model.config.stream_bytes
        self.device = torch.device(device)
        self._w = {key: torch.from_numpy(value).to(self.device) for key, value in model.weights.items()}
        self._code_type: Any = code_type(model.config)
        self._stack = _Stack("", model.config.kernel_size, model.config.dilations)
        self._contexts = [
            _Stack(f"contexts.{i}.", c.kernel_size, c.dilations) for i, c in enumerate(model.config.contexts)
        ]
        self._stacks = ContextStacks(model.config, self._step_context)

    def project(
        self, features: NDArray[np.float32], muted: Collection[int] = (), unskipped: Collection[int] = ()
    ) -> Tensor | Unskipped:
        """See ``base.Kernel.project``: [layers · 2G + S], each layer's filter and gate, then the skip sum."""
        biases = self._projected(features, muted)
        if not unskipped:
            return biases
        weight = self._w["skip.weight"].clone()
        weight.view(len(weight), self.config.layers, -1)[:, list(unskipped)] = 0.0
        return Unskipped(biases, weight)

    def _projected(self, features: NDArray[np.float32], muted: Collection[int]) -> Tensor:
        c, w, shut = self.config, self._w, self._tensor(shut_gates(self.config, muted))
        if not c.conditioned:
            return shut
        vector = w["condition.weight"] @ self._tensor(features)
        parts = [w[f"layers.{i}.condition.weight"] @ vector for i in range(c.layers)]
        return torch.cat([*parts, w["skip_condition.weight"] @ vector]) + shut

    def new_state(self, seeds: Sequence[int], *, rewindable: bool = False) -> StreamState:
        """See ``base.Kernel.new_state``."""
        if len(seeds) > self.max_streams:
            raise ValueError(f"{len(seeds)} seeds: a state of this engine holds one stream")
        return StreamState.empty(self.config, seeds)

    def snapshot(self, state: State) -> StreamState:
        """See ``base.Kernel.snapshot``."""
        return StreamState.own(state).copy()

    def restore(self, snapshot: StreamState, *, rewindable: bool = False) -> StreamState:
        """See ``base.Kernel.restore``."""
        return snapshot.copy()

    def rewind(self, state: State, n: int) -> None:
        """See ``base.Kernel.rewind``: every ``n`` but 0 is too many."""
        if n:
            position = StreamState.own(state).position
            raise ValueError(f"{n} samples cannot be taken back: 0 are kept at sample {position}")

    def skip(self, state: State, n: int, code: int) -> None:
        """See ``base.Kernel.skip``."""
        StreamState.own(state).skip(n, code)

    def skim(self, state: State, codes: Codes) -> None:
        """See ``base.Kernel.skim``."""
        self._stacks.skim(StreamState.own(state), codes)

    def reseed(self, state: State, seeds: Sequence[int]) -> None:
        """See ``base.Kernel.reseed``."""
        StreamState.own(state).seeds[:] = np.array(seeds, np.uint64)

    def generate(
        self,
        state: State,
        biases: Tensor | Unskipped,
        sampling: Sampling,
        n: int,
        local: LocalRows | None = None,
        guide: Feedback | None = None,
    ) -> list[Block]:
        """See ``base.Kernel.generate``."""
        check_lengths(n, local, guide)
        own, seed = StreamState.own(state), int(StreamState.own(state).seeds[0])
        codes: NDArray[Any] = np.empty(n, dtype=self._code_type)
        shares = temperatures(sampling, local, n)
        for part in self._stacks.parts(own.position, n):
            rows = self._stacks.beside(own, local, n)
            heard = codes[part].copy()
            for i in range(part.start, part.stop):
                outputs = self._head(own, self._step(own, biases, self._row(rows, i)), biases)
                tempered = replace(sampling, temperature=float(shares[i]))
                codes[i] = draw_code(self.config, outputs, tempered, seed, own.position)
                heard[i - part.start] = codes[i] if guide is None else _mixed_feedback(codes, guide, i)
                own.previous[0] = heard[i - part.start]
                own.position += 1
            self._stacks.feed(own, heard)
        return [Block(codes, outputs)]

    def native(
        self,
        state: State,
        biases: Tensor | Unskipped,
        sampling: Sampling,
        n: int,
        local: LocalRows | None = None,
        guide: Feedback | None = None,
    ) -> None:
        """See ``base.Kernel.native``: there is no compiled code here."""

    def advance(
        self,
        state: State,
        biases: Tensor | Unskipped,
        codes: Codes,
        outputs: bool = True,
        local: LocalRows | None = None,
    ) -> NDArray[np.float32]:
        """See ``base.Kernel.advance``."""
        own, n = StreamState.own(state), len(codes)
        check_lengths(n, local)
        found = np.empty((1, n if outputs else 0, self.config.outputs), dtype=np.float32)
        for part in self._stacks.parts(own.position, n):
            rows = self._stacks.beside(own, local, n)
            for i in range(part.start, part.stop):
                gated = self._step(own, biases, self._row(rows, i))
                if outputs:
                    found[0, i] = self._head(own, gated, biases)
                own.previous[0] = int(codes[i])
                own.position += 1
            self._stacks.feed(own, codes[part])
        return found

    @torch.inference_mode()
    def _step_context(self, state: StreamState, index: int, step: int) -> None:
        """One step of a context stack. Raises FloatingPointError on NaN or infinity."""
        context, w, stack = state.contexts[index], self._w, self._contexts[index]
        pending = self._tensor(context.pending)
        x = F.linear(pending, w[stack.name + "input.weight"], w[stack.name + "input.bias"])
        gated = []
        for i in range(len(stack.dilations)):
            x, h = self._layer(stack, i, torch.from_numpy(context.history), step, x)
            gated.append(h)
        row = F.linear(torch.cat(gated), w[stack.name + "skip.weight"], w[stack.name + "skip.bias"])
        if not torch.isfinite(row).all():
            raise FloatingPointError(f"context stack {index} gave NaN or infinity at step {step}")
        context.row[:] = row.cpu().numpy()

    @torch.inference_mode()
    def _step(self, state: StreamState, biases: Tensor | Unskipped, row: Tensor | None) -> Tensor:
        """All layers' gated outputs [layers · G] for the next sample; every layer's input goes into its ring.

        ``row`` [local_channels]: the local condition of that sample.
        """
        c, w = self.config, self._w
        width = 2 * c.gate_channels
        biases = biases.biases if isinstance(biases, Unskipped) else biases
        x = self._input(int(state.previous[0]))
        history = torch.from_numpy(state.histories[0])
        gated = []
        for i in range(c.layers):
            added = biases[i * width : (i + 1) * width]
            if row is not None:
                added = added + F.linear(row, w[f"layers.{i}.local.weight"])
            x, h = self._layer(self._stack, i, history, state.position, x, added)
            x = x * c.residual_scale
            gated.append(h)
        if not torch.isfinite(x).all():
            raise _not_finite(state)
        return torch.cat(gated)

    @torch.inference_mode()
    def _head(self, state: StreamState, gated: Tensor, biases: Tensor | Unskipped) -> NDArray[np.float32]:
        """Outputs [config.outputs] from the gated outputs of all layers."""
        c, w = self.config, self._w
        weight = biases.weights if isinstance(biases, Unskipped) else w["skip.weight"]
        added: Tensor = biases.biases if isinstance(biases, Unskipped) else biases
        skip = F.linear(gated, weight, w["skip.bias"]) * c.skip_scale
        skip = skip + added[c.layers * 2 * c.gate_channels :]
        hidden = F.linear(F.relu(skip), w["head.weight"], w["head.bias"])
        outputs = F.linear(F.relu(hidden), w["output.weight"], w["output.bias"])
        if not torch.isfinite(outputs).all():
            raise _not_finite(state)
        return outputs.cpu().numpy()

    def _input(self, previous: int) -> Tensor:
        """The first layer's input [R], from the code of the sample before."""
        w = self._w
        value = as_inputs(self.config, np.array([previous], dtype=self._code_type))[0]
        if self.config.input == "embedding":
            return w["embedding.weight"][int(value)]
        return w["input.weight"][:, 0] * float(value) + w["input.bias"]

    def _row(self, local: LocalRows | None, i: int) -> Tensor | None:
        """The local condition [local_channels] of sample i."""
        if local is None:
            return None
        index, mix = local.index[i], local.mix[i]
        row = local.rows[index]
        return self._tensor(row * (1 - mix) + local.rows[index + 1] * mix if mix else row)

    def _layer(
        self, stack: _Stack, i: int, history: Tensor, position: int, x: Tensor, added: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """One layer at step ``position`` of its stack: x + W_res h [R] and h [G]; ``x`` enters the ring."""
        w, layer = self._w, f"{stack.name}layers.{i}."
        ring, dilation = history[stack.offsets[i] : stack.offsets[i + 1]], stack.dilations[i]
        past = [ring[(position - tap * dilation) % len(ring)] for tap in range(stack.taps - 1, 0, -1)]
        taps = torch.cat([*(row.to(self.device) for row in past), x])
        z = F.linear(taps, w[layer + "dilated.weight"]) + w[layer + "dilated.bias"]
        z = z if added is None else z + added
        ring[position % len(ring)] = x.to(ring.device)
        filter_, gate = z.chunk(2)
        h = torch.tanh(filter_) * torch.sigmoid(gate)
        return x + F.linear(h, w[layer + "residual.weight"], w[layer + "residual.bias"]), h

    def _tensor(self, values: NDArray[np.float32]) -> Tensor:
        return torch.from_numpy(values).to(self.device)


class _Stack:
    """A stack's prefix among the weights, and its rings."""

    def __init__(self, name: str, taps: int, dilations: tuple[int, ...]) -> None:
        self.name, self.taps, self.dilations = name, taps, dilations
        self.offsets = ring_offsets(taps, dilations)


def _mixed_feedback(codes: Codes, guide: Feedback, i: int) -> np.integer[Any]:
    """What sample i is to a guided model."""
    at = slice(i, i + 1)
    heard: np.integer[Any] = mix_feedback(codes[at], guide.gain[at], guide.offset[at])[0]
    return heard


def _not_finite(state: StreamState) -> FloatingPointError:
    return FloatingPointError(f"the model gave NaN or infinity at sample {state.position}")
