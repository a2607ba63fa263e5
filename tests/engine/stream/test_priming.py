"""A recording before a stream goes on with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import StudioError
from engine.generation.backends import select_kernel
from engine.stream.priming import (
    PrimeSound,
    bits_over_time,
    longest_region,
    open_prime,
    prime_codes,
    primed_sound,
    proposed_region,
    why_not_continued,
)
from engine.wavenet.config import GenerationParams, LocalConfig, ModelConfig
from tests.models import TINY, save_tiny_model

RATE = 16_000
MUSIC = ModelConfig(**{**TINY, "speakers": ()})
SPEECH = ModelConfig(**{**TINY, "tags": (), "pre_emphasis": 0.85})


def tone(path: Path, seconds: float, rate: int = RATE, amplitude: float = 0.3, channels: int = 1) -> Path:
    wave = amplitude * np.sin(2 * np.pi * 440.0 * np.arange(round(seconds * rate)) / rate)
    soundfile.write(path, np.stack([wave] * channels, axis=1), rate, subtype="FLOAT")
    return path


@pytest.mark.parametrize("amplitude", [0.003, 0.9])
def test_music_of_any_rate_and_level_comes_mono_at_the_corpus_loudness(
    tmp_path: Path, amplitude: float
) -> None:
    sound = open_prime(tone(tmp_path / "a.wav", 2.0, 44_100, amplitude, 2), MUSIC)
    assert (sound.sample_rate, sound.seconds, sound.samples.ndim) == (RATE, pytest.approx(2.0, abs=0.01), 1)
    # BS.1770 weighs 440 Hz by about -0.6 dB: a sine of RMS r has 20 lg r - 0.691 + K LUFS.
    rms_db = 20 * np.log10(np.sqrt(np.mean(sound.samples.astype(np.float64) ** 2)))
    assert rms_db == pytest.approx(-20.0, abs=1.5)


def test_speech_comes_at_its_active_level(tmp_path: Path) -> None:
    sound = open_prime(tone(tmp_path / "a.wav", 2.0, RATE, 0.01), SPEECH)
    rms_db = 20 * np.log10(np.sqrt(np.mean(sound.samples.astype(np.float64) ** 2)))
    assert rms_db == pytest.approx(-22.0, abs=0.1)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: tone(path, 0.05), "too short"),
        (lambda path: tone(path, 1.0, amplitude=0.0), "it is silent"),
        (lambda path: path.write_bytes(b"no sound at all"), "not an audio file"),
        (lambda path: soundfile.write(path, np.full(9000, np.nan), RATE, subtype="FLOAT"), "NaN"),
        (lambda path: None, "cannot read"),
    ],
)
def test_what_cannot_be_gone_on_with_is_told_in_a_line(tmp_path: Path, make: object, said: str) -> None:
    path = tmp_path / "bad.wav"
    make(path)  # type: ignore[operator]
    with pytest.raises(StudioError, match=said) as raised:
        open_prime(path, MUSIC)
    assert "\n" not in str(raised.value)
    assert "bad.wav" in str(raised.value)


def test_its_last_part_is_proposed_as_long_as_the_model_hears_and_two_seconds(tmp_path: Path) -> None:
    # 1 + (1 + 2 + 4 + 8 + 16 + 1 + 2 + 4) = 39 samples are heard.
    assert longest_region(MUSIC) == pytest.approx(2.0 + 39 / RATE)
    wave = np.concatenate([np.full(5 * RATE, 0.1), np.zeros(RATE)]).astype(np.float32)
    first, last = proposed_region(PrimeSound("a", wave, RATE), MUSIC)
    assert last == pytest.approx(5.0)  # not the silence after it
    assert last - first == pytest.approx(longest_region(MUSIC))
    short = PrimeSound("a", wave[:RATE], RATE)
    assert proposed_region(short, MUSIC) == (0.0, 1.0)


def test_a_region_sounds_as_the_recording_did_there_pre_emphasis_or_not() -> None:
    rng = np.random.default_rng(1)
    wave = (0.2 * np.sin(np.arange(3 * RATE) / 9.0) + rng.normal(0.0, 0.01, 3 * RATE)).astype(np.float32)
    sound = PrimeSound("a", wave, RATE)
    for config in (MUSIC, SPEECH):
        codes = prime_codes(sound, (1.0, 1.5), config)
        assert len(codes) == RATE // 2
        rest = primed_sound(config, codes)[1600:] - wave[RATE + 1600 : RATE * 3 // 2]
        assert np.sqrt(np.mean(rest**2)) < 0.02


def test_a_region_that_is_longer_than_is_of_use_is_cut_at_its_beginning() -> None:
    wave = np.linspace(-0.5, 0.5, 8 * RATE, dtype=np.float32)
    codes = prime_codes(PrimeSound("a", wave, RATE), (0.0, 8.0), MUSIC)
    assert len(codes) == 2 * RATE + 39
    assert primed_sound(MUSIC, codes)[-1] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(("region", "said"), [((1.0, 1.01), "too short"), ((0.0, 0.9), "region is silent")])
def test_a_region_with_nothing_in_it_is_refused(region: tuple[float, float], said: str) -> None:
    wave = np.concatenate([np.zeros(RATE), np.full(RATE, 0.2)]).astype(np.float32)
    with pytest.raises(StudioError, match=said):
        prime_codes(PrimeSound("a", wave, RATE), region, MUSIC)


def test_a_model_that_is_told_what_to_say_goes_on_with_nothing() -> None:
    told = ModelConfig(**{**TINY, "local": LocalConfig(channels=2, hop=80)})
    assert why_not_continued(MUSIC) == ""
    assert "choose a preset of music or speech" in why_not_continued(told)


def test_bits_over_time_are_the_mean_of_minus_log2_p_of_each_part(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "m.safetensors")
    kernel = select_kernel(model, "reference")
    params = GenerationParams(tags=(("piano", 1.0),))
    codes = np.random.default_rng(0).integers(0, 256, 1000, dtype=np.uint8)
    found = bits_over_time(kernel, params, codes, 10)
    assert found.shape == (10,)
    from engine.generation.generator import Generator

    logits = Generator(kernel, params, seed=0).score(codes).astype(np.float64)
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    bits = -np.log2(p[np.arange(1000), codes])
    np.testing.assert_allclose(found, bits.reshape(10, 100).mean(axis=1), rtol=1e-3)
    assert len(bits_over_time(kernel, params, codes[:4], 10)) == 4
