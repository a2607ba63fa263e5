"""Where models, presets, scores and recordings lie: what we ship, then the user's own data folder."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_cache_path, user_data_path

ROOT = Path(__file__).resolve().parents[2]
SCORE_SUFFIXES = (".mid", ".midi")
"""Of the files that scores are read from."""
PRESET_SUFFIX = ".toml"
TEXT_SUFFIX = ".txt"
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


def speech_nets_files() -> tuple[Path, Path]:
    """Where the nets that say texts may lie: the user's own, then the factory's."""
    name = Path("speech") / "nets.safetensors"
    return user_folder() / name, ROOT / "assets" / name


def speech_nets_file() -> Path | None:
    """The nets that say texts; None where there are none."""
    return next((path for path in speech_nets_files() if path.is_file()), None)


def recogniser_file() -> Path:
    """What hears phones: the user's own, else the factory's, which may be missing."""
    name = Path("speech") / "phones.safetensors"
    own = user_folder() / name
    return own if own.is_file() else ROOT / "assets" / name


def lexicon_file() -> Path:
    """The user's own pronunciations; it may not exist."""
    return user_folder() / "lexicon.txt"
