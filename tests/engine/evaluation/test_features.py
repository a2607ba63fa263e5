from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from engine.errors import StudioError
from engine.evaluation.features import COEFFICIENTS, mfcc_features, need_libraries
from tests.engine.evaluation.signals import RATE, melody, played


def test_features_do_not_depend_on_the_level() -> None:
    sound = played(melody(0))
    assert mfcc_features(sound, RATE).shape == (4 * COEFFICIENTS - 1,)
    np.testing.assert_allclose(
        mfcc_features(0.1 * sound, RATE), mfcc_features(sound, RATE), rtol=0.02, atol=0.5
    )


def test_silence_has_features_that_can_be_compared() -> None:
    assert np.isfinite(mfcc_features(np.zeros(RATE, np.float32), RATE)).all()


def test_a_clip_shorter_than_a_window_is_refused() -> None:
    with pytest.raises(ValueError, match="window"):
        mfcc_features(np.zeros(100, np.float32), RATE)


def test_a_missing_library_is_named_with_the_way_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "sklearn" else find(name))
    with pytest.raises(
        StudioError, match=r"judge needs scikit-learn,.*pip install -c requirements\.lock"
    ) as told:
        need_libraries()
    assert "\n" not in str(told.value)
