from __future__ import annotations

import base64
import dataclasses
import json
import zlib
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.generation.conditions import LocalCondition
from engine.generation.generator import Generator
from engine.kernels.reference import ReferenceKernel
from engine.library.presets import Preset
from engine.library.recordings import (
    SpokenRecording,
    in_steps,
    pack_steps,
    said_by,
    said_conditions,
    unpack_steps,
)
from engine.library.replay import replay, replay_together
from engine.library.takes import Settings
from engine.speech.conversion import converted, voice_statistics
from engine.speech.features import CHANNELS, Floats, bent, sharpening
from engine.wavenet.config import LocalConfig, VoiceStatistics
from engine.wavenet.model_file import ModelFile
from tests.models import save_tiny_model

HOP = 80
VOICES = tuple(VoiceStatistics((mean,) * CHANNELS, (1.0,) * CHANNELS) for mean in (1.0, -1.0))
SPEECH = LocalConfig(channels=CHANNELS, hop=HOP, features="speech", encoder=(8, 6), voices=VOICES)


@pytest.fixture
def model(tmp_path: Path) -> ModelFile:
    return save_tiny_model(tmp_path / "v.safetensors", "v", local=SPEECH, tags=(), speakers=("ann", "bob"))


@pytest.fixture
def features() -> Floats:
    """60 frames that are whole steps of 1/256, all of them voiced."""
    made = np.random.default_rng(3).integers(-900, 900, (60, CHANNELS)).astype(np.float32) / 256.0
    made[:, 22], made[:, 23] = 1.0, 0.0
    return made


@pytest.fixture
def recording(features: Floats) -> SpokenRecording:
    return SpokenRecording("hello", pack_steps(in_steps(features)), 16_000)


def test_features_are_stored_to_the_nearest_256th_and_come_back_bit_for_bit() -> None:
    features = np.random.default_rng(1).standard_normal((200, CHANNELS)).astype(np.float32)
    steps = in_steps(features)
    assert np.abs(steps / 256.0 - features).max() <= 0.5 / 256.0 + 1e-6
    np.testing.assert_array_equal(unpack_steps(pack_steps(steps)), steps)
    widest = np.array([[-32768] * CHANNELS, [32767] * CHANNELS, [0] * CHANNELS], np.int16)
    np.testing.assert_array_equal(unpack_steps(pack_steps(widest)), widest)


def test_the_text_is_differences_with_all_low_bytes_first() -> None:
    steps = np.zeros((2, CHANNELS), np.int16)
    steps[:, 0] = 259, 258  # 0x0103, then one less
    raw = zlib.decompress(base64.b64decode(pack_steps(steps)))
    assert raw == b"\x03\xff" + bytes(2 * CHANNELS - 2) + b"\x01\xff" + bytes(2 * CHANNELS - 2)


def test_features_that_change_slowly_take_little_room() -> None:
    slow = np.cumsum(np.random.default_rng(2).normal(0.0, 0.05, (1000, CHANNELS)), axis=0)
    as_they_are = 1000 * CHANNELS * 2 * 4 / 3  # bytes in base64
    assert len(pack_steps(in_steps(slow.astype(np.float32)))) < 0.5 * as_they_are


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no base64!", "not packed frames"),
        (base64.b64encode(b"no zlib").decode(), "not packed frames"),
        (base64.b64encode(zlib.compress(bytes(7))).decode(), "not packed frames"),
        (base64.b64encode(zlib.compress(b"")).decode(), "cut off"),
        (base64.b64encode(zlib.compress(bytes(2 * CHANNELS * 120_001))).decode(), "more than 600 s"),
    ],
)
def test_text_that_holds_no_features_is_refused(text: str, reason: str) -> None:
    with pytest.raises(StudioError, match=f"settings of a take: recording: .*{reason}"):
        unpack_steps(text)


def test_it_is_as_long_as_its_frames_at_its_speed(recording: SpokenRecording) -> None:
    assert recording.seconds == pytest.approx(60 / 200)
    assert dataclasses.replace(recording, speed=0.5).seconds == pytest.approx(60 / 100)


@pytest.mark.parametrize(
    "wrong", [{"pitch": 25.0}, {"speed": 0.2}, {"speed": 5.0}, {"sample_rate": 0}, {"frames": ""}]
)
def test_a_bend_beyond_its_limits_is_refused(recording: SpokenRecording, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        dataclasses.replace(recording, **wrong)  # type: ignore[arg-type]


def same(one: LocalCondition, other: LocalCondition) -> bool:
    first, second = one.rows(0, one.samples), other.rows(0, one.samples)
    return (
        one.samples == other.samples
        and np.array_equal(first.rows, second.rows)
        and np.array_equal(first.temperature, second.temperature)  # type: ignore[arg-type]
    )


def test_a_model_is_told_the_features_in_the_voice_of_the_speaker_bent_as_asked(
    model: ModelFile, recording: SpokenRecording, features: Floats
) -> None:
    moved = dataclasses.replace(recording, pitch=3.0, speed=0.5)
    wanted = bent(converted(features, voice_statistics(features), VOICES[1]), 3.0, 0.5)
    assert same(said_by(model, moved, "bob"), LocalCondition(model, wanted, sharpening(wanted)))
    plain = LocalCondition(model, features, sharpening(features))
    assert same(said_by(model, dataclasses.replace(recording, as_recorded=True), "bob"), plain)
    assert same(said_by(model, recording, None), plain)
    assert not same(said_by(model, recording, "bob"), plain)


def test_a_stream_of_it_ends_with_it(model: ModelFile, recording: SpokenRecording) -> None:
    assert said_conditions(model, recording, "ann").ends_at == 60 * HOP
    assert said_conditions(model, dataclasses.replace(recording, speed=2.0), "ann").ends_at == 30 * HOP


def test_a_model_that_is_told_nothing_and_one_at_another_rate_say_so(
    tmp_path: Path, model: ModelFile, recording: SpokenRecording
) -> None:
    deaf = save_tiny_model(tmp_path / "d.safetensors", "deaf")
    with pytest.raises(StudioError, match="model 'deaf' says nothing"):
        said_by(deaf, recording, "slt")
    with pytest.raises(StudioError, match="'hello' was analysed at 24000 Hz, model 'v' runs at 16000"):
        said_by(model, dataclasses.replace(recording, sample_rate=24_000), "ann")
    with pytest.raises(StudioError, match="zoe"):
        said_by(model, recording, "zoe")


def test_a_take_has_all_that_is_needed_to_say_it_again(model: ModelFile, recording: SpokenRecording) -> None:
    kernel = ReferenceKernel(model)
    settings = Settings(
        preset=Preset(id="p", name="P", category="user", model="v", speaker="bob"),
        seed=7,
        engine="reference",
        kernel_version=kernel.version,
        model="v",
        model_hash=model.header.hash,
        sample_rate=16_000,
        samples=400,
        recording=dataclasses.replace(recording, pitch=-2.0),
    )
    conditions = said_conditions(model, dataclasses.replace(recording, pitch=-2.0), "bob")
    drawn = Generator(kernel, settings.params(), 7, conditions).step(400).codes
    again = Settings.from_json(json.loads(json.dumps(settings.to_json())))
    assert again == settings
    np.testing.assert_array_equal(replay(again, kernel, local=again.said(model)), drawn)
    together = replay_together(again, (7, 8), kernel, local=again.said(model))
    np.testing.assert_array_equal(together[0], drawn)
    with pytest.raises(StudioError, match="the take needs its frames"):
        replay(again, kernel)


def test_settings_of_before_there_were_recordings_are_read(recording: SpokenRecording) -> None:
    preset = Preset(id="p", name="P", category="user", model="v", recording="hello", pitch=1.0)
    settings = Settings(preset.without_material(), 1, "cpu", "1", "v", "h", 16_000, 10)
    fields = settings.to_json()
    assert fields.pop("recording") is None
    for name in ("recording", "pitch", "speed", "as_recorded"):
        fields["preset"].pop(name)
    assert Settings.from_json(fields) == settings
    assert settings.said(None) is None  # type: ignore[arg-type]
