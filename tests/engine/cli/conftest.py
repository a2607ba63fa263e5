"""A user's folder with a tiny model and a preset that plays it, and a way to run commands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from engine.cli import main
from engine.library.paths import model_folders, preset_folders
from engine.wavenet.model_file import ModelFile
from tests.models import save_tiny_model

PRESET = """\
name = "Tiny Piano"
category = "user"
model = "tiny"
temperature = 0.9

[tags]
piano = 1.0
"""


class Result(NamedTuple):
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str


Studio = Callable[..., Result]


@pytest.fixture
def studio(capsys: pytest.CaptureFixture[str]) -> Studio:
    """Runs a command in this process."""

    def run(*arguments: object) -> Result:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as left:
            code = int(left.code or 0)
        return Result(code, *capsys.readouterr())

    return run


@pytest.fixture
def tiny() -> ModelFile:
    """A tiny model in the user's folder, and the preset ``tiny-piano``."""
    models, presets = model_folders()[1], preset_folders()[1]
    models.mkdir(parents=True)
    presets.mkdir(parents=True)
    (presets / "tiny-piano.toml").write_text(PRESET, encoding="utf-8")
    return save_tiny_model(models / "tiny.safetensors")


@pytest.fixture
def broken(tiny: ModelFile) -> tuple[Path, Path]:
    """A model file and a preset file that cannot be used, beside those that can."""
    model = model_folders()[1] / "broken.safetensors"
    model.write_bytes(b"no model")
    preset = preset_folders()[1] / "broken.toml"
    preset.write_text(
        'name = "Broken"\ncategory = "user"\nmodel = "tiny"\ntemperature = 99.0\n', encoding="utf-8"
    )
    return model, preset


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An empty folder for what is rendered."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out"
