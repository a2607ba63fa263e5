from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from numpy.typing import NDArray

from engine.files.audio import AudioSource, BrokenFile
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


@pytest.mark.parametrize(
    ("format", "subtype"),
    [
        ("WAV", "GSM610"),
        ("WAV", "G721_32"),
        ("WAV", "NMS_ADPCM_24"),
        ("AIFF", "DWVW_16"),
        ("XI", "DPCM_16"),
        ("AU", "G723_40"),
    ],
)
def test_a_format_that_cannot_seek_is_read(tmp_path: Path, format: str, subtype: str) -> None:
    rate = 44_100 if format == "XI" else 16_000  # the one that it can state
    path = tone(tmp_path / "a.audio", 440.0, rate=rate, seconds=9.0, subtype=subtype, format=format)
    samples = decode(path)
    assert 0 <= len(samples) - 144_000 < 320  # GSM comes in blocks of 320
    assert loudest_frequency(samples[:144_000], 16_000) == pytest.approx(440.0, abs=0.2)


def test_the_blocks_of_an_mp3_join_without_a_click(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.mp3", 440.0, rate=16_000, seconds=10.0, format="MP3")
    samples = decode(path)
    assert len(samples) == 160_000
    steepest = 0.3 * 2 * np.pi * 440 / 16_000
    assert np.abs(np.diff(samples[2000:-2000])).max() < 1.1 * steepest


def test_many_channels_are_decoded_in_smaller_blocks(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.full((2_000, 256), 0.5, np.float32), 16_000, "FLOAT")
    with AudioSource(tmp_path / "a.wav") as source:
        lengths = [len(block) for block in source.blocks(16_000)]
    assert lengths == [256] * 7 + [208]  # 65536 samples of 256 channels


@pytest.mark.parametrize("rate", [1, 999, 384_001, 2**31 - 1])
def test_a_rate_that_no_recording_has_is_refused_by_name(tmp_path: Path, rate: int) -> None:
    path = tone(tmp_path / "a.wav", 440.0, rate=16_000, subtype="PCM_16")
    raw = bytearray(path.read_bytes())
    raw[24:28] = struct.pack("<I", rate)
    path.write_bytes(raw)
    with pytest.raises(BrokenFile, match=rf"says {rate} Hz; rates from 1000 to 384000 Hz are read; convert"):
        AudioSource(path)


@pytest.mark.parametrize("name", ["a.raw", "A.RAW", "a.sd2"])
def test_a_file_that_does_not_say_what_it_is_is_refused_by_its_suffix(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(bytes(1000))
    with pytest.raises(BrokenFile, match=r"(?i)a \.(raw|sd2) file does not say .* convert it to WAV"):
        AudioSource(tmp_path / name)


def flac_stating(path: Path, samples: int) -> Path:
    """A second of FLAC at 16 kHz whose head states another length: 36 bits, the last of them in byte 25."""
    tone(path, 440.0, rate=16_000, subtype="PCM_16")
    raw = bytearray(path.read_bytes())
    raw[21] = raw[21] & 0xF0 | samples >> 32
    raw[22:26] = struct.pack(">I", samples & 0xFFFF_FFFF)
    path.write_bytes(raw)
    return path


def test_a_flac_that_states_more_than_it_has_is_broken_where_it_ends(tmp_path: Path) -> None:
    path = flac_stating(tmp_path / "a.flac", 2**36 - 1)
    with pytest.raises(BrokenFile, match="ends after 16000 of 68719476735 samples"):
        decode(path)


def test_a_flac_of_a_pipe_states_no_length_and_is_read(tmp_path: Path) -> None:
    assert len(decode(flac_stating(tmp_path / "a.flac", 0))) == 16_000
