"""How many samples a second training takes: our step as ``train`` makes it, beside a conventional one."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.training.baseline import BaselineWaveNet
from engine.training.budget import Budget
from engine.training.malloc import keep_freed_memory
from engine.training.precision import Speed, describe
from engine.training.settings import Recipe, Shape, Stage
from engine.training.task import WaveNetTask
from engine.wavenet.config import ModelConfig

BATCH = 1
CROP = 36_960
"""Samples, as in our recipes."""
FEWEST = 3
"""Steps measured of each."""

Step = Callable[[], object]


@dataclass(frozen=True)
class TrainingSpeed:
    """Of one way to train a model of one size."""

    name: str
    weights: int
    samples_per_second: float
    """By the median time of a step: forward, backward, clipping, optimisers."""
    threads: int


def measure_training(config: ModelConfig, speed: Speed, seconds: float) -> tuple[TrainingSpeed, ...]:
    """Ours as ``speed`` says and the conventional one, on the same crop, on all of torch's threads.

    Steps of the two alternate, at least FEWEST of each, until each has had ``seconds``: what else the
    machine does slows both. The first steps, in which torch compiles, do not count.
    """
    torch.manual_seed(0)
    keep_freed_memory()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    codes = torch.randint(256, (BATCH, CROP), device=device)
    ours, our_weights = our_step(config, speed, codes)
    theirs, their_weights = baseline_step(BaselineWaveNet(config).to(device), codes)
    times = alternate((ours, theirs), seconds)
    names = (f"ours, {describe(speed.for_model(config))}", "conventional, float32, not compiled")
    return tuple(
        TrainingSpeed(name, weights, BATCH * CROP / statistics.median(taken), torch.get_num_threads())
        for name, weights, taken in zip(names, (our_weights, their_weights), times, strict=True)
    )


def our_step(config: ModelConfig, speed: Speed, codes: Tensor) -> tuple[Step, int]:
    """A training step of ours on ``codes`` [B, T] int64, and how many weights it trains."""
    recipe = Recipe("bench", Shape(((1, 1),)), (Stage(1.0, codes.shape[1], codes.shape[0]),))
    task = WaveNetTask(replace(config, tags=(), speakers=()), recipe, Budget(steps=1), speed).to(codes.device)
    optimisers: list[Any] = task.configure_optimizers()
    forward = speed.forward(task.model)
    batch = {"inputs": codes, "targets": codes, "mask": torch.ones_like(codes, dtype=torch.float32)}
    batch["global_features"] = torch.zeros(codes.shape[0], 0, device=codes.device)

    def step() -> None:
        for optimiser in optimisers:
            optimiser.zero_grad()
        task.loss(batch, forward).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(task.model.parameters(), recipe.clip)
        for optimiser in optimisers:
            optimiser.step()
        finish(codes.device)

    return step, sum(p.numel() for p in task.model.parameters())


def baseline_step(model: nn.Module, codes: Tensor) -> tuple[Step, int]:
    """A step of Adam on a model that makes logits [B, 256, T] of ``codes`` [B, T], and its weights."""
    adam = torch.optim.Adam(model.parameters(), 1e-3)

    def step() -> None:
        adam.zero_grad()
        F.cross_entropy(model(codes), codes).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()
        finish(codes.device)

    return step, sum(p.numel() for p in model.parameters())


def alternate(steps: tuple[Step, ...], seconds: float) -> list[list[float]]:
    """Seconds that each call of each of ``steps`` took, in turns; the first calls do not count."""
    for step in steps:
        step()
    times: list[list[float]] = [[] for _ in steps]
    while any(len(taken) < FEWEST or sum(taken) < seconds for taken in times):
        for step, taken in zip(steps, times, strict=True):
            started = time.perf_counter()
            step()
            taken.append(time.perf_counter() - started)
    return times


def finish(device: torch.device) -> None:
    """Wait for what a GPU was asked to do."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
