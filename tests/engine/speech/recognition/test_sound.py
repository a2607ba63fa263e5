from __future__ import annotations

import numpy as np
import pytest

from engine.speech.recognition.sound import codes_of, levelled


def test_what_is_loud_is_brought_to_one_level_and_pauses_do_not_count() -> None:
    tone = (0.01 * np.sin(np.arange(16_000) * 0.3)).astype(np.float32)
    with_pause = np.concatenate([tone, np.zeros(32_000, np.float32)])
    made = levelled(with_pause, 16_000)
    assert np.sqrt((made[:16_000] ** 2).mean()) == pytest.approx(0.08, rel=0.01)
    assert np.allclose(made, levelled(with_pause * 30.0, 16_000), atol=1e-5)


def test_silence_and_nothing_stay_what_they_are() -> None:
    assert not levelled(np.zeros(1000, np.float32), 16_000).any()
    assert len(levelled(np.zeros(0, np.float32), 16_000)) == 0


def test_codes_are_mu_law_of_the_pre_emphasised_sound() -> None:
    codes = codes_of(np.array([0.0, 0.1, 0.1], np.float32))
    steps = [0.0, 2.58 * 0.1, 2.58 * (0.1 - 0.085)]
    companded = [np.log1p(255 * x) / np.log(256) for x in steps]
    assert codes.tolist() == [int(np.floor((c + 1) / 2 * 255 + 0.5)) for c in companded]
