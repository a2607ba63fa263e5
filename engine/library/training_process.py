"""Starts what trains as a program of its own, which goes on when the window is closed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from engine.errors import StudioError, reason
from engine.files.writing import make_folder
from engine.library.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.library.training_jobs import TrainingJob

LOG = "log.txt"
NO_TORCH = "Training needs torch, which the light set-up left out: run ./studio --full once"


def why_no_training() -> str:
    """Why nothing can be trained here; empty where it can."""
    return "" if importlib.util.find_spec("lightning") is not None else NO_TORCH


def start_job(job: TrainingJob) -> subprocess.Popen[bytes]:
    """Begin to work at a job, or go on with it. Raises StudioError where no program can be started."""
    return _start(["--job", str(job.folder)], job.folder)


def start_measuring(root: Path, base: str) -> subprocess.Popen[bytes]:
    """Begin to measure how fast this machine teaches a model; see ``training_jobs.known_speed``."""
    make_folder(root)
    return _start(["--measure", "--from", base or "nothing"], root)


def _start(arguments: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS}
    command = [sys.executable, str(ROOT / "main.py"), "train-own", *arguments]
    try:
        with (folder / LOG).open("ab") as log:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT, **apart
            )
    except OSError as error:
        raise StudioError(f"the program that trains cannot be started: {reason(error)}") from None
