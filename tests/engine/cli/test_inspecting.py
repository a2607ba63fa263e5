"""``studio inspect``: what it writes, and what it says of bad input."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.wavenet.config import LocalConfig
from engine.wavenet.model_file import ModelFile
from tests.engine.cli.conftest import Studio
from tests.models import save_tiny_model

QUICK = ("--seconds", 0.1, "--engine", "reference")


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    samples = 0.3 * np.sin(np.arange(4000) / 20.0)
    soundfile.write(tmp_path / "tone.wav", samples, 16_000)
    return tmp_path / "tone.wav"


def test_a_recording_is_looked_into_from_where_it_is_asked(
    studio: Studio, tiny: ModelFile, recording: Path, tmp_path: Path
) -> None:
    out = tmp_path / "tiny.json"
    options = ("--audio", recording, "--start", 0.05, "--speaker", "rms", "--tag", "calm=0.5")
    result = studio("inspect", "tiny", *options, *QUICK, "-o", out)
    assert (result.code, result.err) == (0, "")
    found = json.loads(out.read_text())
    assert found["sound"]["name"] == "tone.wav"
    assert found["sound"]["samples"] == 1600
    assert found["model"]["hash"] == tiny.header.hash
    assert sum(found["contributions"]["parts"]) == pytest.approx(1.0, abs=1e-4)
    assert f"{found['sound']['bits']:.3f} bits a sample" in result.out


def test_without_one_it_is_the_models_own_run_the_same_each_time(
    studio: Studio, tiny: ModelFile, tmp_path: Path
) -> None:
    files = [tmp_path / "a.json", tmp_path / "b.json"]
    assert [studio("inspect", "tiny", *QUICK, "-o", file).code for file in files] == [0, 0]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert json.loads(files[0].read_text())["sound"]["name"] == "its own free run"


def test_the_page_holds_its_pictures_and_loads_nothing(
    studio: Studio, tiny: ModelFile, tmp_path: Path
) -> None:
    out = tmp_path / "tiny.html"
    assert studio("inspect", "tiny", *QUICK, "-o", out).code == 0
    page = out.read_text(encoding="utf-8")
    assert page.count('src="data:image/png;base64,') == 3
    assert not re.findall(r"(?:src|href)=\"(?!data:)|url\(|https?:", page)
    assert page.count("<tr>") == 1 + len(tiny.config.dilations)


def test_a_picture_is_a_png_file(studio: Studio, tiny: ModelFile, recording: Path, tmp_path: Path) -> None:
    out = tmp_path / "tiny.png"
    assert studio("inspect", "tiny", "--audio", recording, *QUICK, "-o", out).code == 0
    assert out.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_frames_condition_what_is_looked_into(studio: Studio, recording: Path, tmp_path: Path) -> None:
    path, frames, out = tmp_path / "told.safetensors", tmp_path / "frames.npy", tmp_path / "told.json"
    save_tiny_model(path, local=LocalConfig(channels=3, hop=100))
    bits = []
    for value in (0.0, 3.0):
        np.save(frames, np.full((16, 3), value, np.float32))
        options = ("--audio", recording, "--condition", frames)
        assert studio("inspect", path, *options, *QUICK, "-o", out).code == 0
        bits.append(json.loads(out.read_text())["sound"]["bits"])
    assert bits[0] != bits[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("tiny", "-o", "x.pdf"), "x.pdf: inspect writes .html, .png, .json; give a name that ends so"),
        (("tiny", "-o", "nowhere/x.json"), "there is no folder nowhere; make it first"),
        (("tony", "-o", "x.json"), "tony"),
        (("tiny", "-o", "x.json", "--speaker", "slx"), "speaker 'slx' is unknown to this model"),
        (("tiny", "-o", "x.json", "--audio", "no.wav"), "no.wav"),
        (
            ("tiny", "-o", "x.json", "--audio", "tone.wav", "--start", "9"),
            "nothing is left from --start 9 s on",
        ),
        (("tiny", "-o", "x.json", "--start", "9"), "give a file with it"),
    ],
)
def test_bad_input_is_named_in_one_line_before_anything_is_measured(
    studio: Studio,
    tiny: ModelFile,
    recording: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    monkeypatch.chdir(recording.parent)
    result = studio("inspect", *arguments)
    assert result.code == 1
    assert result.err.startswith("error: ")
    assert words in result.err
    assert result.err.count("\n") == 1
    assert not Path("x.json").exists()


def test_figures_without_matplotlib_say_what_to_do(
    studio: Studio, tiny: ModelFile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = studio("inspect", "tiny", "-o", tmp_path / "x.png")
    assert result.code == 1
    assert "figures need matplotlib" in result.err
    assert "write .json, or run ./studio --full" in result.err


@pytest.mark.parametrize("seconds", ["0", "6", "nan"])
def test_absurd_lengths_are_refused(studio: Studio, tiny: ModelFile, seconds: str) -> None:
    result = studio("inspect", "tiny", "-o", "x.json", "--seconds", seconds)
    assert result.code == 2
    assert "--seconds" in result.err
