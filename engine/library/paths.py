"""Where models, presets, scores and recordings lie: what we ship, then the user's own data folder."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_cache_path, user_data_path

ROOT = Path(__file__).resolve().parents[2]
SCORE_SUFFIXES = (".mid", ".midi")
"""Of the files that scores are read from."""
PRESET_SUFFIX = ".toml"
RECORDING_SUFFIXES = tuple(".wav .flac .ogg .oga .opus .mp3 .aiff .aif .aifc .au .caf .m4a".split())
"""Of what people take for recordings, whether or not it can be read: who opens one is told."""


def user_folder() -> Path:
    """The user's data folder, which may not exist yet."""
    return user_data_path("wavenet-studio", appauthor=False)


def model_folders() -> tuple[Path, Path]:
    """Folders of model files: factory, user's."""
    return ROOT / "assets" / "models", user_folder() / "models"


def preset_folders() -> tuple[Path, Path]:
    """Folders of preset files: factory, user's."""
    return ROOT / "presets", user_folder() / "presets"


def score_folders() -> tuple[Path, Path]:
    """Folders of MIDI files that go by their names: factory, user's."""
    return ROOT / "assets" / "scores", user_folder() / "scores"


def recording_folders() -> tuple[Path, Path]:
    """Folders of recordings that go by their names: factory, user's."""
    return ROOT / "assets" / "recordings", user_folder() / "recordings"


def drag_folder() -> Path:
    """Files of takes that were dragged out of the window; they are dropped after a while."""
    return user_cache_path("wavenet-studio", appauthor=False) / "dragged"


def takes_folder() -> Path:
    """Folder of the user's takes; what lies in it is told in ``take_files``."""
    return user_folder() / "takes"
