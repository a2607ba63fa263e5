from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from engine.kernels.simd import LANES
from engine.wavenet.config import ContextConfig, LocalConfig
from tests.models import save_tiny_model

ROOT = Path(__file__).parents[3]
PLAY = """
import sys
from pathlib import Path
import numba
from llvmlite import binding

numba.njit(lambda: 0)()  # by now numba knows the true processor
features = {4: {}, 8: {"avx2": True}, 16: {"avx512bw": True, "avx512vl": True}}[int(sys.argv[2])]
binding.get_host_cpu_features = lambda: features

import numpy as np
from engine.wavenet.model_file import load_model
from engine.wavenet.config import GenerationParams
from engine.generation.generator import Generator
from engine.kernels import simd
from engine.kernels.cpu import CpuKernel
from engine.generation.conditions import LocalCondition, StreamConditions

assert simd.LANES == int(sys.argv[2])
model = load_model(Path(sys.argv[1]))
params = GenerationParams(temperature=0.9, top_p=0.95, speaker="slt", tags=(("piano", 0.4),))
frames = np.sin(np.arange(45, dtype=np.float32)).reshape(9, 5)
local = LocalCondition(model, frames) if model.config.local else None
for precision in sys.argv[3:]:
    block = Generator(CpuKernel(model, precision=precision), params, 3, StreamConditions(local)).step(500)
    print(block.codes.tobytes().hex(), block.outputs.tobytes().hex())
"""


NARROW = {"residual_channels": 20, "gate_channels": 24, "skip_channels": 72, "kernel_size": 3}
WIDE = {"residual_channels": 64, "gate_channels": 72, "skip_channels": 136, "head_channels": 128}
"""More than 100,000 weights: such a model has code of its own."""
SHAPES: dict[str, dict[str, Any]] = {
    "softmax": NARROW,
    "code of its own": WIDE,
    "logistics, frames and a context": {
        **NARROW,
        "input": "scalar",
        "output": "logistics",
        "local": LocalConfig(5, 60, "linear"),
        "contexts": (ContextConfig(pooling=32, dilations=(1, 2), channels=6),),
    },
}


def played(model: Path, lanes: int, *precisions: str) -> list[str]:
    # This processor has but one width, and numba's key tells processors apart: a cache for each other width.
    cache = Path(os.environ["XDG_CACHE_HOME"])
    if lanes != LANES:
        cache /= f"lanes-{lanes}"
    done = subprocess.run(
        [sys.executable, "-c", PLAY, str(model), str(lanes), *precisions],
        cwd=ROOT,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize(
    ("shape", "precisions"),
    [("softmax", ("int8",)), ("code of its own", ("int8",)), (list(SHAPES)[2], ("int16",))],
)
def test_samples_and_outputs_do_not_depend_on_the_vector_width(
    tmp_path: Path, shape: str, precisions: tuple[str, ...]
) -> None:
    path = tmp_path / "m.safetensors"
    save_tiny_model(path, **SHAPES[shape])
    with ThreadPoolExecutor(2) as pool:  # each compiles for its width, which takes most of the time
        four, eight, sixteen = pool.map(lambda lanes: played(path, lanes, *precisions), (4, 8, 16))
    assert four == eight
    assert sixteen == eight
