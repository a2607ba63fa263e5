from __future__ import annotations

import errno
import time
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.library.audio_files import (
    Encoding,
    check_format,
    read_audio,
    read_settings,
    write_audio,
)
from engine.wavenet import mulaw

RATE = 16_000
SETTINGS = {"preset": "Größe", "seed": 2**64 - 1, "events": [[0, "temperature", 0.5]] * 500}


def tone(frequency: float, seconds: float, rate: int) -> NDArray[np.float32]:
    return (0.5 * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def integers(path: Path) -> tuple[int, NDArray[np.int64]]:
    """Bytes a sample and the samples of a WAV file, read by the standard library."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate()) == (1, RATE)
        width = file.getsampwidth()
        raw = np.frombuffer(file.readframes(file.getnframes()), np.uint8).reshape(-1, width)
    value = sum(raw[:, i].astype(np.int64) << (8 * i) for i in range(width))
    return width, np.where(value >= 1 << (8 * width - 1), value - (1 << 8 * width), value)


@pytest.mark.parametrize(("encoding", "bits"), [("16", 16), ("24", 24)])
def test_whole_numbers_are_rounded_to_the_nearest_and_clipped(
    tmp_path: Path, encoding: Encoding, bits: int
) -> None:
    full = 2 ** (bits - 1)
    exact = np.array(
        [0.0, 0.4, 0.6, -0.4, -0.6, 1234.6, -1234.6, full - 1.0, full, -full, 2.0 * full, -2.0 * full]
    )
    write_audio(tmp_path / "a.wav", (exact / full).astype(np.float32), RATE, encoding)
    width, stored = integers(tmp_path / "a.wav")
    assert width == bits // 8
    assert stored.tolist() == [0, 0, 1, 0, -1, 1235, -1235, full - 1, full - 1, -full, full - 1, -full]


def test_floating_point_is_stored_as_it_is(tmp_path: Path) -> None:
    samples = np.random.default_rng(0).uniform(-1, 1, 1000).astype(np.float32)
    write_audio(tmp_path / "a.wav", samples, RATE, "float")
    stored, rate = soundfile.read(tmp_path / "a.wav", dtype="float32")
    assert rate == RATE
    np.testing.assert_array_equal(stored, samples)


@pytest.mark.parametrize("name", ["a.wav", "a.flac"])
@pytest.mark.parametrize("encoding", ["16", "24"])
def test_every_code_of_a_stream_comes_back_from_a_file(tmp_path: Path, name: str, encoding: Encoding) -> None:
    codes = np.arange(256, dtype=np.uint8)
    write_audio(tmp_path / name, mulaw.decode(codes), RATE, encoding)
    np.testing.assert_array_equal(mulaw.encode(read_audio(tmp_path / name, RATE)), codes)


def test_ogg_holds_something_close_of_the_same_length(tmp_path: Path) -> None:
    samples = tone(440.0, 10.0, RATE)
    write_audio(tmp_path / "a.ogg", samples, RATE)
    stored = read_audio(tmp_path / "a.ogg", RATE)
    assert len(stored) == len(samples)
    assert np.sqrt(np.mean((stored - samples) ** 2)) < 0.01


FORMATS = [
    ("a.wav", "16"),
    ("a.wav", "24"),
    ("a.wav", "float"),
    ("a.flac", "16"),
    ("a.flac", "24"),
    ("a.ogg", "16"),
]


@pytest.mark.parametrize(("name", "encoding"), FORMATS)
def test_every_format_keeps_the_settings(tmp_path: Path, name: str, encoding: Encoding) -> None:
    write_audio(tmp_path / name, tone(440.0, 0.1, RATE), RATE, encoding, SETTINGS)
    assert read_settings(tmp_path / name) == SETTINGS


@pytest.mark.parametrize(("name", "encoding"), FORMATS)
def test_a_file_written_without_settings_has_none(tmp_path: Path, name: str, encoding: Encoding) -> None:
    write_audio(tmp_path / name, tone(440.0, 0.1, RATE), RATE, encoding)
    assert read_settings(tmp_path / name) is None


def test_every_format_gives_the_same_bytes_at_another_time(tmp_path: Path) -> None:
    def write_all(folder: Path) -> dict[str, bytes]:
        folder.mkdir()
        for number, (name, encoding) in enumerate(FORMATS):
            write_audio(folder / f"{number}{name}", tone(440.0, 0.1, RATE), RATE, encoding, SETTINGS)
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    first = write_all(tmp_path / "first")
    time.sleep(1.1)  # the formats' clocks count seconds
    assert write_all(tmp_path / "second") == first


def test_another_rate_is_resampled_when_reading(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(440.0, 1.0, 44_100), 44_100, "FLOAT")
    samples = read_audio(tmp_path / "a.wav", RATE)
    assert (len(samples), samples.dtype) == (RATE, np.float32)
    np.testing.assert_allclose(samples[1600:-1600], tone(440.0, 1.0, RATE)[1600:-1600], atol=1e-3)


def test_channels_are_averaged(tmp_path: Path) -> None:
    left, right = tone(440.0, 0.1, RATE), tone(550.0, 0.1, RATE)
    soundfile.write(tmp_path / "a.wav", np.stack([left, right], axis=1), RATE, "FLOAT")
    np.testing.assert_allclose(read_audio(tmp_path / "a.wav", RATE), (left + right) / 2, atol=1e-7)


def test_somebody_elses_comment_is_no_settings(tmp_path: Path) -> None:
    for number, comment in enumerate(("made with love", "[1, 2]", "3")):
        with soundfile.SoundFile(tmp_path / f"{number}.flac", "w", RATE, 1) as file:
            file.comment = comment
            file.write(tone(440.0, 0.1, RATE))
        assert read_settings(tmp_path / f"{number}.flac") is None


@pytest.mark.parametrize("content", [b"", b"hello " * 100, b"RIFF\x04\0\0\0WAVE", b"fLaC", b"OggS"])
def test_a_file_that_is_no_audio_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.wav"
    path.write_bytes(content)
    with pytest.raises(StudioError, match=r"bad\.wav: not an audio file that can be read"):
        read_audio(path, RATE)
    with pytest.raises(StudioError, match=r"bad\.wav: not an audio file that can be read"):
        read_settings(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"none\.wav: cannot read the audio file: No such file"):
        read_audio(tmp_path / "none.wav", RATE)
    with pytest.raises(StudioError, match=r"none\.wav: cannot read the audio file: No such file"):
        read_settings(tmp_path / "none.wav")


def test_an_empty_recording_is_named(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "empty.wav", np.zeros(0, np.float32), RATE)
    with pytest.raises(StudioError, match=r"empty\.wav: the audio file is empty"):
        read_audio(tmp_path / "empty.wav", RATE)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_recording_that_is_not_finite_is_named(tmp_path: Path, value: float) -> None:
    soundfile.write(tmp_path / "bad.wav", np.array([0.0, value], np.float32), RATE, "FLOAT")
    with pytest.raises(StudioError, match=r"bad\.wav: the audio file holds NaN or infinity"):
        read_audio(tmp_path / "bad.wav", RATE)


def test_a_recording_shorter_than_one_sample_of_the_model_is_named(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "short.wav", np.zeros(1, np.float32), 192_000)
    with pytest.raises(StudioError, match=r"short\.wav: the audio file is too short"):
        read_audio(tmp_path / "short.wav", 8_000)


@pytest.mark.parametrize("name", ["a.mp3", "a", "a.wav.txt"])
def test_an_unknown_suffix_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(StudioError, match=r"the name must end in \.wav or \.flac or \.ogg"):
        write_audio(tmp_path / name, tone(440.0, 0.1, RATE), RATE)
    assert not (tmp_path / name).exists()


def test_flac_cannot_hold_floating_point(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"a \.flac file cannot hold 'float' samples; use 16 or 24"):
        write_audio(tmp_path / "a.flac", tone(440.0, 0.1, RATE), RATE, "float")


def test_suffixes_may_be_in_capitals(tmp_path: Path) -> None:
    for name in ("A.WAV", "A.FLAC", "A.OGG"):
        write_audio(tmp_path / name, tone(440.0, 0.1, RATE), RATE)
        assert len(read_audio(tmp_path / name, RATE)) == 1600


def test_wav_holds_every_encoding() -> None:
    assert [check_format(Path("a.wav"), e) for e in ("16", "24", "float")] == ["PCM_16", "PCM_24", "FLOAT"]


def test_a_full_disk_leaves_the_old_file_untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.wav"
    write_audio(path, tone(440.0, 0.1, RATE), RATE)
    old = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("engine.files.writing.os.fsync", full)
    with pytest.raises(StudioError, match=r"a\.wav: cannot save: No space left on device"):
        write_audio(path, tone(550.0, 0.2, RATE), RATE)
    assert path.read_bytes() == old
    assert [p.name for p in tmp_path.glob("*a.wav*")] == ["a.wav"]
