from __future__ import annotations

import json
from pathlib import Path

from engine.wavenet.model_file import ModelFile
from tests.engine.cli.conftest import Studio


def test_presets_are_listed_with_id_name_and_description(studio: Studio, tiny: ModelFile) -> None:
    result = studio("presets")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0].split() == ["PRESET", "CATEGORY", "NAME", "DESCRIPTION"]
    assert any(line.split()[:4] == ["tiny-piano", "user", "Tiny", "Piano"] for line in lines)
    assert any(line.split()[:2] == ["piano", "genre"] for line in lines)


def test_json_gives_every_preset_with_its_fields(studio: Studio, tiny: ModelFile) -> None:
    result = studio("presets", "--json")
    presets = {preset["id"]: preset for preset in json.loads(result.out)}
    assert presets["tiny-piano"] == {
        "name": "Tiny Piano",
        "id": "tiny-piano",
        "category": "user",
        "model": "tiny",
        "speaker": None,
        "tags": {"piano": 1.0},
    }
    assert presets["slt"]["speaker"] == "slt"


def test_a_broken_preset_is_named_and_the_rest_is_listed(studio: Studio, broken: tuple[Path, Path]) -> None:
    result = studio("presets", "--json")
    assert result.code == 0
    assert len(result.err.splitlines()) == 1
    assert result.err.startswith(f"warning: {broken[1]}: temperature: ")
    ids = {preset["id"] for preset in json.loads(result.out)}
    assert "tiny-piano" in ids
    assert "broken" not in ids
