from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import torch

from engine.library.paths import ROOT
from engine.wavenet.model_file import read_header
from tests.engine.training.corpus import toy_corpus, toy_recipe

NOT_THERE = (
    "llvmlite matplotlib mido numba PIL platformdirs pyloudnorm pyqtgraph PySide6 rtmixer scipy "
    "shiboken6 sklearn sounddevice soundfile soxr tensorboard tomli_w"
).split()
QUICK = ("--steps", "2", "--threads", "1", "--no-compile")


def test_training_needs_neither_sound_nor_kernels_nor_tensorboard(tmp_path: Path) -> None:
    """A rented machine has torch, Lightning, numpy, pydantic, safetensors and tqdm, and what these need."""
    packages = tmp_path / "packages"
    packages.mkdir()
    for entry in Path(torch.__file__).parents[1].iterdir():
        if not entry.name.startswith((*NOT_THERE, "__", "_virtualenv", "_soundfile", "_rtmixer")):
            (packages / entry.name).symlink_to(entry)
    toy_corpus(tmp_path / "corpus")
    folders = ["--corpus", str(tmp_path / "corpus"), "--output", str(tmp_path / "run")]
    done = subprocess.run(
        [sys.executable, "-S", str(ROOT / "main.py"), "train", str(toy_recipe(tmp_path)), *folders, *QUICK],
        env={**os.environ, "PYTHONPATH": str(packages)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "tensorboard is not installed" in done.stderr
    assert read_header(tmp_path / "run" / "model.safetensors").name == "toy"
