"""What is told of sounds that somebody wants to train on, held against signals whose faults are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from engine.corpus.sounds import Sound, findings, look_at, look_at_all, sounding_seconds
from engine.errors import StudioError

RATE = 16_000


def tone(seconds: float, peak: float, rate: int = RATE) -> NDArray[np.float64]:
    """A sine of 220 Hz."""
    return peak * np.sin(2 * np.pi * 220.0 * np.arange(round(seconds * rate)) / rate)


def written(path: Path, samples: NDArray[np.float64], rate: int = RATE) -> Path:
    """A WAV file of 16 bits."""
    soundfile.write(path, samples, rate, subtype="PCM_16")
    return path


def test_a_clean_tone_has_its_length_peak_and_rate_and_no_fault(tmp_path: Path) -> None:
    sound = look_at(written(tmp_path / "a.wav", tone(2.5, 0.5)))
    assert sound.seconds == pytest.approx(2.5)
    assert sound.peak == pytest.approx(0.5, abs=1e-3)
    assert (sound.rate, sound.clipped, sound.silent, sound.broken) == (RATE, 0.0, 0.0, "")


def test_the_clipped_share_of_a_sine_cut_at_half_its_height_is_two_thirds(tmp_path: Path) -> None:
    """|sin| > 1/2 for two thirds of the time."""
    sound = look_at(written(tmp_path / "a.wav", np.clip(tone(6.0, 2.0), -1.0, 1.0)))
    assert sound.clipped == pytest.approx(2 / 3, abs=0.03)


def test_two_samples_at_full_scale_are_no_clipping_and_three_are_across_a_block_too(tmp_path: Path) -> None:
    samples = np.zeros(200_000)
    samples[1000:1002] = 1.0
    assert look_at(written(tmp_path / "a.wav", samples)).clipped == 0.0
    samples[65_534:65_538] = 1.0  # a block ends at 65,536
    assert look_at(written(tmp_path / "b.wav", samples)).clipped == pytest.approx(4 / 200_000)


def test_silence_is_told_as_a_share_of_the_time(tmp_path: Path) -> None:
    samples = np.concatenate([tone(1.0, 0.5), np.zeros(3 * RATE)])
    assert look_at(written(tmp_path / "a.wav", samples)).silent == pytest.approx(0.75, abs=0.02)


def test_files_that_cannot_be_read_are_named_and_the_rest_counts(tmp_path: Path) -> None:
    written(tmp_path / "a.wav", tone(70.0, 0.5))
    (tmp_path / "b.wav").write_bytes(b"not audio")
    (tmp_path / "c.m4a").write_bytes(b"")
    (tmp_path / "readme.txt").write_text("no audio")
    sounds = look_at_all([tmp_path])
    assert [sound.path.name for sound in sounds] == ["a.wav", "b.wav", "c.m4a"]
    assert sounding_seconds(sounds) == pytest.approx(70.0)
    (little, broken) = findings(sounds, RATE)
    assert not little.stops
    assert "70 s" in little.text
    assert broken.text.startswith("2 files cannot be read and are left out: b.wav (")
    assert "c.m4a" in broken.text


def test_less_than_a_minute_stops_and_ten_minutes_need_no_word() -> None:
    def of(seconds: float) -> list[Sound]:
        return [Sound(Path("a.wav"), seconds, RATE, 0.5)]

    assert findings(of(59.0), RATE)[0].stops
    assert findings(of(600.0), RATE) == []


def test_each_fault_is_told_with_what_to_do() -> None:
    base = {"seconds": 300.0, "rate": RATE, "peak": 0.5}
    sounds = [
        Sound(Path("loud.wav"), **base, clipped=0.002),  # type: ignore[arg-type]
        Sound(Path("still.wav"), **base, silent=0.8),  # type: ignore[arg-type]
        Sound(Path("soft.wav"), 300.0, RATE, peak=0.01),
        Sound(Path("old.wav"), 300.0, 8000, peak=0.5),
    ]
    texts = [finding.text for finding in findings(sounds, RATE)]
    assert ["loud" in texts[0], "still" in texts[1], "soft" in texts[2], "old" in texts[3]] == [True] * 4
    assert "0.20%" in texts[0]
    assert "lower input level" in texts[0]
    assert "-40 dB" in texts[2]


def test_a_folder_without_audio_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="no audio"):
        look_at_all([tmp_path])
