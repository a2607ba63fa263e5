from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import VOLUME, AppSettings, settings_path


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "window.ini"
    first = AppSettings(path)
    first.preset, first.volume, first.theme, first.linear = "piano", 0.25, "light", True
    first.save()
    second = AppSettings(path)
    assert (second.preset, second.theme, second.linear) == ("piano", "light", True)
    assert second.volume == pytest.approx(0.25)


def test_a_missing_file_gives_the_defaults(tmp_path: Path) -> None:
    settings = AppSettings(tmp_path / "window.ini")
    assert (settings.preset, settings.volume, settings.theme, settings.linear) == ("", VOLUME, "dark", False)
    assert settings.export_suffix == ".wav"
    assert settings.export_folder.is_dir()


def test_absurd_entries_give_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "window.ini"
    path.write_text("[General]\nvolume=loud\ntheme=purple\nexport_folder=/no/such/place\n")
    settings = AppSettings(path)
    assert (settings.volume, settings.theme) == (VOLUME, "dark")
    assert settings.export_folder.is_dir()


def test_a_volume_out_of_range_is_clamped(tmp_path: Path) -> None:
    path = tmp_path / "window.ini"
    path.write_text("[General]\nvolume=17\n")
    assert AppSettings(path).volume == 1.0


def test_the_file_lies_in_the_users_config_folder(tmp_path: Path) -> None:
    assert settings_path().is_relative_to(tmp_path)
    assert settings_path().suffix == ".ini"
