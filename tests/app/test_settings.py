from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from app.settings import VOLUME, AppSettings, settings_path


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    first = AppSettings(path)
    first.preset, first.volume, first.theme, first.linear = "piano", 0.25, "light", True
    first.save()
    second = AppSettings(path)
    assert (second.preset, second.theme, second.linear) == ("piano", "light", True)
    assert second.volume == pytest.approx(0.25)


def test_a_missing_file_gives_the_defaults(tmp_path: Path) -> None:
    settings = AppSettings(tmp_path / "window.json")
    assert (settings.preset, settings.volume, settings.theme, settings.linear) == ("", VOLUME, "dark", False)
    assert (settings.export_suffix, settings.export_options) == (".wav", "")
    assert settings.export_folder.is_dir()


def test_exports_go_to_the_users_music_where_there_is_such_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.settings.user_music_path", lambda: tmp_path / "Music")
    settings = AppSettings(tmp_path / "window.json")
    assert settings.export_folder != tmp_path / "Music"
    (tmp_path / "Music").mkdir()
    assert settings.export_folder == tmp_path / "Music"


def test_stars_come_back(tmp_path: Path) -> None:
    settings = AppSettings(tmp_path / "window.json")
    assert settings.stars == frozenset()
    settings.stars = frozenset({"piano", "größe 2"})
    settings.save()
    assert AppSettings(tmp_path / "window.json").stars == {"piano", "größe 2"}


def test_absurd_entries_give_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    values = {"volume": "loud", "theme": "purple", "export_folder": "/no/such/place"}
    path.write_text(json.dumps({"format": 1, "values": values, "layouts": {"window": "no base64!"}}))
    settings = AppSettings(path)
    assert (settings.volume, settings.theme) == (VOLUME, "dark")
    assert settings.export_folder.is_dir()


def test_a_volume_out_of_range_is_clamped(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text(json.dumps({"format": 1, "values": {"volume": "17"}}))
    assert AppSettings(path).volume == 1.0


def test_the_file_lies_in_the_users_config_folder(tmp_path: Path) -> None:
    assert settings_path().is_relative_to(tmp_path)
    assert settings_path().suffix == ".json"


def test_a_layout_comes_back_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    first = AppSettings(path)
    first.set_layout("window", QByteArray(bytes(range(256))))
    first.save()
    assert AppSettings(path).layout("window").data() == bytes(range(256))
    assert AppSettings(path).layout("other").isEmpty()


def test_an_earlier_versions_plain_entries_are_taken_over(tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_text(
        "[General]\npreset=organ\nvolume=0.300\ntheme=light\nwindow=@ByteArray(\\x1)\n"
    )
    settings = AppSettings(tmp_path / "window.json")
    assert (settings.preset, settings.volume, settings.theme) == ("organ", 0.3, "light")
    assert settings.layout("window").isEmpty()


class Trap:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.mkdir, (self.folder,)


def test_no_object_in_an_earlier_versions_file_is_ever_made(tmp_path: Path) -> None:
    trap = pickle.dumps(Trap(tmp_path / "sprung"))
    escaped = "".join(f"\\x{byte:x}" for byte in trap)
    (tmp_path / "window.ini").write_text(
        f"[General]\npreset=@Variant(\\0\\0\\0\\x7f\\0\\0\\0\\x1cPySide::PyObjectWrapper\\0{escaped})\n"
    )
    settings = AppSettings(tmp_path / "window.json")
    assert settings.preset == ""
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    "content", ["", "{", "[" * 100_000, '{"format": 2}', '{"values": {"volume": 1}}', "[]"]
)
def test_a_damaged_file_gives_the_defaults_and_is_kept(tmp_path: Path, content: str) -> None:
    path = tmp_path / "window.json"
    path.write_text(content)
    settings = AppSettings(path)
    assert (settings.preset, settings.volume) == ("", VOLUME)
    (reported,) = settings.problems
    assert reported.startswith(f"{path}: the settings cannot be read (")
    assert "kept as window.json.damaged" in reported
    assert len(reported) <= 300
    settings.save()
    assert (tmp_path / "window.json.damaged").read_text() == content
    assert AppSettings(path).volume == VOLUME
    assert AppSettings(path).problems == []


def test_a_sound_or_missing_file_is_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    settings = AppSettings(path)
    assert settings.problems == []
    settings.save()
    assert AppSettings(path).problems == []
    assert not (tmp_path / "window.json.damaged").exists()


def test_a_file_that_cannot_be_read_is_told_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.mkdir()
    settings = AppSettings(path)
    assert settings.volume == VOLUME
    assert "Is a directory" in settings.problems[0]
    settings.save()
    assert (tmp_path / "window.json.damaged").is_dir()
    assert AppSettings(path).problems == []


@pytest.mark.parametrize("volume", ["nan", "-nan", "inf", "-inf", "1e999", ""])
def test_a_volume_that_is_no_number_is_no_silence(tmp_path: Path, volume: str) -> None:
    path = tmp_path / "window.json"
    path.write_text(json.dumps({"format": 1, "values": {"volume": volume}}))
    kept = {"inf": 1.0, "1e999": 1.0, "-inf": 0.0}
    assert AppSettings(path).volume == kept.get(volume, 0.8)


@pytest.mark.parametrize("folder", ["a" * 5_000, "/" + "a/" * 5_000, "a\0b", "\ud7ff", "."])
def test_a_folder_that_cannot_be_gives_the_usual_one(tmp_path: Path, folder: str) -> None:
    path = tmp_path / "window.json"
    values = {"export_folder": folder, "score_folder": folder, "recording_folder": folder}
    path.write_text(json.dumps({"format": 1, "values": values}))
    settings = AppSettings(path)
    assert settings.export_folder.is_dir()
    assert settings.score_folder.is_dir()
    assert settings.recording_folder.is_dir()


def test_lanes_that_were_hidden_and_the_view_come_back(tmp_path: Path) -> None:
    settings = AppSettings(tmp_path / "window.json")
    assert (settings.hidden_lanes, settings.view) == (frozenset(), "")
    assert not settings.takes_in_front
    settings.takes_in_front = True
    settings.hidden_lanes, settings.view = frozenset({"wave", "odds"}), "layers"
    settings.save()
    again = AppSettings(tmp_path / "window.json")
    assert (again.hidden_lanes, again.view) == (frozenset({"wave", "odds"}), "layers")
    assert again.takes_in_front


def test_the_spectrum_that_an_earlier_version_showed_is_shown_again(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text(json.dumps({"format": 1, "values": {"spectrum": "true"}, "layouts": {}}))
    settings = AppSettings(path)
    assert settings.view == "spectrum"
    settings.view = "odds"
    settings.save()
    assert AppSettings(path).view == "odds"
