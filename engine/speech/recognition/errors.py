"""How many phones were heard wrong: the phone error rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class PhoneErrors(NamedTuple):
    """Of phones that were said, in one sentence or many."""

    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0
    said: int = 0

    def __add__(self, other: PhoneErrors) -> PhoneErrors:  # type: ignore[override]
        """Those of both."""
        return PhoneErrors(*(a + b for a, b in zip(self, other, strict=True)))

    @property
    def rate(self) -> float:
        """Errors for a hundred phones; 0 where none was said."""
        return 100.0 * (self.substitutions + self.deletions + self.insertions) / max(1, self.said)


def phone_errors(said: Sequence[str], found: Sequence[str]) -> PhoneErrors:
    """The fewest changes that make ``found`` of ``said``, substitutions where others would be as few."""
    rows = [PhoneErrors(insertions=n) for n in range(len(found) + 1)]
    for count, phone in enumerate(said, start=1):
        before, rows[0] = rows[0], PhoneErrors(deletions=count)
        for column, other in enumerate(found, start=1):
            changed = before._replace(substitutions=before.substitutions + (phone != other))
            deleted = rows[column]._replace(deletions=rows[column].deletions + 1)
            inserted = rows[column - 1]._replace(insertions=rows[column - 1].insertions + 1)
            before = rows[column]
            rows[column] = min(changed, deleted, inserted, key=lambda e: sum(e[:3]))
    return rows[-1]._replace(said=len(said))
