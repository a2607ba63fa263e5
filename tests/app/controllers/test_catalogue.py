from __future__ import annotations

from pathlib import Path

from app.controllers.catalogue import Catalogue
from engine.library.models import ModelLibrary
from engine.library.presets import PresetLibrary

ROOT = Path(__file__).parents[3]


def test_presets_carry_why_they_cannot_be_played(catalogue: Catalogue) -> None:
    items = {item.id: item for item in catalogue.items()}
    assert items["calm"].available
    assert not items["lost"].available
    assert "'missing' is not installed" in items["lost"].why_not


def test_the_first_preset_can_be_played(catalogue: Catalogue) -> None:
    first = catalogue.first()
    assert first is not None
    assert catalogue.why_not(first) == ""


def test_a_first_launch_opens_on_the_guitar_where_it_can_be_played() -> None:
    models = ModelLibrary([ROOT / "assets" / "models"])
    presets = PresetLibrary([ROOT / "presets"])
    first = Catalogue(models, presets, ROOT / "assets" / "auditions").first()
    assert first is not None
    assert first.id == "guitar"
    nothing = Catalogue(ModelLibrary([]), presets, ROOT / "assets" / "auditions").first()
    assert nothing == presets.presets()[0]


def test_a_model_is_described_in_a_few_words(catalogue: Catalogue) -> None:
    assert catalogue.describe_model(catalogue.find("calm")) == "tones · 16 kHz"
    assert catalogue.describe_model(catalogue.find("lost")) == "missing · not installed"


def test_the_models_vocabulary_is_at_hand_without_its_weights(catalogue: Catalogue) -> None:
    config = catalogue.config(catalogue.find("slt"))
    assert config is not None
    assert config.speakers == ("slt", "rms")
    assert catalogue.config(catalogue.find("lost")) is None
