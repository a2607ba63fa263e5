"""What the window remembers between runs, in an ini file in the user's config folder."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_config_path, user_documents_path
from PySide6.QtCore import QByteArray, QSettings

from engine.library.scores import score_folders

VOLUME = 0.8


def settings_path() -> Path:
    """The file's place; it may not exist yet."""
    return user_config_path("wavenet-studio", appauthor=False) / "window.ini"


class AppSettings:
    """Typed access; absurd or missing entries give the defaults."""

    def __init__(self, path: Path) -> None:
        self._store = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def preset(self) -> str:
        """Id of the preset used last; empty at the first launch."""
        return self._text("preset")

    @preset.setter
    def preset(self, value: str) -> None:
        self._store.setValue("preset", value)

    @property
    def volume(self) -> float:
        """0…1."""
        try:
            return min(1.0, max(0.0, float(self._text("volume"))))
        except ValueError:
            return VOLUME

    @volume.setter
    def volume(self, value: float) -> None:
        self._store.setValue("volume", f"{value:.3f}")

    @property
    def device(self) -> str:
        """``Device.id`` of the chosen output; empty for the system's default."""
        return self._text("device")

    @device.setter
    def device(self, value: str) -> None:
        self._store.setValue("device", value)

    @property
    def theme(self) -> str:
        """``dark`` or ``light``."""
        return "light" if self._text("theme") == "light" else "dark"

    @theme.setter
    def theme(self, value: str) -> None:
        self._store.setValue("theme", value)

    @property
    def linear(self) -> bool:
        """Whether the distribution's axis is linear in amplitude."""
        return self._text("linear") == "true"

    @linear.setter
    def linear(self, value: bool) -> None:
        self._store.setValue("linear", "true" if value else "false")

    @property
    def export_folder(self) -> Path:
        """Where the last export went, or the user's documents, or home."""
        for folder in (Path(self._text("export_folder") or "·"), user_documents_path(), Path.home()):
            if folder.is_dir():
                return folder
        return Path.cwd()

    @export_folder.setter
    def export_folder(self, value: Path) -> None:
        self._store.setValue("export_folder", str(value))

    @property
    def export_suffix(self) -> str:
        """The kind of file exported last."""
        return self._text("export_suffix") or ".wav"

    @export_suffix.setter
    def export_suffix(self, value: str) -> None:
        self._store.setValue("export_suffix", value)

    @property
    def score_folder(self) -> Path:
        """Where the last score came from, or our own scores."""
        folder = Path(self._text("score_folder") or "·")
        return folder if folder.is_dir() else score_folders()[0]

    @score_folder.setter
    def score_folder(self, value: Path) -> None:
        self._store.setValue("score_folder", str(value))

    def layout(self, name: str) -> QByteArray:
        """Geometry or splitter state under ``name``; empty where there is none."""
        value = self._store.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_layout(self, name: str, value: QByteArray) -> None:
        """Keep geometry or splitter state."""
        self._store.setValue(name, value)

    def save(self) -> None:
        """Write the file now."""
        self._store.sync()

    def _text(self, name: str) -> str:
        value = self._store.value(name)
        return value if isinstance(value, str) else ""
