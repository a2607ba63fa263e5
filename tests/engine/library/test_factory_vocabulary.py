from __future__ import annotations

import pytest

from engine.library.models import ModelLibrary
from engine.library.paths import model_folders, preset_folders
from engine.library.presets import Preset, PresetLibrary
from engine.wavenet.conditioning import condition_inputs

MODELS = ModelLibrary(model_folders()[:1])


def test_every_shipped_model_can_be_read() -> None:
    assert MODELS.problems == []
    assert {"music", "speech"} <= {entry.header.name for entry in MODELS.headers()}


@pytest.mark.parametrize(
    "preset", PresetLibrary(preset_folders()[:1]).presets(), ids=lambda preset: preset.id
)
def test_every_factory_preset_agrees_with_its_models_vocabulary(preset: Preset) -> None:
    config = MODELS.find(preset.model).header.config
    choices = condition_inputs(config, preset.params())
    assert choices.sum() == pytest.approx(sum(preset.tags.values()) + (preset.speaker is not None))
    assert choices.any()
