from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from engine.library.paths import model_folders
from engine.network.losses import cross_entropy_bits
from engine.network.model import WaveNet
from engine.wavenet import mulaw
from engine.wavenet.codes import as_inputs, encode, silence
from engine.wavenet.config import LocalConfig
from engine.wavenet.model_file import ModelFile, save_model
from tests.engine.cli.conftest import Studio
from tests.models import save_tiny_model


def recorded(path: Path, samples: int) -> Path:
    codes = np.random.default_rng(1).integers(90, 160, samples, dtype=np.uint8)
    soundfile.write(path, mulaw.decode(codes), 16_000, "FLOAT")
    return path


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """3,000 samples: more than one block, and no whole number of blocks."""
    return recorded(tmp_path / "recording.wav", 3_000)


@pytest.fixture
def short(tmp_path: Path) -> Path:
    """750 samples, for the reference engine, which takes its time."""
    return recorded(tmp_path / "short.wav", 750)


def parallel_bits(model: ModelFile, path: Path, global_features: list[float]) -> float:
    """Mean bits a sample by the training forward, which sees the whole recording at once."""
    codes = torch.from_numpy(mulaw.encode(soundfile.read(path)[0])).long()[None]
    net = WaveNet(model.config)
    net.load_state_dict({key: torch.from_numpy(value) for key, value in model.weights.items()})
    past = torch.cat([torch.full((1, 1), mulaw.SILENCE), codes[:, :-1]], dim=1)
    with torch.inference_mode():
        return float(cross_entropy_bits(net(past, torch.tensor([global_features])), codes).mean())


@pytest.mark.parametrize(
    ("engine", "tolerance"),
    [("reference", 1e-4), ("auto", 0.005)],  # the packed weights may cost that much
)
def test_the_score_is_the_training_forwards_mean_cross_entropy(
    studio: Studio, tiny: ModelFile, recording: Path, engine: str, tolerance: float
) -> None:
    options = ["--speaker", "rms", "--tag", "calm=0.5", "--engine", engine]
    result = studio("score", "tiny", recording, "--json", *options)
    assert result.code == 0
    scored = json.loads(result.out)
    assert scored.keys() == {"bits_per_sample", "samples"}
    assert scored["samples"] == 3_000
    # tags piano, calm, fast, then speakers slt, rms
    expected = parallel_bits(tiny, recording, [0, 0.5, 0, 0, 1])
    assert scored["bits_per_sample"] == pytest.approx(expected, abs=tolerance)


def test_a_model_that_knows_nothing_needs_8_bits(studio: Studio, tiny: ModelFile, recording: Path) -> None:
    blind = {key: value * (not key.startswith("output")) for key, value in tiny.weights.items()}
    save_model(model_folders()[1] / "blind.safetensors", name="blind", config=tiny.config, weights=blind)
    result = studio("score", "blind", recording)
    assert result.out == "8.0000 bits per sample over 3000 samples (0.19 s)\n"


def test_a_model_file_can_be_given_by_path(studio: Studio, tiny: ModelFile, recording: Path) -> None:
    by_path = studio("score", model_folders()[1] / "tiny.safetensors", recording, "--json")
    assert by_path.code == 0
    assert by_path.out == studio("score", "tiny", recording, "--json").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense", "recording.wav"], "model 'nonsense' is not installed"),
        (["tiny", "none.wav"], "none.wav: cannot read the audio file: No such file"),
        (["tiny", "text.wav"], "text.wav: not an audio file that can be read"),
        (["tiny", "recording.wav", "--speaker", "bob"], "speaker 'bob' is unknown to this model"),
        (["tiny", "recording.wav", "--vector", "1"], "--vector: model 'tiny' takes none; leave it out"),
        (["tiny", "recording.wav", "--device", "cuda:0"], "only engine reference runs on a device of your"),
        (["tiny", "recording.wav", "--tag", "loud=1"], "tag 'loud' is unknown to this model"),
        (["text.safetensors", "recording.wav"], "text.safetensors is not a readable .safetensors file"),
    ],
)
def test_what_cannot_be_done_is_told_with_1_and_one_line(
    studio: Studio,
    tiny: ModelFile,
    recording: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(recording.parent)
    Path("text.wav").write_text("no audio")
    Path("text.safetensors").write_text("no model")
    result = studio("score", *arguments)
    assert result.code == 1
    assert len(result.err.splitlines()) == 1
    assert message in result.err


def test_a_free_vector_conditions_the_score(studio: Studio, tmp_path: Path, short: Path) -> None:
    path = tmp_path / "voices.safetensors"
    model = save_tiny_model(path, "voices", tags=(), vector_channels=2)
    options = ("--speaker", "rms", "--vector", "0.5,-2", "--engine", "reference", "--device", "cpu")
    result = studio("score", path, short, "--json", *options)
    expected = parallel_bits(model, short, [0, 1, 0.5, -2])  # speakers slt, rms, then the vector
    assert json.loads(result.out)["bits_per_sample"] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("output", ["softmax", "gaussian"])
def test_frames_condition_the_score(studio: Studio, tmp_path: Path, short: Path, output: str) -> None:
    path = tmp_path / "spoken.safetensors"
    local = LocalConfig(channels=3, hop=100, upsampling="linear")
    scalar = "embedding" if output == "softmax" else "scalar"
    model = save_tiny_model(path, "spoken", local=local, output=output, input=scalar, tags=(), speakers=())
    frames = np.random.default_rng(0).standard_normal((8, 3)).astype(np.float32)
    np.save(tmp_path / "frames.npy", frames)
    condition = ("--condition", tmp_path / "frames.npy")
    result = studio("score", path, short, *condition, "--json", "--engine", "reference")
    assert result.code == 0
    codes = encode(model.config, soundfile.read(short)[0])
    past = np.concatenate([[silence(model.config)], codes[:-1]]).astype(codes.dtype)
    inputs = torch.from_numpy(as_inputs(model.config, past))
    net = WaveNet(model.config)
    net.load_state_dict({key: torch.from_numpy(value) for key, value in model.weights.items()})
    with torch.inference_mode():
        inputs = inputs.long() if output == "softmax" else inputs
        outputs = net(inputs[None], None, torch.from_numpy(frames)[None])[0].double()
    if output == "softmax":
        found = torch.distributions.Categorical(logits=outputs).log_prob(torch.from_numpy(codes))
    else:  # narrow bins: the density times the width of one of 65,536
        normal = torch.distributions.Normal(outputs[:, 0], outputs[:, 1].exp())
        found = normal.log_prob(torch.from_numpy(codes / 32768)) - math.log(32768)
    expected = float(-found.mean() / math.log(2.0))
    assert json.loads(result.out)["bits_per_sample"] == pytest.approx(expected, abs=1e-3)


def test_frames_that_end_before_the_recording_are_warned_of(
    studio: Studio, tmp_path: Path, recording: Path
) -> None:
    local = LocalConfig(channels=3, hop=400)
    save_tiny_model(tmp_path / "spoken.safetensors", "spoken", local=local, tags=(), speakers=())
    np.save(tmp_path / "frames.npy", np.zeros((7, 3)))
    condition = ("--condition", tmp_path / "frames.npy")
    result = studio("score", tmp_path / "spoken.safetensors", recording, *condition)
    assert result.code == 0
    assert result.err == "warning: the frames end after 2800 of 3000 samples; the last one is held\n"


def test_frames_for_a_model_that_takes_none_are_refused(
    studio: Studio, tmp_path: Path, tiny: ModelFile, recording: Path
) -> None:
    np.save(tmp_path / "frames.npy", np.zeros((7, 3)))
    result = studio("score", "tiny", recording, "--condition", tmp_path / "frames.npy")
    assert result.code == 1
    assert "frames.npy: model 'tiny' takes no frames; leave --condition out" in result.err
