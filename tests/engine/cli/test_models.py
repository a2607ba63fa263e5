from __future__ import annotations

import json
from pathlib import Path

from engine.checkpoint import ModelFile
from tests.engine.cli.conftest import Studio


def test_models_are_listed_with_what_they_know(studio: Studio, tiny: ModelFile) -> None:
    result = studio("models")
    assert (result.code, result.err) == (0, "")
    assert "tags of tiny: piano, calm, fast" in result.out
    assert "speakers of tiny: slt, rms" in result.out


def test_json_gives_every_model_with_its_fields(studio: Studio, tiny: ModelFile) -> None:
    models = {model["name"]: model for model in json.loads(studio("models", "--json").out)}
    assert models["tiny"] == {
        "name": "tiny",
        "size": "custom",
        "weights": sum(value.size for value in tiny.weights.values()),
        "rate": 16_000,
        "receptive_field": 1 + (1 + 2 + 4 + 8 + 16) + (1 + 2 + 4),
        "tags": ["piano", "calm", "fast"],
        "speakers": ["slt", "rms"],
        "plays_scores": False,
    }


def test_a_broken_model_is_named_and_the_rest_is_listed(studio: Studio, broken: tuple[Path, Path]) -> None:
    result = studio("models", "--json")
    assert result.code == 0
    assert len(result.err.splitlines()) == 1
    assert result.err.startswith(f"warning: {broken[0]} is not a readable .safetensors file")
    assert "tiny" in {model["name"] for model in json.loads(result.out)}
