from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from engine.kernels.processor import LANES
from engine.wavenet.config import ContextConfig, LocalConfig
from tests.models import ODD, save_tiny_model

ROOT = Path(__file__).parents[3]
PLAY = """
import sys
from pathlib import Path
from engine.kernels import processor

processor.LANES = int(sys.argv[2])  # before any module has taken it from there
processor.PAD = max(8, processor.LANES)

import numpy as np
from engine.wavenet.model_file import load_model
from engine.wavenet.config import GenerationParams
from engine.generation.generator import Generator
from engine.kernels import matrices
from engine.kernels.cpu import CpuKernel
from engine.generation.conditions import LocalCondition, StreamConditions

assert matrices.LANES == int(sys.argv[2])
model = load_model(Path(sys.argv[1]))
params = GenerationParams(temperature=0.9, top_p=0.95, speaker="slt", tags=(("piano", 0.4),))
frames = np.sin(np.arange(45, dtype=np.float32)).reshape(9, 5)
local = LocalCondition(model, frames) if model.config.local else None
kernel = CpuKernel(model, precision=sys.argv[3])
block = Generator(kernel, params, 3, StreamConditions(local)).step(500)
print(block.codes.tobytes().hex(), block.outputs.tobytes().hex())
"""


NARROW = {"residual_channels": 20, "gate_channels": 24, "skip_channels": 72, "kernel_size": 3}
SHAPES: dict[str, dict[str, Any]] = {
    "softmax": NARROW,
    "code of its own": ODD,
    "logistics, frames and a context": {
        **NARROW,
        "input": "scalar",
        "output": "logistics",
        "local": LocalConfig(5, 60, "linear"),
        "contexts": (ContextConfig(pooling=32, dilations=(1, 2), channels=6),),
    },
}


def played(model: Path, lanes: int, precision: str) -> list[str]:
    # This processor has but one width, and entries tell processors apart: a cache for each other width.
    cache = Path(os.environ["XDG_CACHE_HOME"])
    if lanes != LANES:
        cache /= f"lanes-{lanes}"
    done = subprocess.run(
        [sys.executable, "-c", PLAY, str(model), str(lanes), precision],
        cwd=ROOT,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


CODE_OF_ITS_OWN, GENERAL = "code of its own", "logistics, frames and a context"


@pytest.mark.parametrize(
    ("shape", "precision", "lanes"),
    [
        # Each width and each kind of code takes half a minute to compile: one here, ...
        (CODE_OF_ITS_OWN, "int8", 16),
        # ... and the others in the long run.
        pytest.param(CODE_OF_ITS_OWN, "int8", 4, marks=pytest.mark.soak),
        pytest.param(GENERAL, "int16", 4, marks=pytest.mark.soak),
        pytest.param(GENERAL, "int16", 16, marks=pytest.mark.soak),
        pytest.param("softmax", "int8", 4, marks=pytest.mark.soak),
        pytest.param("softmax", "int8", 16, marks=pytest.mark.soak),
    ],
)
def test_samples_and_outputs_do_not_depend_on_the_vector_width(
    tmp_path: Path, shape: str, precision: str, lanes: int
) -> None:
    path = tmp_path / "m.safetensors"
    save_tiny_model(path, **SHAPES[shape])
    with ThreadPoolExecutor(2) as pool:  # each compiles for its width, which takes most of the time
        found, eight = pool.map(lambda width: played(path, width, precision), (lanes, 8))
    assert found == eight
