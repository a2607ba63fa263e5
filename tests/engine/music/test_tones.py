from __future__ import annotations

import numpy as np
import pytest

from engine.music.tones import CHANNELS, COSINES, DRUMS, GIVEN, SINES, STRUCK, tones

RATE = 16_000


def notes(*rows: tuple[float, ...]) -> np.ndarray:
    return np.array(rows, dtype=np.float32).reshape(-1, 6)


def test_a_flag_eight_octaves_twice_strokes_and_eight_drums() -> None:
    assert CHANNELS == 1 + 8 + 8 + 1 + 8
    assert tones(notes(), 3, 0, RATE).tolist() == [[1.0] + [0.0] * 25] * 3


def test_a_note_is_a_sine_that_starts_when_it_is_struck() -> None:
    found = tones(notes((0.125, 0.25, 69, 127, 0, 0)), 6000, 0, RATE)
    octave = 4  # A4 is four octaves above the piano's lowest key, A0
    age = np.arange(4000) / RATE
    assert not found[:2000, 1:].any()
    assert found[2000:, SINES][:, octave] == pytest.approx(np.sin(2 * np.pi * 440 * age), abs=2**-16)
    assert found[2000:, COSINES][:, octave] == pytest.approx(np.cos(2 * np.pi * 440 * age), abs=2**-16)
    others = [i for i in range(8) if i != octave]
    assert not found[:, SINES][:, others].any()
    assert found[2000:, STRUCK] == pytest.approx(np.exp(-age / 0.05), abs=2**-16)


def test_a_tone_fades_when_its_note_has_ended() -> None:
    found = tones(notes((0.0, 0.1, 69, 127, 0, 0)), 8000, 0, RATE)
    loudness = np.hypot(found[:, SINES][:, 4], found[:, COSINES][:, 4])
    assert loudness[1599] == pytest.approx(1.0, abs=1e-4)
    assert loudness[1600 + 480] == pytest.approx(np.exp(-1), abs=1e-3)  # 30 ms later
    assert loudness[1601 + 12 * 480 :].max() == 0.0


def test_velocity_scales_all_and_notes_of_an_octave_add_up() -> None:
    high, low = notes((0, 1, 72, 127, 0, 0)), notes((0, 1, 76, 63.5, 0, 0))
    both = tones(np.concatenate([high, low]), 500, 0, RATE)
    alone = tones(high, 500, 0, RATE), tones(low, 500, 0, RATE)
    assert both[:, 1:] == pytest.approx((alone[0] + alone[1])[:, 1:], abs=2**-14)
    assert alone[1][0, STRUCK] == pytest.approx(0.5, abs=1e-4)


def test_drums_are_strokes_by_kind() -> None:
    found = tones(notes((0, 0.5, 36, 127, 0, 1), (0, 0.5, 42, 127, 0, 1)), 800, 0, RATE)
    assert found[:, DRUMS][:, 0] == pytest.approx(np.exp(-np.arange(800) / RATE / 0.05), abs=2**-16)
    assert (found[0, DRUMS] > 0).tolist() == [True, False, False, True, False, False, False, False]
    assert not found[:, [*range(1, 17), STRUCK]].any()


def test_tones_from_a_later_sample_on_are_the_rest_of_them_to_the_bit() -> None:
    rng = np.random.default_rng(2)
    many = notes(*((rng.random(), rng.random(), rng.integers(10, 120), 90, 0, i % 5 == 0) for i in range(30)))
    whole = tones(many, 30_000, 0, RATE)
    assert np.array_equal(tones(many, 7_000, 12_345, RATE), whole[12_345:19_345])
    before = tones(many, 900, -400, RATE)
    assert np.array_equal(before[400:], whole[:500])
    assert not before[:400, 1:].any()
    assert before[:, GIVEN].all()


def test_values_are_whole_steps_so_that_all_machines_agree() -> None:
    found = tones(notes((0.01, 0.3, 61, 77, 0, 0)), 4000, 0, RATE).astype(np.float64) * 2**15
    assert np.array_equal(found, np.round(found))


def test_what_a_rate_cannot_carry_is_left_out() -> None:
    assert not tones(notes((0, 1, 108, 127, 0, 0)), 100, 0, 8000)[:, 1:].any()  # C8: 4,186 Hz
    assert tones(notes((0, 1, 107, 127, 0, 0)), 100, 0, 8000)[:, 1:].any()  # B7: 3,951 Hz
