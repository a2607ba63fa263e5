"""What the list says of a take: where it comes from and how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.look.time_text import format_time
from engine.library.control_events import NOTE
from engine.library.played_keys import is_key

if TYPE_CHECKING:
    from app.controllers.take_tree import TakeRow


def detail(row: TakeRow, *, exported: bool) -> str:
    """The second line of a row: ``from 0:12 of Guitar 3 · seed 7 · 2 moves · cpu``."""
    take = row.take
    moves = sum(not is_key(event) for event in take.events)
    notes = sum(event.parameter.startswith(NOTE) and bool(event.value) for event in take.events)
    words = [
        f"{row.number} of {row.together}" if row.together else "",
        origin(row),
        f"seed {take.seed}",
        take.score.name if take.score else "",
        take.recording.name if take.recording else "",
        f"{moves} move{'' if moves == 1 else 's'}" if moves else "",
        f"{notes} note{'' if notes == 1 else 's'}" if notes else "",
        "recovered" if take.recovered else "",
        take.engine,
        "exported" if exported else "",
    ]
    return " · ".join(word for word in words if word)


def origin(row: TakeRow) -> str:
    """What a take comes from: its preset, or the take that it branches off and where."""
    take = row.take
    if row.parent is None:
        return take.preset.name
    return f"from {format_time(take.parent_sample / take.sample_rate)} of {row.parent.name}"
