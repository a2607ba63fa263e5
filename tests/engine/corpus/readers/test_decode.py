from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from numpy.typing import NDArray

from engine.corpus.readers.decode import AudioSource, BrokenFile
from tests.engine.corpus.readers.trees import broken, loudest_frequency, tone


def decode(path: Path, rate: int = 16_000) -> NDArray[np.float32]:
    with AudioSource(path) as source:
        return np.concatenate(list(source.blocks(rate)))


@pytest.mark.parametrize(
    ("name", "format", "subtype", "rate"),
    [
        ("a.wav", "WAV", "PCM_16", 48_000),
        ("a.wav", "WAV", "FLOAT", 44_100),
        ("a.flac", "FLAC", "PCM_24", 22_050),
        ("a.aiff", "AIFF", "PCM_16", 96_000),
        ("a.ogg", "OGG", "VORBIS", 44_100),
        ("a.mp3", "MP3", "MPEG_LAYER_III", 44_100),
        ("a.sph", "NIST", "PCM_16", 16_000),
        ("a.w64", "W64", "PCM_16", 8_000),
    ],
)
def test_any_format_and_rate_becomes_the_same_tone(
    tmp_path: Path, name: str, format: str, subtype: str, rate: int
) -> None:
    path = tone(tmp_path / name, 440.0, rate=rate, seconds=2.0, subtype=subtype, format=format)
    samples = decode(path)
    assert samples.dtype == np.float32
    assert len(samples) == 32_000
    assert loudest_frequency(samples, 16_000) == 440.0
    assert np.sqrt(np.mean(samples[8000:-8000] ** 2)) == pytest.approx(0.3 / np.sqrt(2), rel=0.01)


@pytest.mark.parametrize(("rate", "target"), [(48_000, 16_000), (44_100, 16_000), (22_050, 24_000)])
def test_blocks_give_what_resampling_the_whole_gives(tmp_path: Path, rate: int, target: int) -> None:
    noise = np.random.default_rng(1).normal(0.0, 0.1, 5 * rate).astype(np.float32)
    soundfile.write(tmp_path / "noise.wav", noise, rate, "FLOAT")
    whole = soxr.resample(noise, rate, target, quality="VHQ")
    assert np.array_equal(decode(tmp_path / "noise.wav", target), whole)


def test_what_the_corpus_cannot_hold_is_filtered_out(tmp_path: Path) -> None:
    samples = decode(tone(tmp_path / "high.wav", 10_000.0))
    assert np.abs(samples[1000:-1000]).max() < 1e-4


def test_channels_are_averaged(tmp_path: Path) -> None:
    frames = np.stack([np.full(1000, 0.5), np.full(1000, -0.1), np.full(1000, 0.2)], axis=1)
    soundfile.write(tmp_path / "three.wav", frames, 16_000, "FLOAT")
    assert decode(tmp_path / "three.wav") == pytest.approx(np.full(1000, 0.2), abs=1e-6)


def test_rubbish_and_empty_files_are_no_audio(tmp_path: Path) -> None:
    (tmp_path / "empty.mp3").touch()
    for path in (broken(tmp_path / "a.wav"), tmp_path / "empty.mp3"):
        with pytest.raises(BrokenFile, match="not audio that can be read"):
            AudioSource(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match="missing"):
        AudioSource(tmp_path / "none.wav")


@pytest.mark.parametrize(
    ("name", "reason"), [("a.wav", "has 48022 of 96044 bytes"), ("a.flac", "cannot be decoded")]
)
def test_a_file_that_was_not_copied_whole_is_broken(tmp_path: Path, name: str, reason: str) -> None:
    path = tone(tmp_path / name, 440.0, subtype="PCM_16")
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(BrokenFile, match=reason):
        decode(path)


def test_a_wav_of_a_pipe_states_no_size_and_is_read(tmp_path: Path) -> None:
    path = tone(tmp_path / "pipe.wav", 440.0, rate=16_000, subtype="PCM_16")
    raw = bytearray(path.read_bytes())
    raw[4:8] = raw[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(raw)
    assert len(decode(path)) == 16_000


def test_nan_is_broken_and_says_where(tmp_path: Path) -> None:
    samples = np.zeros(200_000, np.float32)
    samples[150_000] = np.nan
    soundfile.write(tmp_path / "nan.wav", samples, 16_000, "FLOAT")
    with pytest.raises(BrokenFile, match=r"NaN or infinity after 8\.2 s"):  # 2 * 65536 samples before it
        decode(tmp_path / "nan.wav")
