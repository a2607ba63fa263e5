"""Where models and presets lie: what we ship, then the user's own data folder."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path

ROOT = Path(__file__).resolve().parents[2]


def user_folder() -> Path:
    """The user's data folder, which may not exist yet."""
    return user_data_path("wavenet-studio", appauthor=False)


def model_folders() -> tuple[Path, Path]:
    """Folders of model files: factory, user's."""
    return ROOT / "assets" / "models", user_folder() / "models"


def preset_folders() -> tuple[Path, Path]:
    """Folders of preset files: factory, user's."""
    return ROOT / "presets", user_folder() / "presets"
