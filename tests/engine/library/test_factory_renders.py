"""A tenth of a second of each factory preset, by its hash: a changed sample needs a changed VERSION.

After such a change, or of a preset or a model: ``python -m tests.engine.library.test_factory_renders``.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

import pytest

from engine.generation.backends import select_kernel
from engine.kernels.base import Kernel
from engine.library.models import ModelLibrary
from engine.library.paths import model_folders, preset_folders
from engine.library.presets import Preset, PresetLibrary
from engine.library.recording_files import recording_of
from engine.library.replay import replay
from engine.library.scores import score_of
from engine.library.takes import Settings

RENDERS = Path(__file__).with_name("factory_renders.json")
MODELS = ModelLibrary(model_folders()[:1])
PRESETS = PresetLibrary(preset_folders()[:1]).presets()
SEED, SAMPLES = 11, 1600


@cache
def kernel_of(model: str) -> Kernel:
    """The compiled kernel of a shipped model."""
    return select_kernel(MODELS.load(model), "cpu")


def render(preset: Preset) -> dict[str, str]:
    """What a stream of ``preset`` is, and what made it."""
    kernel = kernel_of(preset.model)
    model = MODELS.load(preset.model)
    header = model.header
    settings = Settings(
        preset=preset.without_material(),
        seed=SEED,
        engine="cpu",
        kernel_version=kernel.version,
        model=preset.model,
        model_hash=header.hash,
        sample_rate=header.config.sample_rate,
        samples=SAMPLES,
        score=score_of(preset),
        recording=recording_of(preset, header.config.sample_rate),
    )
    codes = hashlib.sha256(replay(settings, kernel, local=settings.said(model)).tobytes()).hexdigest()
    return {"kernel": kernel.version, "model": header.hash[:16], "codes": codes[:16]}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_a_preset_gives_the_samples_that_its_kernels_version_stands_for(preset: Preset) -> None:
    assert render(preset) == json.loads(RENDERS.read_text())[preset.id]


def test_every_factory_preset_has_its_render() -> None:
    assert json.loads(RENDERS.read_text()).keys() == {preset.id for preset in PRESETS}


if __name__ == "__main__":
    RENDERS.write_text(json.dumps({preset.id: render(preset) for preset in PRESETS}, indent=1) + "\n")
