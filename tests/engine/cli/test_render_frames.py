from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import StudioError
from engine.generation.backends import select_kernel
from engine.generation.conditions import LocalCondition, StreamConditions
from engine.generation.generator import Generator
from engine.library.audio_files import read_audio, read_settings
from engine.library.paths import model_folders
from engine.library.replay import replay
from engine.library.takes import Settings
from engine.wavenet.codes import encode
from engine.wavenet.config import GenerationParams, LocalConfig
from engine.wavenet.model_file import ModelFile
from tests.engine.cli.conftest import Studio
from tests.engine.cli.rendering import SHORT, codes
from tests.models import save_tiny_model

pytestmark = pytest.mark.usefixtures("tiny")
SPOKEN = LocalConfig(channels=3, hop=40, upsampling="linear")


@pytest.fixture
def spoken(tmp_path: Path) -> ModelFile:
    """A model that takes frames, named ``spoken``."""
    return save_tiny_model(
        model_folders()[1] / "spoken.safetensors", "spoken", local=SPOKEN, tags=(), speakers=()
    )


@pytest.fixture
def frames(tmp_path: Path) -> np.ndarray:
    """Seven frames, which lie in frames.npy."""
    values = np.random.default_rng(0).standard_normal((7, 3)).astype(np.float32)
    np.save(tmp_path / "frames.npy", values)
    return values


@pytest.mark.parametrize("output", ["softmax", "logistics", "gaussian"])
@pytest.mark.parametrize("transposed", [False, True])
def test_frames_condition_a_model_and_give_the_length(
    studio: Studio, out: Path, tmp_path: Path, output: str, transposed: bool
) -> None:
    path = tmp_path / "spoken.safetensors"
    scalar = "embedding" if output == "softmax" else "scalar"
    model = save_tiny_model(path, "spoken", local=SPOKEN, output=output, input=scalar, tags=(), speakers=())
    frames = np.random.default_rng(0).standard_normal((7, 3)).astype(np.float32)
    np.save(tmp_path / "frames.npy", frames.T if transposed else frames)
    condition = ("--condition", tmp_path / "frames.npy")
    result = studio("render", path, *condition, "-o", out / "a.wav", "--seed", 5)
    assert result.code == 0
    local = LocalCondition(model, frames)
    drawn = Generator(select_kernel(model), GenerationParams(), 5, StreamConditions(local)).step(280).codes
    np.testing.assert_array_equal(encode(model.config, read_audio(out / "a.wav", 16_000)), drawn)


def test_a_take_with_frames_is_made_again_from_its_settings_and_them(
    studio: Studio, out: Path, tmp_path: Path, spoken: ModelFile, frames: np.ndarray
) -> None:
    condition = ("--condition", tmp_path / "frames.npy", "--seconds", "0.01")
    studio("render", "spoken", *condition, "-o", out / "a.wav")
    settings = Settings.from_json(read_settings(out / "a.wav") or {})
    kernel = select_kernel(spoken)
    again = replay(settings, kernel, local=LocalCondition(spoken, frames))
    assert len(again) == 160
    np.testing.assert_array_equal(again, codes(out / "a.wav"))
    with pytest.raises(StudioError, match="condition: the take needs its frames"):
        replay(settings, kernel)
    with pytest.raises(StudioError, match="condition: the take knows no frames"):
        replay(replace(settings, condition=""), kernel, local=LocalCondition(spoken, frames))


def test_a_model_that_takes_frames_and_gets_none_is_warned_of(
    studio: Studio, out: Path, spoken: ModelFile
) -> None:
    result = studio("render", "spoken", "-o", out / "a.wav", *SHORT)
    assert result.code == 0
    assert "warning: model 'spoken' takes frames; without --condition it gets zeros" in result.err


def test_frames_that_end_early_are_warned_of(
    studio: Studio, out: Path, tmp_path: Path, spoken: ModelFile, frames: np.ndarray
) -> None:
    condition = ("--condition", tmp_path / "frames.npy")
    result = studio("render", "spoken", *condition, "-o", out / "a.wav", *SHORT)
    assert "warning: the frames end after 280 of 480 samples; the last one is held" in result.err


@pytest.mark.parametrize(
    ("model", "array", "message"),
    [
        ("spoken", np.zeros((7, 4)), "bad.npy: shape [7, 4]; model 'spoken' takes [frames, 3]"),
        ("spoken", np.zeros(21), "bad.npy: shape [21]; model 'spoken' takes [frames, 3]"),
        ("spoken", np.zeros((0, 3)), "bad.npy: shape [0, 3]; model 'spoken' takes [frames, 3]"),
        ("spoken", np.full((2, 3), np.nan), "bad.npy: frame 0, feature 0 is NaN or infinite"),
        ("spoken", np.full((2, 3), 1e300), "bad.npy: frame 0, feature 0 is NaN or infinite"),
        (
            "spoken",
            np.zeros((2, 3), complex),
            "file of numbers: holds <c16, not real numbers",
        ),
        ("spoken", np.array([{}]), "bad.npy: not an .npy file of numbers: "),
        ("tiny", np.zeros((7, 3)), "bad.npy: model 'tiny' takes no frames; leave --condition out"),
    ],
)
def test_frames_that_do_not_fit_are_told_in_one_line(
    studio: Studio, out: Path, tmp_path: Path, spoken: ModelFile, model: str, array: np.ndarray, message: str
) -> None:
    np.save(tmp_path / "bad.npy", array, allow_pickle=True)
    result = studio("render", model, "--condition", tmp_path / "bad.npy", "-o", out / "a.wav")
    assert result.code == 1
    assert message in result.err
    assert len(result.err.splitlines()) == 1
    assert not (out / "a.wav").exists()


def test_a_file_that_holds_no_single_array_is_told(
    studio: Studio, out: Path, tmp_path: Path, spoken: ModelFile
) -> None:
    np.savez(tmp_path / "several.npz", a=np.zeros((2, 3)))
    (tmp_path / "text.npy").write_text("no array")
    for name, message in (
        ("several.npz", "not an .npy file of numbers: an archive of several arrays"),
        ("text.npy", "not an .npy file of numbers"),
        ("none.npy", "cannot read the frames: No such file"),
    ):
        result = studio("render", "spoken", "--condition", tmp_path / name, "-o", out / "a.wav")
        assert result.code == 1
        assert f"{name}: {message}" in result.err


def test_frames_do_not_go_with_a_recording_to_go_on_from(
    studio: Studio, out: Path, tmp_path: Path, spoken: ModelFile, frames: np.ndarray
) -> None:
    soundfile.write(tmp_path / "past.wav", np.zeros(50), 16_000)
    options = ("--condition", tmp_path / "frames.npy", "--prime", tmp_path / "past.wav")
    result = studio("render", "spoken", *options, "-o", out / "a.wav")
    assert result.code == 1
    assert "--prime does not go with --condition" in result.err
