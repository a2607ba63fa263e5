"""What packing costs the models that are shipped, on recordings that they were not trained on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.generation.generator import Generator
from engine.kernels.cpu import CpuKernel
from engine.library.audio_files import read_audio
from engine.wavenet.codes import encode
from engine.wavenet.config import GenerationParams
from engine.wavenet.distributions import bits_of
from engine.wavenet.model_file import load_model

HERE = Path(__file__).parent / "held_out"
MODELS = Path(__file__).parents[3] / "assets" / "models"
CLIPS = json.loads((HERE / "clips.json").read_text())


def held_out_bits(name: str, precision: str) -> float:
    """Mean bits per sample of a shipped model over all its clips."""
    model = load_model(MODELS / f"{name}.safetensors")
    kernel = CpuKernel(model, precision=precision)
    found = []
    for file, about in CLIPS.items():
        if about["model"] != name:
            continue
        params = GenerationParams(speaker=about["speaker"], tags=tuple((tag, 1.0) for tag in about["tags"]))
        codes = encode(model.config, read_audio(HERE / file, model.config.sample_rate))
        found.append(bits_of(model.config, Generator(kernel, params, 0).score(codes), codes))
    return float(np.concatenate(found).mean())


@pytest.mark.parametrize("name", ["music", "speech"])
def test_int8_costs_a_shipped_model_less_than_five_thousandths_of_a_bit(name: str) -> None:
    exact = held_out_bits(name, "float32")
    assert 1.0 < exact < 5.0  # 8 bits is knowing nothing
    assert abs(held_out_bits(name, "int8") - exact) < 0.005
