from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.controllers.take_items import TakeItems
from app.controllers.take_selection import TakeSelection
from app.widgets.take_row import TakeItem
from engine.library.take_store import TakeStore
from engine.stream.messages import Ready
from tests.takes import make_take


def test_rows_and_items_stay_the_same_objects_until_something_about_the_take_changes() -> None:
    selection, items = TakeSelection(TakeStore()), TakeItems()
    for seed in range(3):
        selection.add(make_take(seed))

    def shown(*, playing: bool = False) -> list[TakeItem]:
        return [items.of(row, playing=playing, exported=False) for row in selection.rows()]

    first = shown()
    assert all(one is other for one, other in zip(first, shown(), strict=True))
    assert [item.playing for item in shown(playing=True)] == [True] * 3
    selection.store.rename(selection.store.takes[1].id, "Evening")
    assert [item.name for item in shown()][1] == "Evening"
    before = shown()
    items.pictures[selection.store.takes[0].id] = np.ones(8, np.float32)
    assert [one is other for one, other in zip(before, shown(), strict=True)] == [False, True, True]
    items.mark_of = lambda take: "A" if take == selection.store.takes[2].id else ""
    assert [item.mark for item in shown()] == ["", "", "A"]


def test_what_a_model_is_replayed_with_now_is_said_of_takes_that_were_shown_before() -> None:
    selection, items = TakeSelection(TakeStore()), TakeItems()
    take = selection.add(replace(make_take(1), model_hash="old"))
    (row,) = selection.rows()
    assert items.of(row, playing=False, exported=False).warning == ""
    ready = Ready(take.preset.model, "new", take.engine, take.kernel_version)
    assert items.ready(ready)
    assert not items.ready(ready)
    assert "model" in items.of(row, playing=False, exported=False).warning
