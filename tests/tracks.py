"""What feedback tracks in tests have in common."""

from __future__ import annotations


class Turning:
    """A feedback track that may end, or rest, once."""

    rests_from: int | None = None
    ends_at: int | None = None

    def turns(self, first: int, after: int) -> list[int]:
        turns = (self.rests_from, self.ends_at)
        return [turn for turn in turns if turn is not None and first <= turn < after]
