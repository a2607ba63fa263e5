from __future__ import annotations

import numpy as np
import pytest

from engine.speech.pitch import track_pitch

RATE, HOP = 16_000, 80


def voice(hertz: np.ndarray | float, seconds: float = 1.0, partials: int = 6) -> np.ndarray:
    """Partials of a moving fundamental, each as loud as its number is small."""
    n = round(seconds * RATE)
    phase = 2.0 * np.pi * np.cumsum(np.broadcast_to(hertz, n)) / RATE
    tone = sum(np.sin(k * phase) / k for k in range(1, partials + 1))
    return (0.1 * tone).astype(np.float32)


@pytest.mark.parametrize("hertz", [75.0, 110.0, 221.7, 440.0])
def test_a_steady_voice_has_its_own_pitch_within_five_cents(hertz: float) -> None:
    found, periodicity = track_pitch(voice(hertz), RATE, HOP)
    inside = slice(10, -10)
    assert (np.abs(1200.0 * np.log2(found[inside] / hertz)) < 5.0).all()
    assert (periodicity[inside] > 0.95).all()


def test_a_glide_is_followed_within_twenty_cents() -> None:
    n = 2 * RATE
    glide = 100.0 * 2.0 ** (np.arange(n) / n)  # an octave in two seconds
    found, _ = track_pitch(voice(glide, 2.0), RATE, HOP)
    middles = np.arange(len(found)) * HOP + HOP // 2
    cents = 1200.0 * np.log2(found[10:-10] / glide[middles][10:-10])
    assert np.abs(cents).max() < 20.0


def test_noise_and_silence_have_no_pitch() -> None:
    noise = (0.1 * np.random.default_rng(0).standard_normal(RATE)).astype(np.float32)
    assert (track_pitch(noise, RATE, HOP)[0] > 0.0).mean() < 0.02
    silent, periodicity = track_pitch(np.zeros(RATE, np.float32), RATE, HOP)
    assert not silent.any()
    assert not periodicity.any()


def test_a_voice_that_begins_is_found_where_it_begins() -> None:
    sound = np.concatenate([np.zeros(RATE // 2, np.float32), voice(150.0, 0.5)])
    found, _ = track_pitch(sound, RATE, HOP)
    assert abs(int(np.flatnonzero(found)[0]) - 100) <= 4  # frames of 5 ms


@pytest.mark.parametrize("n", [0, 1, 79, 80, 81])
def test_there_is_a_frame_for_every_hop_begun(n: int) -> None:
    found, periodicity = track_pitch(np.zeros(n, np.float32), RATE, HOP)
    assert len(found) == len(periodicity) == -(-n // HOP)
