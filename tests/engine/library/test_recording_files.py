from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from safetensors.numpy import save_file

from engine.errors import StudioError
from engine.library.audio_files import read_audio
from engine.library.paths import user_folder
from engine.library.presets import Preset
from engine.library.recording_files import (
    About,
    find_recording,
    listen,
    load_recording,
    read_features,
    recording_of,
    write_features,
)
from engine.speech.features import CHANNELS, speech_features

RATE = 16_000


def hum(path: Path, seconds: float, hertz: float = 150.0, rate: int = RATE) -> Path:
    soundfile.write(path, 0.2 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate), rate)
    return path


def test_an_audio_file_is_analysed_at_the_rate_that_is_wanted(tmp_path: Path) -> None:
    path = hum(tmp_path / "hum.wav", 0.5, rate=44_100)
    recording = listen(path, RATE)
    assert (recording.name, recording.sample_rate) == ("hum", RATE)
    assert (recording.pitch, recording.speed, recording.as_recorded) == (0.0, 1.0, False)
    wanted = speech_features(read_audio(path, RATE), RATE)
    np.testing.assert_allclose(recording.array(), wanted, atol=0.5 / 256 + 1e-6)


def test_what_cannot_be_said_is_told_in_one_line(tmp_path: Path) -> None:
    short = hum(tmp_path / "short.wav", 0.25)
    with pytest.raises(StudioError, match=r"short\.wav: 0\.25 s is too short; give 0\.3 s or more"):
        listen(short, RATE)
    rng = np.random.default_rng(1)
    soundfile.write(tmp_path / "hiss.wav", 0.1 * rng.standard_normal(RATE), RATE)
    soundfile.write(tmp_path / "quiet.wav", np.zeros(RATE), RATE)
    for name in ("hiss", "quiet"):
        with pytest.raises(StudioError, match=rf"{name}\.wav: no voice is found in it"):
            listen(tmp_path / f"{name}.wav", RATE)
    (tmp_path / "text.wav").write_text("This is no sound.")
    with pytest.raises(StudioError, match=r"text\.wav: not an audio file"):
        listen(tmp_path / "text.wav", RATE)
    with pytest.raises(StudioError, match=r"gone\.wav"):
        listen(tmp_path / "gone.wav", RATE)


def test_a_file_that_is_too_long_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    soundfile.write(path, np.zeros(8_000 * 601, np.int16), 8_000)
    with pytest.raises(StudioError, match=r"long\.wav: longer than 600 s; give a shorter part"):
        listen(path, 8_000)


def test_features_come_back_from_their_file(tmp_path: Path) -> None:
    features = np.random.default_rng(1).integers(-500, 500, (80, CHANNELS)).astype(np.float32) / 256.0
    path = tmp_path / "a.safetensors"
    write_features(path, features, About("Hello", RATE, source="me"))
    recording = read_features(path)
    assert (recording.name, recording.sample_rate) == ("Hello", RATE)
    np.testing.assert_array_equal(recording.array(), features)
    assert path.stat().st_size < 80 * CHANNELS * 2 + 400


def header(**changes: object) -> dict[str, str]:
    import json

    return {"wavenet_studio_recording": json.dumps({"name": "x", "sample_rate": RATE, **changes})}


FRAMES = np.zeros((80, CHANNELS), np.int16)


@pytest.mark.parametrize(
    ("tensors", "metadata", "reason"),
    [
        ({"frames": FRAMES}, {}, "no recording of WaveNet Studio's"),
        ({"frames": FRAMES}, header(name=""), "bad header of a recording: name"),
        ({"frames": FRAMES}, header(features=2), "features of version 2; this version says 1"),
        ({"frames": FRAMES}, header(colour="red"), "bad header of a recording: colour"),
        ({"frames": FRAMES}, {"wavenet_studio_recording": "{"}, "not a recording that can be read"),
        ({"other": FRAMES}, header(), "it holds other, not frames"),
        ({"frames": FRAMES.astype(np.float32)}, header(), "frames are F32"),
        ({"frames": FRAMES[:, :3].copy()}, header(), r"frames are I16 \[80, 3\]"),
        ({"frames": FRAMES[:20]}, header(), "of 0.3 to 600 s"),
    ],
)
def test_a_file_that_holds_no_features_of_ours_is_refused(
    tmp_path: Path, tensors: dict[str, np.ndarray], metadata: dict[str, str], reason: str
) -> None:
    path = tmp_path / "bad.safetensors"
    save_file(tensors, path, metadata=metadata)
    with pytest.raises(StudioError, match=reason) as caught:
        read_features(path)
    assert str(path) in str(caught.value)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.safetensors").write_text("This is no recording.")
    with pytest.raises(StudioError, match=r"text\.safetensors: not a recording"):
        read_features(tmp_path / "text.safetensors")
    with pytest.raises(StudioError, match=r"gone\.safetensors: no such recording"):
        read_features(tmp_path / "gone.safetensors")


def test_a_recording_is_found_by_its_name_or_its_path(tmp_path: Path) -> None:
    own = user_folder() / "recordings" / "hello.safetensors"
    own.parent.mkdir(parents=True)
    write_features(own, np.zeros((80, CHANNELS), np.float32), About("Hello", RATE))
    assert find_recording("hello") == own
    assert load_recording("hello", RATE).name == "Hello"
    path = hum(tmp_path / "hum.wav", 0.5)
    assert find_recording(str(path)) == path
    assert load_recording(str(path), RATE).name == "hum"
    with pytest.raises(StudioError, match="recording 'hallo' is unknown; did you mean hello"):
        find_recording("hallo")


def test_a_presets_recording_is_bent_as_it_asks(tmp_path: Path) -> None:
    path = hum(tmp_path / "hum.wav", 0.5)
    fields = {"id": "p", "name": "P", "category": "user", "model": "v"}
    preset = Preset(**fields, recording=str(path), pitch=2.0, speed=0.5, as_recorded=True)  # type: ignore[arg-type]
    recording = recording_of(preset, RATE)
    assert recording is not None
    assert (recording.pitch, recording.speed, recording.as_recorded) == (2.0, 0.5, True)
    assert recording_of(Preset(**fields), RATE) is None  # type: ignore[arg-type]
    with pytest.raises(StudioError, match="preset 'p': recording 'nowhere' is unknown"):
        recording_of(Preset(**fields, recording="nowhere"), RATE)  # type: ignore[arg-type]
