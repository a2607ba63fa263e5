"""Which recording trains, which validates and which tests: by its name, so that it stays where it is."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from math import floor

from engine.corpus.readers.listing import Listing

FEW = 20
"""Fewer recordings than this are split piece by piece: whole ones would be too coarse."""


@dataclass(frozen=True)
class Shares:
    """How much validates and how much tests, 0…0.5 each; the rest trains."""

    validation: float = 0.05
    test: float = 0.10


def by_name(names: Iterable[str], seed: int, shares: Shares) -> dict[str, str]:
    """A split for every name, drawn by a hash of seed and name: more names leave the others in place.

    Three names or more fill every split whose share is not 0, if need be with the name that is nearest.
    """
    draws = {name: _draw(name, seed) for name in names}
    wanted = {"validation": shares.validation, "test": shares.test}
    result = dict.fromkeys(draws, "train")
    start = 0.0
    for split, share in wanted.items():
        result.update({name: split for name, draw in draws.items() if start <= draw < start + share})
        start += share
    for split, share in wanted.items():
        train = sorted((name for name in result if result[name] == "train"), key=lambda name: draws[name])
        if share and len(draws) >= 3 and split not in result.values() and len(train) > 1:
            result[train[0]] = split
    return result


def by_place(index: int, shares: Shares) -> str:
    """The split of the ``index``-th piece, spread evenly.

    With 5 % and 10 %, of twenty pieces the 10th validates, the 5th and 15th test.
    """
    for split, share in (("validation", shares.validation), ("test", shares.test)):
        if floor((index + 1) * share + 0.5) > floor(index * share + 0.5):
            return split
    return "train"


def assigned(listing: Listing, seed: int, shares: Shares) -> Listing:
    """The listing with its recordings' splits by name; as it was where they are FEW."""
    if len(listing.recordings) < FEW:
        return listing
    splits = by_name((recording.name for recording in listing.recordings), seed, shares)
    recordings = [dataclasses.replace(r, split=splits[r.name]) for r in listing.recordings]
    return dataclasses.replace(listing, recordings=recordings)


def _draw(name: str, seed: int) -> float:
    """A number in [0, 1) from a hash."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64
