from __future__ import annotations

import json
from pathlib import Path

from engine.library.paths import model_folders
from engine.music.condition import score_config
from engine.wavenet.config import LocalConfig
from engine.wavenet.model_file import ModelFile
from tests.engine.cli.conftest import Studio
from tests.models import save_tiny_model


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
        "plays_scores": True,
    }


def test_who_plays_scores_is_told(studio: Studio, tiny: ModelFile) -> None:
    folder = model_folders()[1]
    save_tiny_model(folder / "band.safetensors", "band", local=score_config(16_000))
    save_tiny_model(folder / "talker.safetensors", "talker", tags=())
    save_tiny_model(folder / "vocoder.safetensors", "vocoder", local=LocalConfig(channels=80, hop=160))
    listed = json.loads(studio("models", "--json").out)
    plays = {model["name"]: model["plays_scores"] for model in listed}
    named = {name: plays[name] for name in ("tiny", "band", "talker", "vocoder")}
    assert named == {"tiny": True, "band": True, "talker": False, "vocoder": False}
    reported = studio("models").out
    for name, able in plays.items():
        assert (f"{name} plays scores: " in reported) == able


def test_a_broken_model_is_named_and_the_rest_is_listed(studio: Studio, broken: tuple[Path, Path]) -> None:
    result = studio("models", "--json")
    assert result.code == 0
    assert len(result.err.splitlines()) == 1
    assert result.err.startswith(f"warning: {broken[0]} is not a readable .safetensors file")
    assert "tiny" in {model["name"] for model in json.loads(result.out)}
