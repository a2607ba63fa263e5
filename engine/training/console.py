"""Words for the person who waits for a run."""

from __future__ import annotations

import sys

from lightning.pytorch.utilities import rank_zero_only
from tqdm import tqdm


def tell(message: str) -> None:
    """A line for whoever waits, on stderr, above a bar that may be there; only the first process speaks."""
    if first_process():
        tqdm.write(message, file=sys.stderr)
        sys.stderr.flush()


def first_process() -> bool:
    """Whether this is the only process of a run, or the first of several."""
    return not getattr(rank_zero_only, "rank", 0)


def first_line(error: BaseException) -> str:
    """The first line that an error says, at most 200 characters; its class where it says nothing."""
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:200].rstrip()
