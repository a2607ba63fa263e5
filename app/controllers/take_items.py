"""What the list shows of each take, made anew only where something about it changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.controllers.replay_check import may_differ
from app.controllers.take_words import detail
from app.look.time_text import format_time
from app.widgets.take_row import NO_SOUND, TakeItem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.controllers.take_tree import TakeRow
    from engine.library.takes import Take
    from engine.stream.messages import Ready


@dataclass(frozen=True)
class _Known:
    row: TakeRow
    heights: NDArray[np.float32]
    looks: tuple[bool, bool, str]
    item: TakeItem


class TakeItems:
    """There may be thousands of takes, and the list is shown anew whenever something starts or stops."""

    def __init__(self) -> None:
        self.pictures: dict[str, NDArray[np.float32]] = {}
        """Of the takes' sounds, by id: see ``TakeItem.heights``."""
        self.mark_of: Callable[[str], str] = lambda _: ""
        """Says whether a take is A or B."""
        self._ready: dict[str, Ready] = {}
        self._known: dict[str, _Known] = {}

    def ready(self, ready: Ready) -> bool:
        """Note what takes of a model would be replayed with; returns whether that is new."""
        new = self._ready.get(ready.model) != ready
        if new:
            self._ready[ready.model] = ready
            self._known.clear()
        return new

    def warning(self, take: Take) -> str:
        """Why its replay may differ; empty where nothing says so."""
        ready = self._ready.get(take.preset.model)
        return may_differ(take, ready) if ready else ""

    def of(self, row: TakeRow, *, playing: bool, exported: bool) -> TakeItem:
        """The item of a row; rows that are not the same object are not the same."""
        take = row.take
        heights = self.pictures.get(take.id, NO_SOUND)
        looks = (playing, exported, self.mark_of(take.id))
        known = self._known.get(take.id)
        if known is not None and known.row is row and known.heights is heights and known.looks == looks:
            return known.item
        item = TakeItem(
            id=take.id,
            name=take.name,
            detail=detail(row, exported=exported),
            length=format_time(take.seconds),
            starred=take.starred,
            playing=playing,
            warning=self.warning(take),
            mark=looks[2],
            depth=row.depth,
            number=row.number,
            together=row.together,
            heights=heights,
        )
        self._known[take.id] = _Known(row, heights, looks, item)
        return item
