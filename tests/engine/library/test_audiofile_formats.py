"""Other people's audio files: every format that libsndfile knows, and heads that claim what cannot be."""

from __future__ import annotations

import os
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.library.audio_files import read_audio, read_settings, write_audio

RATE = 16_000


def tone(frequency: float, seconds: float, rate: int) -> NDArray[np.float32]:
    return (0.5 * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


READABLE = sorted(
    (container, subtype)
    for container in soundfile.available_formats()
    for subtype in soundfile.available_subtypes(container)
    if container not in ("RAW", "SD2")  # refused by name
    and not (container == "MP3" and subtype != "MPEG_LAYER_III")  # not written by libsndfile
    and (container, subtype) not in (("AIFF", "DWVW_12"), ("WAV", "MPEG_LAYER_III"))  # the same
)


@pytest.mark.parametrize(("container", "subtype"), READABLE)
def test_every_format_that_can_be_written_is_read(tmp_path: Path, container: str, subtype: str) -> None:
    rate = {"XI": 44_100, "WVE": 8_000, "VOC": 8_000}.get(container, RATE)  # those that these can state
    wave = tone(440.0, 1.0, rate)
    with soundfile.SoundFile(tmp_path / "a.audio", "w", rate, 1, subtype, format=container) as file:
        file.write(wave)
    samples = read_audio(tmp_path / "a.audio", rate)
    assert 0 <= len(samples) - len(wave) <= 512  # some hold whole blocks
    inner = slice(2_000, len(wave) - 2_000)
    assert np.corrcoef(samples[inner], wave[inner])[0, 1] > 0.97
    assert read_settings(tmp_path / "a.audio") is None


@pytest.mark.parametrize("suffix", [".raw", ".sd2"])
def test_a_format_that_says_nothing_of_itself_is_refused_by_its_suffix(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(bytes(1000))
    for read in (lambda: read_audio(path, RATE), lambda: read_settings(path)):
        with pytest.raises(
            StudioError, match=rf"a\{suffix}: a \{suffix} file does not say .* convert it to WAV"
        ):
            read()


def wav_stating(path: Path, rate: int) -> Path:
    write_audio(path, tone(440.0, 1.0, RATE), RATE)
    raw = bytearray(path.read_bytes())
    raw[24:28] = struct.pack("<I", rate)
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize("rate", [1, 999, 384_001])
def test_a_rate_that_no_recording_has_is_refused(tmp_path: Path, rate: int) -> None:
    path = wav_stating(tmp_path / "a.wav", rate)
    with pytest.raises(StudioError, match=rf"a\.wav: says {rate} Hz; rates from 1000 to 384000 Hz are read"):
        read_audio(path, RATE)


@pytest.mark.parametrize(("rate", "length"), [(1_000, 256_000), (384_000, 667)])
def test_the_lowest_and_the_highest_rate_are_read(tmp_path: Path, rate: int, length: int) -> None:
    assert len(read_audio(wav_stating(tmp_path / "a.wav", rate), RATE)) == length


def test_a_length_that_is_only_claimed_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    write_audio(path, tone(440.0, 1.0, RATE), RATE)
    raw = bytearray(path.read_bytes())
    raw[21] |= 0x0F  # the upper 4 of the 36 bits of the number of samples
    raw[22:26] = b"\xff\xff\xff\xff"
    path.write_bytes(raw)
    tracemalloc.start()
    with pytest.raises(
        StudioError, match=r"a\.flac: ends after 16000 of 68719476735 samples; .*copy it again"
    ):
        read_audio(path, RATE)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2**21


@pytest.mark.parametrize("rate", [RATE, 44_100])
@pytest.mark.parametrize("last", [0, 1, 5_000, 10**9])
def test_the_end_alone_can_be_read(tmp_path: Path, rate: int, last: int) -> None:
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 5 * rate).astype(np.float32)
    soundfile.write(tmp_path / "a.wav", noise, rate, "FLOAT")
    whole = read_audio(tmp_path / "a.wav", RATE)
    np.testing.assert_array_equal(
        read_audio(tmp_path / "a.wav", RATE, last), whole[len(whole) - last if last < len(whole) else 0 :]
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no names here")
def test_a_folder_or_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    for path in (tmp_path, tmp_path / "pipe.wav"):
        for read in (lambda path=path: read_audio(path, RATE), lambda path=path: read_settings(path)):
            with pytest.raises(StudioError, match=r"cannot read the audio file: it is no ordinary file"):
                read()


def test_a_comment_nested_without_end_is_no_settings(tmp_path: Path) -> None:
    with soundfile.SoundFile(tmp_path / "a.flac", "w", RATE, 1) as file:
        file.comment = "[" * 100_000
        file.write(tone(440.0, 0.1, RATE))
    assert read_settings(tmp_path / "a.flac") is None
