"""The comparison itself must be able to fail."""

from __future__ import annotations

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from tests.end_to_end.compare import compare

RATE, CARD_RATE = 16_000, 48_000


@pytest.fixture(scope="module")
def made() -> NDArray[np.float32]:
    return np.random.default_rng(0).uniform(-0.1, 0.1, 2 * RATE).astype(np.float32)


@pytest.fixture(scope="module")
def played(made: NDArray[np.float32]) -> NDArray[np.float32]:
    silence = np.zeros(CARD_RATE, dtype=np.float32)
    return np.concatenate([silence, soxr.resample(made, RATE, CARD_RATE), silence])


def test_a_faithful_recording_is_found_whole(made: NDArray[np.float32], played: NDArray[np.float32]) -> None:
    found = compare(played, CARD_RATE, made, RATE)
    assert found.correlation > 0.999
    assert found.level_db == pytest.approx(0.0, abs=0.05)
    assert found.breaks == 0


def test_a_changed_level_is_seen(made: NDArray[np.float32], played: NDArray[np.float32]) -> None:
    assert compare(played * 0.5, CARD_RATE, made, RATE).level_db == pytest.approx(-6.02, abs=0.05)


@pytest.mark.parametrize("gap", [10, 480])
def test_a_gap_is_a_break(made: NDArray[np.float32], played: NDArray[np.float32], gap: int) -> None:
    middle = 2 * CARD_RATE
    broken = np.concatenate([played[:middle], np.zeros(gap, dtype=np.float32), played[middle:]])
    assert compare(broken, CARD_RATE, made, RATE).breaks >= 1


def test_lost_samples_are_a_break(made: NDArray[np.float32], played: NDArray[np.float32]) -> None:
    middle = 2 * CARD_RATE
    broken = np.concatenate([played[:middle], played[middle + 240 :]])
    assert compare(broken, CARD_RATE, made, RATE).breaks >= 1


def test_other_sound_does_not_match(made: NDArray[np.float32], played: NDArray[np.float32]) -> None:
    other = np.random.default_rng(1).uniform(-0.1, 0.1, len(made)).astype(np.float32)
    assert compare(played, CARD_RATE, other, RATE).breaks == 8
