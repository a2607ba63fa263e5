from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile

from engine.generation.backends import select_kernel
from engine.generation.generator import Generator
from engine.library.paths import model_folders, preset_folders
from engine.wavenet import mulaw
from engine.wavenet.config import GenerationParams
from tests.models import save_tiny_model

ROOT = Path(__file__).parents[2]
PRESET = 'name = "Tiny"\ncategory = "user"\nmodel = "tiny"\ntemperature = 0.9\n[tags]\npiano = 1.0\n'


def test_the_example_writes_five_seconds_of_the_presets_stream(tmp_path: Path) -> None:
    for folder in (model_folders()[1], preset_folders()[1]):
        folder.mkdir(parents=True)
    (preset_folders()[1] / "tiny.toml").write_text(PRESET, encoding="utf-8")
    model = save_tiny_model(model_folders()[1] / "tiny.safetensors")
    path = tmp_path / "tiny.wav"
    subprocess.run([sys.executable, "-m", "examples.play_a_model", "tiny", path], cwd=ROOT, check=True)
    samples, rate = soundfile.read(path, dtype="float32")
    assert (rate, len(samples)) == (16_000, 80_000)
    reference = Generator(
        select_kernel(model, "reference"), GenerationParams(temperature=0.9, tags=(("piano", 1.0),)), seed=1
    )
    np.testing.assert_array_equal(mulaw.encode(samples[:400]), reference.step(400).codes)
