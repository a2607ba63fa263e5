from __future__ import annotations

from app.controllers.catalogue import Collection


def test_presets_carry_why_they_cannot_be_played(collection: Collection) -> None:
    items = {item.id: item for item in collection.items()}
    assert items["calm"].available
    assert not items["lost"].available
    assert "'missing' is not installed" in items["lost"].why_not


def test_the_first_preset_can_be_played(collection: Collection) -> None:
    first = collection.first()
    assert first is not None
    assert collection.why_not(first) == ""


def test_a_model_is_described_in_a_few_words(collection: Collection) -> None:
    assert collection.describe_model(collection.find("calm")) == "tones · 16 kHz"
    assert collection.describe_model(collection.find("lost")) == "missing · not installed"


def test_the_models_vocabulary_is_at_hand_without_its_weights(collection: Collection) -> None:
    config = collection.config(collection.find("slt"))
    assert config is not None
    assert config.speakers == ("slt", "rms")
    assert collection.config(collection.find("lost")) is None
