"""What it takes to say a text, found where it is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.speech.nets_file import write_nets
from engine.speech.script import Script
from engine.stream.narration import equipment
from engine.stream.narration.equipment import find_equipment
from tests.speech_nets import header, random_weights


@pytest.fixture
def nets_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the only nets are looked for; there are none yet."""
    path = tmp_path / "nets.safetensors"
    monkeypatch.setattr(equipment, "speech_nets_file", lambda: path if path.exists() else None)
    monkeypatch.setattr(equipment, "lexicon_file", lambda: tmp_path / "lexicon.txt")
    return path


def said(script: Script) -> list[str]:
    return ["".join(phone.symbol for phone in word.phones) for word in script.phrases[0].words]


def test_without_nets_nothing_is_there(nets_file: Path) -> None:
    assert find_equipment() is None


def test_a_text_is_read_in_the_accent_of_its_voice(nets_file: Path) -> None:
    write_nets(nets_file, header(), random_weights())
    found = find_equipment()
    assert found is not None
    assert said(found.read("bath", "anna")) == ["bæθ"]
    assert said(found.read("bath", "bert")) == ["bɑːθ"]
    assert said(found.read("bath", "anna and nobody")) == ["bæθ"]
    assert found.nets() is found.nets()
