from __future__ import annotations

import io
import json
import pickle
from typing import Any

import numpy as np
import pytest

from engine.corpus.format.portable.labels import from_bytes, put_back, split_off, to_bytes

SPOKEN: dict[str, Any] = {
    "text": "No.",
    "phones": [["pau", 0.0, 0.1, 0], ["n", 0.1, 0.1834, 1], ["ow", 0.1834, 1234.5678, 1]],
    "f0_hop": 0.005,
    "f0": [0, 0, 131, 130, 0],
}
TIMIT: dict[str, Any] = {"dialect": 3, "phone_samples": [["h#", 0, 2400], ["ax-h", 2400, 3001]]}


def test_labels_come_back_exactly_and_the_rest_stays() -> None:
    details: list[dict[str, Any]] = [{"bpm": 120}, SPOKEN, {}, TIMIT, {**SPOKEN, "f0": [90]}]
    left, arrays = split_off(details)
    assert left == [{"bpm": 120}, {"text": "No.", "f0_hop": 0.005}, {}, {"dialect": 3}, left[1]]
    put_back(left, from_bytes(to_bytes(arrays)))
    assert left == details
    assert json.dumps(left[4]["phones"]) == json.dumps(SPOKEN["phones"])  # numbers of the same types


def test_the_details_given_are_left_alone() -> None:
    details = [dict(SPOKEN)]
    split_off(details)
    assert details == [SPOKEN]


@pytest.mark.parametrize(
    "odd",
    [
        {"f0": [100.5, 0]},
        {"f0": [40_000]},
        {"f0": "none"},
        {"phones": [["a", 0.0, 0.12345, 1]]},
        {"phones": [["a", 0.0, 1.0]]},
        {"phone_samples": [["a", 0, 1.5]]},
        {"phones": []},
        {"f0": None},
    ],
)
def test_what_arrays_would_not_give_back_exactly_stays_where_it_is(odd: dict[str, Any]) -> None:
    left, arrays = split_off([odd])
    assert left == [odd]
    assert arrays == {}


def test_no_array_is_a_pickle() -> None:
    with pytest.raises(ValueError, match="no archive of arrays"):
        from_bytes(pickle.dumps({"f0": 1}))
    file = io.BytesIO()
    np.savez(file, f0_hertz=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="holds \\|O, not real numbers"):
        from_bytes(file.getvalue())


@pytest.mark.parametrize(
    "wrong",
    [
        {"f0_counts": np.array([9], np.int32)},
        {"f0_counts": np.array([-5], np.int32)},
        {"f0_pieces": np.array([7], np.int32)},
        {"f0_pieces": np.array([-1], np.int32)},
        {"f0_hertz": np.array(3, np.int16)},
        {"phones_codes": np.array([0, 1, 9], np.uint16)},
        {"phones_codes": np.array([0.5, 1, 2])},
        {"phones_times": np.zeros((3, 3), np.int32)},
        {"phones_times": np.array(["a", "b", "c"])},
        {"phones_stresses": np.zeros(2, np.int8)},
    ],
)
def test_arrays_that_do_not_fit_are_refused(wrong: dict[str, Any]) -> None:
    left, arrays = split_off([SPOKEN])
    with pytest.raises((ValueError, TypeError, IndexError)):
        put_back(left, {**arrays, **wrong})
