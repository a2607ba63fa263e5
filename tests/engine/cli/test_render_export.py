from __future__ import annotations

from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile

from engine.library.audio_files import read_settings
from tests.engine.cli.conftest import Studio

pytestmark = pytest.mark.usefixtures("tiny")


def test_a_file_of_another_rate_depth_and_loudness_is_rendered(studio: Studio, out: Path) -> None:
    path = out / "a.wav"
    options = ("--rate", 48_000, "--depth", 24, "--lufs", "-30", "--title", "One")
    result = studio("render", "tiny-piano", "-o", path, "--seed", 1, "--seconds", 0.6, *options)
    assert result.code == 0
    assert "0.600 s, -30.0 LUFS, seed 1" in result.out
    samples, rate = soundfile.read(path)
    assert (rate, len(samples)) == (48_000, 28_800)
    assert soundfile.info(path).subtype == "PCM_24"
    assert pyloudnorm.Meter(rate).integrated_loudness(samples) == pytest.approx(-30.0, abs=0.1)
    settings = read_settings(path)
    assert settings is not None
    assert (settings["samples"], settings["processed"]["sample_rate"]) == (9600, 48_000)


def test_fades_and_a_part_are_rendered(studio: Studio, out: Path) -> None:
    for name, options in (("a", ()), ("b", ("--start", 0.01, "--end", 0.05, "--fade-out", 0.02))):
        studio("render", "tiny-piano", "-o", out / f"{name}.wav", "--seed", 1, "--seconds", 0.06, *options)
    whole, rate = soundfile.read(out / "a.wav")
    part, _ = soundfile.read(out / "b.wav")
    assert (rate, len(part)) == (16_000, 640)
    np.testing.assert_array_equal(part[:320], whole[160:480])
    fall = np.sin(np.pi / 2 * np.arange(320) / 320)[::-1] ** 2
    np.testing.assert_allclose(part[320:], whole[480:800] * fall, atol=2 / 32_768)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--rate", 100), "100 is not between 4000 and 192000"),
        (("--lufs", 3), "3 is not between -60 and -5"),
        (("--fade-in", "-1"), "-1 is not between 0 and 86400"),
        (("--depth", 8), "invalid choice: '8'"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    studio: Studio, out: Path, options: tuple[object, ...], why: str
) -> None:
    result = studio("render", "tiny-piano", "-o", out / "a.wav", *options)
    assert result.code == 2
    assert why in result.err


def test_a_part_outside_the_take_is_refused_before_anything_is_made(studio: Studio, out: Path) -> None:
    result = studio("render", "tiny-piano", "-o", out / "a.wav", "--seconds", 2, "--start", 3)
    assert (result.code, result.out) == (1, "")
    assert "nothing lies between 3 s and the end of a take of 2 s" in result.err
    assert not (out / "a.wav").exists()
