from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.library.audio_files import write_audio
from tests.recogniser import tone_recogniser


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """Half a second of silence and half a second of a tone, at another rate than the recogniser's."""
    samples = np.zeros(22_050, np.float32)
    samples[11_025:] = 0.3 * np.sin(np.arange(11_025) * 0.3)
    write_audio(tmp_path / "sound.wav", samples, 22_050)
    return tmp_path / "sound.wav"


def test_phones_are_told_a_line_each_and_written_as_json(
    sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tone_recogniser(tmp_path / "phones.safetensors")
    arguments = ["recognise", str(sound), "--model", str(model), "--labels", str(tmp_path / "out.json")]
    assert main(arguments) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [name for *_, name in lines] == ["sil", "aa"]
    assert float(lines[0][1]) == pytest.approx(0.5, abs=0.03)
    content = json.loads((tmp_path / "out.json").read_text())
    assert content["file"] == "sound.wav"
    assert content["seconds"] == pytest.approx(1.0, abs=0.001)
    assert [phone["phone"] for phone in content["phones"]] == ["sil", "aa"]
    assert content["phones"][1]["start_s"] == content["phones"][0]["end_s"]


@pytest.mark.parametrize(("audio", "model"), [("none.wav", None), ("sound.wav", "none.safetensors")])
def test_what_is_missing_is_told_in_a_line(
    sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], audio: str, model: str | None
) -> None:
    file = tmp_path / model if model else tone_recogniser(tmp_path / "phones.safetensors")
    assert main(["recognise", str(tmp_path / audio), "--model", str(file)]) == 1
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert told.count("\n") == 1
    assert "none." in told
