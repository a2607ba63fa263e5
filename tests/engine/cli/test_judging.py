from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.checkpoint import ModelFile
from engine.config import LocalConfig
from engine.library import paths
from engine.music.roll import CHANNELS
from tests.engine.cli.conftest import PRESET, Studio
from tests.engine.judging.signals import tunes, two_kinds
from tests.models import save_tiny_model


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_kinds(tmp_path_factory.mktemp("judging") / "corpus").folder


@pytest.fixture
def shipped(tiny: ModelFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A factory's folder with one preset of the tiny model."""
    folder = tmp_path / "factory"
    folder.mkdir()
    (folder / "tiny-piano.toml").write_text(PRESET, encoding="utf-8")
    monkeypatch.setattr(paths, "preset_folders", lambda: (folder, tmp_path / "own"))
    return folder


@pytest.mark.usefixtures("shipped")
def test_presets_are_judged_and_the_figures_printed_as_json(studio: Studio, corpus: Path) -> None:
    result = studio("judge", "tiny", "--corpus", corpus, "--seeds", "3", "--seconds", "1", "--json")
    assert result.code == 0, result.err
    report = json.loads(result.out)
    assert report["classifier"]["of_each"] == {"calm": 1.0, "piano": 1.0}
    (preset,) = report["presets"]
    assert (preset["preset"], preset["label"], preset["clips"]) == ("tiny-piano", "piano", 3)
    assert round(3 * preset["right"]) + sum(preset["taken_for"].values()) == 3
    assert sum(preset["verdicts"].values()) == 3


@pytest.mark.usefixtures("shipped")
def test_the_table_tells_what_each_preset_shows(studio: Studio, corpus: Path) -> None:
    result = studio("judge", "tiny", "--corpus", corpus, "--seeds", "2", "--seconds", "1", "--of", "piano")
    assert result.code == 0, result.err
    assert "tiny-piano  piano" in result.out
    assert "100.0% of unseen recordings, 50.0% by chance" in result.out


@pytest.mark.usefixtures("shipped")
def test_drift_looks_at_six_windows_of_each_preset(studio: Studio, corpus: Path) -> None:
    result = studio("judge", "tiny", "--corpus", corpus, "--drift", "--json")
    assert result.code == 0, result.err
    report = json.loads(result.out)
    assert "presets" not in report
    (drift,) = report["drift"]
    assert len(drift["windows"]) == 6
    first, last = drift["windows"][1], drift["windows"][-1]
    assert drift["level_db"] == pytest.approx(last["level_db"] - first["level_db"])


def test_following_prints_the_recordings_and_a_wrong_score_beside(studio: Studio, tmp_path: Path) -> None:
    plays = LocalConfig(channels=CHANNELS, hop=160, upsampling="repeat", features="roll")
    save_tiny_model(tmp_path / "plays.safetensors", local=plays)
    folder = tunes(tmp_path / "corpus").folder
    arguments = ("judge", tmp_path / "plays.safetensors", "--corpus", folder, "--following")
    result = studio(*arguments, "--pieces", "2", "--piece-seconds", "2")
    assert result.code == 0, result.err
    lines = [line.split()[0] for line in result.out.splitlines() if line]
    assert lines == ["PIECE", "piano-0", "calm-1", "mean", "wrong"]


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--of", "pino"), "'pino' is no genre or speaker of the corpus; did you mean piano"),
        (("--of", "calm"), "no factory preset of model 'tiny' shows"),
        (("--following",), "model 'tiny' plays no scores"),
    ],
)
def test_what_cannot_be_judged_is_said_in_one_line(
    studio: Studio, corpus: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = studio("judge", "tiny", "--corpus", corpus, *arguments)
    assert result.code == 1
    assert message in result.err.splitlines()[-1]
