from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.library.audio_files import read_settings
from engine.wavenet.model_file import read_header
from tests.engine.cli.conftest import Studio

DATA = Path(__file__).parents[1] / "importing" / "data"
GAUSSIAN = (DATA / "gaussian-k2.pth", "--hparams", DATA / "gaussian-k2.json")
SOFTMAX = (DATA / "softmax-k2.pth", "--hparams", DATA / "softmax-k2.json")


def test_it_says_what_it_brought_in(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "voice.safetensors"
    result = studio("import", "r9y9", *GAUSSIAN, "-o", path)
    assert result.code == 0
    assert result.out.startswith(f"{path}: voice, 4 layers, ")
    assert "8000 Hz, gaussian output" in result.out
    assert result.err == "it takes frames (--condition) of 5 features, 6 samples each\n"


def test_name_and_speakers_can_be_given(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "voice.safetensors"
    result = studio("import", "r9y9", *SOFTMAX, "-o", path, "--name", "Trio", "--speakers", "ann, bob,cy")
    assert result.code == 0
    header = read_header(path)
    assert (header.name, header.config.speakers) == ("Trio", ("ann", "bob", "cy"))
    assert result.err == "its speakers: ann, bob, cy\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["r9y9", *SOFTMAX, "-o", "voice.pt"], 1, "voice.pt: a model file's name ends in .safetensors"),
        (["r9y9", *SOFTMAX, "-o", "v.safetensors", "--name", " "], 1, "--name: a model needs a name"),
        (["r9y9", *SOFTMAX, "-o", "v.safetensors", "--speakers", "a,b"], 1, "the model has 3, 2 names"),
        (["r9y9", *SOFTMAX, "-o", "v.safetensors", "--speakers", "a,,b"], 2, "give distinct names"),
        (["r9y9", *GAUSSIAN, "-o", "v.safetensors", "--speakers", "a"], 1, "no global condition"),
        (
            ["r9y9", "none.pth", *SOFTMAX[1:], "-o", "v.safetensors"],
            1,
            "none.pth: cannot read the checkpoint",
        ),
        (["r9y9", SOFTMAX[0], "--hparams", "none.json", "-o", "v.safetensors"], 1, "none.json: cannot read"),
        (["r9y9", SOFTMAX[0], "-o", "v.safetensors"], 2, "--hparams"),
        (["keras", *SOFTMAX, "-o", "v.safetensors"], 2, "invalid choice: 'keras'"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line_and_leaves_no_file(
    studio: Studio,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[object],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = studio("import", *arguments)
    assert result.code == code
    assert len(result.err.splitlines()) == 1
    assert message in result.err
    assert not list(tmp_path.glob("*.safetensors"))


def test_an_imported_vocoder_plays_frames_and_scores_what_it_played(studio: Studio, tmp_path: Path) -> None:
    model, mel, audio = tmp_path / "voice.safetensors", tmp_path / "mel.npy", tmp_path / "out.wav"
    np.save(mel, np.random.default_rng(0).standard_normal((7, 5)).astype(np.float32))
    engine = ("--engine", "reference")
    assert studio("import", "r9y9", *GAUSSIAN, "-o", model).code == 0
    result = studio("render", model, "--condition", mel, "-o", audio, "--seed", 1, *engine)
    assert result.code == 0
    assert (soundfile.info(audio).frames, soundfile.info(audio).samplerate) == (7 * 6, 8000)
    settings = read_settings(audio)
    assert settings is not None
    assert len(settings["condition"]) == 64
    scored = studio("score", model, audio, "--condition", mel, "--json", *engine)
    assert scored.code == 0
    assert '"samples": 42' in scored.out
