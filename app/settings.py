"""What the window remembers between runs: plain text in a JSON file in the user's config folder.

Data only. Qt's own settings can hold pickled Python objects, which run when they are read.
"""

from __future__ import annotations

import base64
import binascii
import configparser
import dataclasses
import json
import math
import os
from pathlib import Path

from platformdirs import user_config_path, user_documents_path, user_music_path
from PySide6.QtCore import QByteArray

from engine.errors import reason, shortened
from engine.files.documents import parse_json
from engine.files.reading import read_whole
from engine.files.writing import write_atomically
from engine.library.paths import score_folders

VOLUME = 0.8
NAMES = ("preset", "volume", "device", "theme", "linear", "export_folder", "export_suffix", "score_folder")
LARGEST = 1_000_000
"""Bytes of a settings file; a larger one is none of ours."""


def settings_path() -> Path:
    """The file's place; it may not exist yet."""
    return user_config_path("wavenet-studio", appauthor=False) / "window.json"


@dataclasses.dataclass
class Stored:
    """The file's content."""

    format: int = 1
    values: dict[str, str] = dataclasses.field(default_factory=dict)
    layouts: dict[str, str] = dataclasses.field(default_factory=dict)
    """Geometry and splitter states, base64."""

    @classmethod
    def of(cls, document: object) -> Stored:
        """What a JSON document holds, checked here: the libraries that do it would keep the window waiting.

        Raises ValueError where it is not what ``save`` writes.
        """
        if not isinstance(document, dict) or not document.keys() <= {"format", "values", "layouts"}:
            raise ValueError("there are other entries than format, values and layouts")
        stored = cls(**document)
        if stored.format != 1:
            raise ValueError("format is not 1")
        for name, entries in (("values", stored.values), ("layouts", stored.layouts)):
            if not isinstance(entries, dict) or not all(isinstance(text, str) for text in entries.values()):
                raise ValueError(f"{name} are not all text")
        return stored


class AppSettings:
    """Typed access; absurd or missing entries give the defaults."""

    def __init__(self, path: Path) -> None:
        """Read ``path``, or the ini file that an earlier version left beside it.

        A file that cannot be read gives the defaults, is named in ``problems``, and is kept as ``….damaged``
        once this one is saved.
        """
        self._path = path
        self.problems: list[str] = []
        """What the user should be told of the file: one line, or none."""
        self._damaged = False
        self._stored = self._read()

    @property
    def preset(self) -> str:
        """Id of the preset used last; empty at the first launch."""
        return self._text("preset")

    @preset.setter
    def preset(self, value: str) -> None:
        self._stored.values["preset"] = value

    @property
    def volume(self) -> float:
        """0…1."""
        try:
            volume = float(self._text("volume"))
        except ValueError:
            return VOLUME
        return VOLUME if math.isnan(volume) else min(1.0, max(0.0, volume))

    @volume.setter
    def volume(self, value: float) -> None:
        self._stored.values["volume"] = f"{value:.3f}"

    @property
    def device(self) -> str:
        """``Device.id`` of the chosen output; empty for the system's default."""
        return self._text("device")

    @device.setter
    def device(self, value: str) -> None:
        self._stored.values["device"] = value

    @property
    def midi_input(self) -> str:
        """Name of the chosen MIDI input; empty for all, ``-`` for none."""
        return self._text("midi_input")

    @midi_input.setter
    def midi_input(self, value: str) -> None:
        self._stored.values["midi_input"] = value

    @property
    def theme(self) -> str:
        """``dark`` or ``light``."""
        return "light" if self._text("theme") == "light" else "dark"

    @theme.setter
    def theme(self, value: str) -> None:
        self._stored.values["theme"] = value

    @property
    def linear(self) -> bool:
        """Whether the distribution's axis is linear in amplitude."""
        return self._text("linear") == "true"

    @linear.setter
    def linear(self, value: bool) -> None:
        self._stored.values["linear"] = "true" if value else "false"

    @property
    def hidden_lanes(self) -> frozenset[str]:
        """Names of the stage's lanes that are not shown."""
        return frozenset(filter(None, self._text("hidden_lanes").split(",")))

    @hidden_lanes.setter
    def hidden_lanes(self, value: frozenset[str]) -> None:
        self._stored.values["hidden_lanes"] = ",".join(sorted(value))

    @property
    def view(self) -> str:
        """Which picture the third lane shows; empty for the first one. Earlier versions knew two."""
        return self._text("view") or ("spectrum" if self._text("spectrum") == "true" else "")

    @view.setter
    def view(self, value: str) -> None:
        self._stored.values["view"] = value

    @property
    def takes_in_front(self) -> bool:
        """Whether the left column shows the takes, where it has no room for sounds and takes."""
        return self._text("takes_in_front") == "true"

    @takes_in_front.setter
    def takes_in_front(self, value: bool) -> None:
        self._stored.values["takes_in_front"] = "true" if value else "false"

    @property
    def export_folder(self) -> Path:
        """Where the last export went, or the user's music, documents, or home."""
        return self._folder("export_folder") or _users_folder(user_music_path())

    @export_folder.setter
    def export_folder(self, value: Path) -> None:
        self._stored.values["export_folder"] = str(value)

    @property
    def export_suffix(self) -> str:
        """The kind of file exported last."""
        return self._text("export_suffix") or ".wav"

    @export_suffix.setter
    def export_suffix(self, value: str) -> None:
        self._stored.values["export_suffix"] = value

    @property
    def export_options(self) -> str:
        """How the last export was written, as ``ExportOptions.to_json`` has it; empty for none."""
        return self._text("export_options")

    @export_options.setter
    def export_options(self, value: str) -> None:
        self._stored.values["export_options"] = value

    @property
    def stars(self) -> frozenset[str]:
        """Ids of the presets that are starred."""
        return frozenset(self._text("stars").splitlines())

    @stars.setter
    def stars(self, value: frozenset[str]) -> None:
        self._stored.values["stars"] = "\n".join(sorted(value))

    @property
    def snapshots(self) -> str:
        """Snapshots of the controls, as ``app.controllers.snapshots`` writes them; empty for none."""
        return self._text("snapshots")

    @snapshots.setter
    def snapshots(self, value: str) -> None:
        self._stored.values["snapshots"] = value

    @property
    def score_folder(self) -> Path:
        """Where the last score came from, or our own scores."""
        return self._folder("score_folder") or score_folders()[0]

    @score_folder.setter
    def score_folder(self, value: Path) -> None:
        self._stored.values["score_folder"] = str(value)

    @property
    def recording_folder(self) -> Path:
        """Where the last recording came from, or the user's documents, or home."""
        return self._folder("recording_folder") or _users_folder()

    @recording_folder.setter
    def recording_folder(self, value: Path) -> None:
        self._stored.values["recording_folder"] = str(value)

    @property
    def speech(self) -> str:
        """The text that was said last and how, as ``app.controllers.speak`` writes it; empty for none."""
        return self._text("speech")

    @speech.setter
    def speech(self, value: str) -> None:
        self._stored.values["speech"] = value

    def layout(self, name: str) -> QByteArray:
        """Geometry or splitter state under ``name``; empty where there is none."""
        try:
            return QByteArray(base64.b64decode(self._stored.layouts.get(name, ""), validate=True))
        except (binascii.Error, ValueError):
            return QByteArray()

    def set_layout(self, name: str, value: QByteArray) -> None:
        """Keep geometry or splitter state."""
        self._stored.layouts[name] = base64.b64encode(value.data()).decode("ascii")

    def save(self) -> None:
        """Write the file now, whole or not at all. Raises StudioError or OSError where that fails."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._damaged:
            os.replace(self._path, self._set_aside)
            self._damaged = False
        write_atomically(self._path, json.dumps(dataclasses.asdict(self._stored), indent=1).encode())

    def _text(self, name: str) -> str:
        return self._stored.values.get(name, "")

    def _folder(self, name: str) -> Path | None:
        """The folder kept under ``name``; None where there is no such folder, or can be none."""
        try:
            return Path(text) if (text := self._text(name)) and Path(text).is_dir() else None
        except OSError:
            return None

    def _read(self) -> Stored:
        try:
            return Stored.of(parse_json(read_whole(self._path, LARGEST)))
        except FileNotFoundError:
            return Stored(values=plain_values(self._path.with_suffix(".ini")))
        except (OSError, ValueError) as error:
            why = reason(error)
        self._damaged = True
        self.problems.append(
            f"{self._path}: the settings cannot be read ({shortened(why, 100)}); the defaults are used, and "
            f"the file is kept as {self._set_aside.name}"
        )
        return Stored()

    @property
    def _set_aside(self) -> Path:
        """Where a damaged file goes."""
        return self._path.with_name(self._path.name + ".damaged")


def _users_folder(*first: Path) -> Path:
    return next((f for f in (*first, user_documents_path(), Path.home()) if f.is_dir()), Path.cwd())


def plain_values(path: Path) -> dict[str, str]:
    """The entries of an earlier version's ini file that are plain text; none where there is no such file.

    Anything that Qt would decode, objects above all, is left out unread.
    """
    parser = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=",))
    try:
        parser.read_string(read_whole(path, LARGEST).decode("utf-8"))
    except (OSError, ValueError, configparser.Error):
        return {}
    found = parser["General"] if parser.has_section("General") else {}
    texts = {name: found[name].strip('"') for name in NAMES if name in found}
    return {name: text for name, text in texts.items() if not text.startswith("@") and "\\" not in text}
