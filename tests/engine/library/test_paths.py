from __future__ import annotations

from pathlib import Path

import pytest

from engine.library.paths import model_folders, preset_folders, user_folder


def test_factory_presets_lie_in_the_projects_own_folder() -> None:
    factory = preset_folders()[0]
    assert factory == Path(__file__).parents[3] / "presets"


def test_the_users_folders_follow_the_users_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("engine.library.paths.user_data_path", lambda name, appauthor: tmp_path / name)
    assert user_folder() == tmp_path / "wavenet-studio"
    assert model_folders()[1] == tmp_path / "wavenet-studio" / "models"
    assert preset_folders()[1] == tmp_path / "wavenet-studio" / "presets"
