from __future__ import annotations

import numpy as np
import pytest

from engine.stream.drawn import Drawn


def codes(*values: int) -> np.ndarray:
    return np.array(values, np.uint8)


def test_codes_are_kept_in_order_behind_those_before() -> None:
    drawn = Drawn(codes(1, 2))
    assert not drawn.any
    drawn.append(codes(3))
    drawn.append(codes(4, 5))
    assert drawn.any
    np.testing.assert_array_equal(drawn.all(), [1, 2, 3, 4, 5])
    assert drawn.all().dtype == np.uint8


@pytest.mark.parametrize(
    ("n", "dropped", "left"),
    [(0, [], [1, 2, 3, 4]), (1, [4], [1, 2, 3]), (2, [3, 4], [1, 2]), (3, [2, 3, 4], [1])],
)
def test_the_latest_ones_can_go_again(n: int, dropped: list[int], left: list[int]) -> None:
    drawn = Drawn(codes(1))
    drawn.append(codes(2))
    drawn.append(codes(3, 4))
    np.testing.assert_array_equal(drawn.drop(n), dropped)
    np.testing.assert_array_equal(drawn.all(), left)


def test_those_before_stay() -> None:
    drawn = Drawn(codes(1, 2))
    drawn.append(codes(3))
    with pytest.raises(IndexError):
        drawn.drop(2)
