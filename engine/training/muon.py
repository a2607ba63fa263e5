"""Muon (Jordan et al. 2024): momentum whose update is orthogonalised, matrix by matrix.

torch.optim.Muon works in bfloat16 and one matrix at a time, which doubles the time of a step on
processors without bfloat16; a WaveNet's many equal matrices go through in batches, in float32.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

import torch
from torch import Tensor

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Of the quintic Newton-Schulz step, from the reference description of Muon."""


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, orthogonalised; the update's root mean square matches Adam's (0.2)."""

    def __init__(self, params: Iterable[Tensor], lr: float, momentum: float = 0.95) -> None:
        """``params`` are matrices [rows, columns]; ``lr`` > 0 as for Adam; ``momentum`` in [0, 1)."""
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Update every matrix that has a gradient; returns what ``closure`` returned."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            by_shape: dict[torch.Size, list[Tensor]] = defaultdict(list)
            for parameter in group["params"]:
                if parameter.grad is not None:
                    by_shape[parameter.shape].append(parameter)
            for shape, parameters in by_shape.items():
                updates = orthogonalise(torch.stack([self._nesterov(p, group) for p in parameters]))
                scale = -0.2 * max(shape) ** 0.5 * group["lr"]
                for parameter, update in zip(parameters, updates, strict=True):
                    parameter.add_(update, alpha=scale)
        return loss

    def _nesterov(self, parameter: Tensor, group: dict[str, float]) -> Tensor:
        state = self.state[parameter]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(parameter)
        assert parameter.grad is not None
        state["momentum"].lerp_(parameter.grad, 1.0 - group["momentum"])
        return parameter.grad.lerp(state["momentum"], group["momentum"])


def orthogonalise(matrices: Tensor, steps: int = 5) -> Tensor:
    """Move the singular values of each of ``matrices`` [N, rows, columns] to near 1."""
    a, b, c = COEFFICIENTS
    tall = matrices.shape[-2] > matrices.shape[-1]
    x = matrices.mT if tall else matrices
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    result: Tensor = x.mT if tall else x
    return result
