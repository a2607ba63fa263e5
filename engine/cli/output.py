"""What commands print besides their results: tables, warnings, progress on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tqdm import tqdm


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows of equally many cells in columns, the first row being the heads."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def warn(problems: Iterable[str]) -> None:
    """Name what could not be used."""
    for problem in problems:
        print(f"warning: {problem}", file=sys.stderr)


def say(message: str) -> None:
    """Tell what is going on, beside the results."""
    print(message, file=sys.stderr, flush=True)


def samples_bar(total: int) -> tqdm[None]:
    """A progress bar over ``total`` samples, for terminals only, shown after a second."""
    from tqdm import tqdm

    return tqdm(
        total=total,
        unit=" samples",
        unit_scale=True,
        delay=1.0,
        disable=None,
        leave=False,
        bar_format="{l_bar}{bar}| {rate_fmt}, {remaining} left",
    )
