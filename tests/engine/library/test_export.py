from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.kernels.reference import ReferenceKernel
from engine.library.audio_files import Encoding, read_settings
from engine.library.export import ExportOptions, export, safe_name
from engine.library.presets import Preset
from engine.library.replay import replay
from engine.library.takes import Processing, Settings
from tests.models import save_tiny_model

RATE = 16_000
PRESET = Preset(id="p", name="P", category="user", model="tiny", tags={"piano": 1.0})
SETTINGS = Settings(
    preset=PRESET,
    seed=7,
    engine="reference",
    kernel_version="1",
    model="tiny",
    model_hash="abc",
    sample_rate=RATE,
    samples=700,
)


def music(seconds: float, rate: int = RATE, level: float = 0.1) -> NDArray[np.float32]:
    """Chords with pauses, so that loudness is gated."""
    time = np.arange(round(seconds * rate)) / rate
    tones = sum(np.sin(2 * np.pi * hertz * time) for hertz in (220.0, 277.2, 329.6, 1760.0))
    return (level / 4 * tones * (np.sin(2 * np.pi * 0.5 * time) > -0.5)).astype(np.float32)


def loudness(path: Path) -> float:
    samples, rate = soundfile.read(path)
    return float(pyloudnorm.Meter(rate).integrated_loudness(samples))


def test_without_options_the_file_holds_the_samples_as_they_are(tmp_path: Path) -> None:
    samples = music(0.5)
    written = export(tmp_path / "a.wav", samples, RATE, SETTINGS, ExportOptions(encoding="float"))
    stored, rate = soundfile.read(tmp_path / "a.wav", dtype="float32")
    np.testing.assert_array_equal(stored, samples)
    assert (rate, written.seconds, written.lufs) == (RATE, 0.5, None)
    assert read_settings(tmp_path / "a.wav") == SETTINGS.to_json()
    assert "processed" not in SETTINGS.to_json()  # as versions without processing wrote them


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000])
@pytest.mark.parametrize("samples", [16_000, 12_347])
def test_another_rate_has_as_many_samples_as_the_time_takes(tmp_path: Path, rate: int, samples: int) -> None:
    sound = (0.5 * np.sin(2 * np.pi * 440.0 * np.arange(samples) / RATE)).astype(np.float32)
    export(tmp_path / "a.wav", sound, RATE, SETTINGS, ExportOptions(encoding="float", rate=rate))
    stored, stored_rate = soundfile.read(tmp_path / "a.wav", dtype="float32")
    assert (stored_rate, len(stored)) == (rate, round(samples * rate / RATE))
    inner = slice(rate // 10, len(stored) - rate // 10)  # the filter rings at the ends
    exact = 0.5 * np.sin(2 * np.pi * 440.0 * np.arange(len(stored)) / rate)
    np.testing.assert_allclose(stored[inner], exact[inner], atol=1e-3)


@pytest.mark.parametrize(
    ("name", "encoding"), [("a.wav", "16"), ("a.wav", "24"), ("a.flac", "24"), ("a.ogg", "16")]
)
@pytest.mark.parametrize("options", [ExportOptions(), ExportOptions(rate=44_100, fade_in=1.0, fade_out=2.0)])
def test_the_loudness_is_within_a_tenth_of_what_was_asked_for(
    tmp_path: Path, name: str, encoding: Encoding, options: ExportOptions
) -> None:
    options = dataclasses.replace(options, encoding=encoding, lufs=-20.0)
    written = export(tmp_path / name, music(6.0), RATE, SETTINGS, options)
    assert loudness(tmp_path / name) == pytest.approx(-20.0, abs=0.1)
    assert written.lufs == pytest.approx(-20.0, abs=1e-6)


def test_peaks_between_samples_stay_below_minus_one_decibel_and_the_loudness_reached_is_told(
    tmp_path: Path,
) -> None:
    # A quarter of the rate, an eighth of a turn off: each sample lies 3 dB below the tone's peak.
    tone = np.sin(np.pi / 2 * np.arange(2 * RATE) + np.pi / 4)
    bursts = (0.3 * tone * (np.arange(2 * RATE) % 1600 < 320)).astype(np.float32)
    written = export(tmp_path / "a.wav", bursts, RATE, SETTINGS, ExportOptions(encoding="float", lufs=-5.0))
    stored, _ = soundfile.read(tmp_path / "a.wav")
    inner = stored[1600 * 5 + 100 : 1600 * 5 + 220]  # in the midst of a burst
    assert 20 * np.log10(np.sqrt(2 * np.mean(inner**2))) == pytest.approx(-1.0, abs=1.5)
    assert 20 * np.log10(np.sqrt(2 * np.mean(inner**2))) < -1.0
    assert written.lufs is not None
    assert written.lufs < -6.0
    assert written.lufs == pytest.approx(loudness(tmp_path / "a.wav"), abs=0.01)


def test_silence_keeps_its_level_and_less_than_a_gating_block_is_refused(tmp_path: Path) -> None:
    written = export(tmp_path / "a.wav", np.zeros(RATE, np.float32), RATE, None, ExportOptions(lufs=-16.0))
    assert written.lufs is None
    with pytest.raises(StudioError, match=r"0.3 s are too short to have a loudness; export 0.4 s or more"):
        export(tmp_path / "b.wav", music(0.3), RATE, None, ExportOptions(lufs=-16.0))
    assert not (tmp_path / "b.wav").exists()


@pytest.mark.parametrize("rate", [None, 48_000])
def test_fades_are_squared_sines_that_begin_and_end_in_silence(tmp_path: Path, rate: int | None) -> None:
    level = np.full(RATE, 0.5, np.float32)
    options = ExportOptions(encoding="float", rate=rate, fade_in=0.25, fade_out=0.5)
    export(tmp_path / "a.wav", level, RATE, SETTINGS, options)
    stored, stored_rate = soundfile.read(tmp_path / "a.wav")
    rise, fall = stored_rate // 4, stored_rate // 2
    expected = np.full(stored_rate, 0.5)
    expected[:rise] *= np.sin(np.pi / 2 * np.arange(rise) / rise) ** 2
    expected[-fall:] *= np.sin(np.pi / 2 * np.arange(fall) / fall)[::-1] ** 2
    inner = slice(200, -200) if rate else slice(None)  # a resampled step rings
    np.testing.assert_allclose(stored[inner], expected[inner], atol=2e-4)


def test_fades_longer_than_the_sound_are_cut_off_with_it(tmp_path: Path) -> None:
    options = ExportOptions(encoding="float", fade_in=2.0)
    export(tmp_path / "a.wav", np.full(RATE, 0.5, np.float32), RATE, None, options)
    stored, _ = soundfile.read(tmp_path / "a.wav")
    assert stored[-1] == pytest.approx(0.25, abs=1e-4)  # half way up: sin²(π/4) = 1/2


def test_a_region_is_what_lies_between_its_seconds(tmp_path: Path) -> None:
    samples = music(2.0)
    options = ExportOptions(encoding="float", start=0.5, end=1.25)
    export(tmp_path / "a.wav", samples, RATE, SETTINGS, options)
    stored, _ = soundfile.read(tmp_path / "a.wav", dtype="float32")
    np.testing.assert_array_equal(stored, samples[8_000:20_000])
    settings = Settings.from_json(read_settings(tmp_path / "a.wav") or {})
    assert settings.processed == Processing(first=8_000, samples=12_000, sample_rate=RATE)


@pytest.mark.parametrize(("start", "end"), [(2.0, None), (1.0, 1.0), (5.0, 9.0), (1.5, 0.5)])
def test_a_region_without_a_sample_is_refused(tmp_path: Path, start: float, end: float | None) -> None:
    with pytest.raises(StudioError, match=r"^nothing lies between .* of a take of 2 s; choose another part"):
        export(tmp_path / "a.wav", music(2.0), RATE, SETTINGS, ExportOptions(start=start, end=end))


def test_what_was_done_stands_in_the_settings_which_make_the_same_take_again(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "tiny.safetensors")
    kernel = ReferenceKernel(model)
    options = ExportOptions(rate=48_000, fade_in=0.01, lufs=-30.0)
    export(tmp_path / "a.flac", music(1.0), RATE, SETTINGS, options)
    settings = Settings.from_json(read_settings(tmp_path / "a.flac") or {})
    assert settings.processed is not None
    done = dataclasses.replace(settings.processed, gain_db=0.0)
    assert done == Processing(first=0, samples=RATE, sample_rate=48_000, fade_in=0.01)
    assert settings.processed.gain_db != 0.0
    np.testing.assert_array_equal(replay(settings, kernel), replay(SETTINGS, kernel))


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg"])
def test_title_artist_and_comment_are_read_by_another_library_and_the_settings_by_us(
    tmp_path: Path, name: str
) -> None:
    options = ExportOptions(title="Größe  1", artist="me", comment="for\nAnna")
    export(tmp_path / name, music(0.1), RATE, SETTINGS, options)
    with soundfile.SoundFile(tmp_path / name) as file:
        assert (file.title, file.artist) == ("Größe 1", "me")
        assert file.comment.startswith("for Anna\n{")
    assert read_settings(tmp_path / name) == SETTINGS.to_json()


def test_options_come_back_from_their_text_and_others_are_refused() -> None:
    options = ExportOptions(encoding="24", rate=44_100, lufs=-16.0, start=1.0, end=2.0, title="A", artist="B")
    assert ExportOptions.from_json(options.to_json()) == options
    for text in ('{"rate": 1}', '{"lufs": 3}', '{"fade_in": -1}', "[]", "", '{"loud": 1}', '{"lufs": NaN}'):
        with pytest.raises(StudioError, match="options of an export"):
            ExportOptions.from_json(text)


def test_what_belongs_to_one_take_is_not_kept_for_the_next() -> None:
    options = ExportOptions(rate=44_100, start=1.0, end=2.0, title="A", artist="B", comment="C")
    assert options.for_any_take() == ExportOptions(rate=44_100, artist="B")


@pytest.mark.parametrize(
    ("name", "file"),
    [("Guitar 3", "Guitar 3"), ("a/b: c?", "a-b- c"), ("..", "take"), ("Größe", "Größe"), ("", "take")],
)
def test_a_takes_name_becomes_a_files(name: str, file: str) -> None:
    assert safe_name(name) == file
