"""How fast this machine would teach a model, by a few steps of just the kind that a job makes."""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import replace

import torch

from engine.library.paths import model_folders
from engine.training.malloc import keep_freed_memory
from engine.training.own.recipe import RECIPES, SHORTEST_CROP
from engine.training.own.result import base_model
from engine.training.precision import Speed, choose
from engine.training.settings import read_recipe
from engine.training.throughput import our_step
from engine.wavenet.model_file import load_model

STEPS = 2
WORTH_COMPILING_S = 3600.0
"""Of training, from which on torch.compile, which takes a minute or more, pays."""
REHEARSED = 7 / 6
"""A job's step beside a plain one: half of the crops go through the old model as well, forward only."""


def spare_cores() -> int:
    """How many threads a job has by default: one core is left to what plays, at least one trains.

    Threads wait for each other after every tile: one that shares its core with a stream holds up all.
    """
    return max(1, (os.cpu_count() or 1) - 1)


def speed_for(seconds: float) -> Speed:
    """How to train for so long: our own compiled layers wherever they fit, torch.compile for long runs."""
    best = choose()
    return best if best.fused or seconds >= WORTH_COMPILING_S else replace(best, compile=False)


def measure(base: str, threads: int) -> float:
    """Samples a second of teaching the model ``base`` (empty: of training one from nothing).

    As a short job trains. Raises StudioError where there is no such model.
    """
    torch.set_num_threads(threads)
    keep_freed_memory()
    if base:
        config = load_model(base_model(base, model_folders())).config
    else:
        config = read_recipe(RECIPES / "music.toml").model.config(
            sample_rate=16_000, tags=("x",), speakers=()
        )
    codes = torch.randint(256, (1, max(SHORTEST_CROP, config.receptive_field)))
    step, _ = our_step(replace(config, guided=False), speed_for(0.0), codes)
    step()
    times = []
    for _ in range(STEPS):
        started = time.perf_counter()
        step()
        times.append(time.perf_counter() - started)
    return codes.numel() / statistics.median(times) / (REHEARSED if base else 1.0)
