"""A net trained for a budget, resumable; the moving average of its weights is what is kept."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from engine.errors import StudioError
from engine.files.writing import replacing
from engine.training.budget import Budget
from engine.training.console import tell
from engine.training.muon import Muon

Net = TypeVar("Net", bound=nn.Module)
Loss = Callable[[Any, int], tuple[Tensor, dict[str, float]]]
"""Of a net and a step: what is to fall, and figures for whoever waits."""
OUTER = ("bank", "bias", "output", "classes")
"""In the names of parameters that do not lie between hidden layers."""


@dataclass(frozen=True)
class Fitting:
    """How a net is trained."""

    learning_rate: float = 3e-3
    """Of matrices (Muon)."""
    outer_learning_rate: float = 1.5e-3
    """Of all else (Adam)."""
    warmup: int = 50
    decay_from: float = 0.3
    """Share of the budget after which the learning rates fall, linearly to zero."""
    average: float = 0.995
    """Decay of the weights' moving average."""
    checkpoint_seconds: float = 120.0
    report_seconds: float = 60.0


def fit(net: Net, loss: Loss, how: Fitting, budget: Budget, path: Path) -> tuple[Net, int]:
    """Train until the budget is spent, going on with a checkpoint at ``path``: the average, and steps made.

    Raises StudioError where the loss becomes no number or the checkpoint is of another net.
    """
    averaged = copy.deepcopy(net).eval()
    matrices = [p for name, p in net.named_parameters() if is_matrix(name, p)]
    others = [p for name, p in net.named_parameters() if not is_matrix(name, p)]
    rates = {"muon": how.learning_rate, "adam": how.outer_learning_rate}
    optimisers: dict[str, torch.optim.Optimizer] = {
        "muon": Muon(matrices, how.learning_rate),
        "adam": torch.optim.Adam(others, how.outer_learning_rate, (0.9, 0.98)),
    }
    parts: dict[str, Any] = {"net": net, "averaged": averaged, **optimisers}
    step = _resumed(path, parts, budget) if path.exists() else 0
    budget.start()
    saved, told, sums, count = budget.elapsed(), time.monotonic(), dict[str, float](), 0
    net.train()
    while (progress := budget.progress(step)) < 1.0:
        rate = min(1.0, (step + 1) / how.warmup, (1.0 - progress) / (1.0 - how.decay_from))
        for name, optimiser in optimisers.items():
            for group in optimiser.param_groups:
                group["lr"] = rates[name] * rate
            optimiser.zero_grad()
        value, figures = loss(net, step)
        if not math.isfinite(float(value.detach())):
            raise StudioError("the loss is no longer a number; lower the learning rate")
        value.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        for optimiser in optimisers.values():
            optimiser.step()
        step += 1
        _follow(averaged, net, min(how.average, (1.0 + step) / (10.0 + step)))
        sums, count = {name: sums.get(name, 0.0) + number for name, number in figures.items()}, count + 1
        finished = budget.progress(step) >= 1.0
        if finished or time.monotonic() - told > how.report_seconds:
            means = ", ".join(f"{total / count:.3f} {name}" for name, total in sums.items())
            tell(f"{budget.elapsed():.0f} s, {step} steps: {means}")
            told, sums, count = time.monotonic(), {}, 0
        if finished or budget.elapsed() - saved > how.checkpoint_seconds:
            saved = budget.elapsed()
            _save(path, parts, step, saved)
    return averaged, step


def is_matrix(name: str, parameter: Tensor) -> bool:
    """Whether a parameter lies between hidden layers: Muon moves it."""
    return parameter.ndim >= 2 and not any(part in name for part in OUTER)


def _follow(averaged: nn.Module, net: nn.Module, decay: float) -> None:
    """Move the average towards the net; statistics of frames are taken as they are."""
    with torch.no_grad():
        for mean, weight in zip(averaged.parameters(), net.parameters(), strict=True):
            mean.lerp_(weight, 1.0 - decay)
        for own, statistic in zip(averaged.buffers(), net.buffers(), strict=True):
            own.copy_(statistic)


def _save(path: Path, parts: dict[str, Any], step: int, seconds: float) -> None:
    state = {name: part.state_dict() for name, part in parts.items()}
    with replacing(path) as temporary:
        torch.save({**state, "step": step, "seconds": seconds}, temporary)


def _resumed(path: Path, parts: dict[str, Any], budget: Budget) -> int:
    """Take a checkpoint's state; the steps made."""
    try:
        state = torch.load(path, weights_only=True)
        for name, part in parts.items():
            part.load_state_dict(state[name])
        budget.spent = float(state["seconds"])
        return int(state["step"])
    except (RuntimeError, ValueError, KeyError, TypeError, EOFError) as error:
        raise StudioError(f"{path}: cannot go on with it: {error}; remove it to begin anew") from None
