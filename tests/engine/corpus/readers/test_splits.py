from __future__ import annotations

from pathlib import Path

import pytest

from engine.corpus.format.reader import split_of
from engine.corpus.readers.listing import Listing, Recording
from engine.corpus.readers.splits import Shares, assigned, by_name, by_place

NAMES = [f"p225_{index:03d}" for index in range(4000)]


def test_the_shares_are_as_asked() -> None:
    splits = list(by_name(NAMES, 1, Shares(0.05, 0.10)).values())
    # 200 and 400 of 4000; three standard deviations of the binomial are 41 and 57.
    assert splits.count("validation") == pytest.approx(200, abs=41)
    assert splits.count("test") == pytest.approx(400, abs=57)


def test_a_names_split_does_not_depend_on_the_other_names() -> None:
    whole, half = by_name(NAMES, 1, Shares()), by_name(reversed(NAMES[::2]), 1, Shares())
    assert half == {name: whole[name] for name in NAMES[::2]}


def test_another_seed_draws_again() -> None:
    first, second = by_name(NAMES, 1, Shares()), by_name(NAMES, 2, Shares())
    both = [name for name in NAMES if first[name] == second[name] == "test"]
    assert len(both) == pytest.approx(40, abs=20)  # a tenth of a tenth


@pytest.mark.parametrize("seed", range(20))
def test_three_names_fill_the_three_splits(seed: int) -> None:
    assert set(by_name("abc", seed, Shares()).values()) == {"train", "validation", "test"}


def test_a_share_of_nothing_stays_empty() -> None:
    assert set(by_name(NAMES, 1, Shares(0.0, 0.0)).values()) == {"train"}
    assert set(by_name(NAMES, 1, Shares(0.1, 0.0)).values()) == {"train", "validation"}


def test_by_place_is_the_pattern_of_the_synthesised_corpora() -> None:
    assert [by_place(index, Shares(0.05, 0.10)) for index in range(200)] == [split_of(i) for i in range(200)]


def test_few_recordings_are_left_to_be_split_piece_by_piece() -> None:
    def listing(count: int) -> Listing:
        return Listing("music", [Recording(name, Path(name)) for name in NAMES[:count]], [])

    assert {recording.split for recording in assigned(listing(19), 1, Shares()).recordings} == {None}
    assert None not in {recording.split for recording in assigned(listing(20), 1, Shares()).recordings}
