"""Training in processes of its own, which can be killed and can train together."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import lightning
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from engine.training.budget import Budget
from engine.training.run import RunOptions, train
from engine.training.settings import Recipe

EVERY_STEP = {"checkpoint_seconds": 0.0, "log_every": 1, "progress_bar": False}

# Torch and Lightning are imported once, in a process without threads, of which each run is a copy.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.engine.training.processes"])


def start(recipe: Recipe, steps: int, corpus: Path, folder: Path, **options: object) -> ForkServerProcess:
    """Begin a run in a process: it saves and logs at every step, and validates as the recipe says."""
    process = CONTEXT.Process(target=_run, args=(recipe, steps, corpus, folder), kwargs=options)
    process.start()
    return process


def start_together(
    recipe: Recipe, steps: int, corpus: Path, folder: Path, count: int
) -> list[ForkServerProcess]:
    """Begin one run of ``count`` processes, set up as torchrun does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shared = {
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "WORLD_SIZE": str(count),
        "LOCAL_WORLD_SIZE": str(count),
        "GROUP_RANK": "0",
        "TORCHELASTIC_RUN_ID": "test",
    }
    return [
        start(
            recipe,
            steps,
            corpus,
            folder,
            devices=count,
            environment={**shared, "RANK": str(rank), "LOCAL_RANK": str(rank)},
        )
        for rank in range(count)
    ]


def _run(
    recipe: Recipe,
    steps: int,
    corpus: Path,
    folder: Path,
    *,
    environment: dict[str, str] | None = None,
    killed_while_saving: int | None = None,
    **options: object,
) -> None:
    os.environ.update({"CUDA_VISIBLE_DEVICES": "", **(environment or {})})
    torch.set_num_threads(1)
    if killed_while_saving is not None:
        _kill_while_saving(killed_while_saving)
    merged = {**EVERY_STEP, **options}
    train(recipe, Budget(steps=steps), RunOptions(corpus=corpus, folder=folder, **merged))  # type: ignore[arg-type]


def _kill_while_saving(step: int) -> None:
    """Let this process die when the checkpoint of ``step`` is half written."""
    whole = lightning.Trainer.save_checkpoint

    def half(trainer: lightning.Trainer, path: Path) -> None:
        whole(trainer, path)
        if trainer.lightning_module.steps == step:
            os.truncate(path, path.stat().st_size // 2)
            os.kill(os.getpid(), signal.SIGKILL)

    lightning.Trainer.save_checkpoint = half  # type: ignore[method-assign, assignment]


def curves(folder: Path) -> dict[str, dict[int, float]]:
    """What TensorBoard shows of a run: name → step → value, but for the speed."""
    log = EventAccumulator(str(folder / "log"), size_guidance={"scalars": 0})
    log.Reload()
    names = set(log.Tags()["scalars"]) - {"samples_per_second"}
    return {name: {event.step: event.value for event in log.Scalars(name)} for name in names}
