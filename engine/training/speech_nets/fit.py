"""One net trained for a time, resumable; the weights of the best validation are kept."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.errors import StudioError
from engine.files.writing import replacing
from engine.training.console import tell
from engine.training.speech_nets.batches import Batch, Example, batches

Loss = Callable[[Any, Batch], Tensor]
"""Of a net and a batch."""


@dataclass(frozen=True)
class Fitting:
    """How one net is trained."""

    name: str
    seconds: float
    """Of training, validation and earlier processes included."""
    learning_rate: float = 2e-3
    frames: int = 3000
    """At 100 Hz, of a batch."""
    average: float = 0.998
    """Decay of the weights' moving average, which is what is validated and kept."""
    seed: int = 1


def fit(
    net: nn.Module,
    loss: Loss,
    train: Sequence[Example],
    validate: Sequence[Example],
    how: Fitting,
    folder: Path,
) -> dict[str, Tensor]:
    """The weights of the best validation. A checkpoint in ``folder`` is gone on with.

    Raises StudioError where the loss becomes no number or the checkpoint is of another net.
    """
    averaged = copy.deepcopy(net).eval()
    optimiser = torch.optim.AdamW(net.parameters(), how.learning_rate, betas=(0.9, 0.98), weight_decay=0.02)
    progress = _Progress()
    path = folder / f"{how.name}.ckpt"
    parts = {"net": net, "averaged": averaged, "optimiser": optimiser}
    best: dict[str, Tensor] = {}
    if path.exists():
        best = _resume(path, parts, progress)
    held_out = list(batches(validate, how.frames, 0))
    while progress.seconds < how.seconds:
        started = time.monotonic()
        net.train()
        total, count = 0.0, 0
        for batch in batches(train, how.frames, how.seed * 10_000 + progress.epoch):
            spent = progress.seconds + time.monotonic() - started
            if spent >= how.seconds:
                break
            for group in optimiser.param_groups:
                group["lr"] = how.learning_rate * _rate(progress.step, spent / how.seconds)
            value = loss(net, batch)
            optimiser.zero_grad()
            value.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            progress.step += 1
            decay = min(how.average, (1.0 + progress.step) / (10.0 + progress.step))
            with torch.no_grad():
                for mean, weight in zip(averaged.parameters(), net.parameters(), strict=True):
                    mean.lerp_(weight, 1.0 - decay)
            total, count = total + float(value.detach()), count + 1
        if not math.isfinite(total):
            raise StudioError(f"{how.name}: the loss is no longer a number; lower the learning rate")
        with torch.no_grad():
            validation = sum(float(loss(averaged, batch)) for batch in held_out) / len(held_out)
        progress.epoch += 1
        progress.seconds += time.monotonic() - started
        if validation < progress.best:
            progress.best = validation
            best = {name: value.clone() for name, value in averaged.state_dict().items()}
        _save(path, parts, progress, best)
        tell(
            f"{how.name}: {progress.seconds:.0f} s, epoch {progress.epoch}, "
            f"training {total / max(1, count):.4f}, validation {validation:.4f}, best {progress.best:.4f}"
        )
    return best


@dataclass
class _Progress:
    step: int = 0
    epoch: int = 0
    seconds: float = 0.0
    best: float = math.inf


def _rate(step: int, progress: float) -> float:
    """The learning rate's factor: it rises for 100 steps, and falls to nothing over the last 60 %."""
    return min(1.0, (step + 1) / 100.0, max(0.0, (1.0 - progress) / 0.6))


def _save(path: Path, parts: dict[str, Any], progress: _Progress, best: dict[str, Tensor]) -> None:
    state = {name: part.state_dict() for name, part in parts.items()}
    with replacing(path) as temporary:
        torch.save({**state, "progress": vars(progress), "best": best}, temporary)


def _resume(path: Path, parts: dict[str, Any], progress: _Progress) -> dict[str, Tensor]:
    try:
        state = torch.load(path, weights_only=True)
        for name, part in parts.items():
            part.load_state_dict(state[name])
        vars(progress).update(state["progress"])
        best: dict[str, Tensor] = state["best"]
    except (RuntimeError, ValueError, KeyError, TypeError, EOFError) as error:
        raise StudioError(f"{path}: cannot go on with it: {error}; remove it to begin anew") from None
    return best
