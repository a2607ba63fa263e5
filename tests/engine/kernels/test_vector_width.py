from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
from engine.checkpoint import load_model
from engine.distributions import Sampling
from engine.kernels import simd
from engine.kernels.cpu import CpuKernel
from engine.state import StreamState

assert simd.LANES == int(sys.argv[2])
model = load_model(Path(sys.argv[1]))
for precision in ("int8", "float32"):
    kernel = CpuKernel(model, precision=precision)
    biases = kernel.condition(np.linspace(0, 1, 5, dtype=np.float32))
    block = kernel.generate(StreamState.empty(model.config, 3), biases, Sampling(0.9, 0, 0.95), 500)
    print(block.codes.tobytes().hex(), block.outputs.tobytes().hex())
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("width") / "m.safetensors"
    save_tiny_model(path, residual_channels=20, gate_channels=24, skip_channels=72, kernel_size=3)
    return path


def played(model: Path, lanes: int) -> list[str]:
    # Another cache folder for each width: this processor has but one, and numba's key tells processors apart.
    cache = Path(os.environ["XDG_CACHE_HOME"]) / f"lanes-{lanes}"
    done = subprocess.run(
        [sys.executable, "-c", PLAY, str(model), str(lanes)],
        cwd=ROOT,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("lanes", [4, 16])
def test_samples_and_logits_do_not_depend_on_the_vector_width(model: Path, lanes: int) -> None:
    assert played(model, lanes) == played(model, 8)
