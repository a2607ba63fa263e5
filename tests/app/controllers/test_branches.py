"""Going back in takes without a window: a session that only keeps what it is asked for."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from app.actions import Actions
from app.controllers.branches import BranchController
from app.controllers.take_selection import TakeSelection
from engine.generation.backends import select_kernel
from engine.library.replay import replay
from engine.library.take_store import TakeStore
from engine.library.takes import Take
from engine.stream.states import State
from tests.app.controllers.conftest import Stand
from tests.takes import make_take


class Case:
    def __init__(self, stand: Stand) -> None:
        self.stand, self.actions = stand, Actions()
        self.selection = TakeSelection(TakeStore())
        self.controller = BranchController(
            self.actions,
            stand.player,
            self.selection,
            stand.session,  # type: ignore[arg-type]
            stand.catalogue,
            stand.background,  # type: ignore[arg-type]
        )
        self.reported: list[tuple[str, str]] = []
        self.controller.reported.connect(lambda text, kind: self.reported.append((text, kind)))

    def add(self, preset: str = "free") -> Take:
        take = dataclasses.replace(make_take(1), preset=self.stand.catalogue.find(preset))
        take = self.selection.add(take)
        self.controller.show()
        return take


@pytest.fixture
def case(stand: Stand) -> Case:
    stand.choose("free")
    return Case(stand)


def test_without_a_take_nothing_can_be_gone_on_with_or_made_again(case: Case) -> None:
    for name in ("go_on", "make_again", "rewind"):
        assert not case.actions[name].isEnabled()


def test_the_selected_take_goes_on_from_the_playhead_with_the_settings_of_now(case: Case) -> None:
    take = case.add()
    case.stand.player.set_sampling(1.7, 1.0, 0)
    case.controller.place = lambda asked: 5 if asked is take else None
    case.actions["go_on"].trigger()
    case.stand.background.finish_all()
    (request,) = case.stand.session.requests
    assert request.origin is not None
    assert (request.origin.take_id, request.origin.sample) == (take.id, 5)
    assert (request.params.temperature, request.preset.id) == (1.7, "free")
    assert request.seed == case.stand.player.seeds.seed


def test_without_a_playhead_it_goes_on_from_its_end(case: Case) -> None:
    take = case.add()
    case.actions["go_on"].trigger()
    case.stand.background.finish_all()
    (request,) = case.stand.session.requests
    assert request.origin is not None
    assert request.origin.sample == len(take.codes)


def test_a_kept_seed_stays_while_a_branch_goes_another_way(case: Case) -> None:
    case.add()
    case.stand.player.seeds.set(7)
    case.stand.player.seeds.lock(True)
    case.actions["go_on"].trigger()
    case.stand.background.finish_all()
    assert case.stand.session.requests[0].seed != 7
    assert case.stand.player.seeds.seed == 7


def test_a_take_of_another_model_says_what_to_do(case: Case) -> None:
    case.add("slt")
    case.actions["go_on"].trigger()
    case.stand.background.finish_all()
    assert case.stand.session.requests == []
    ((text, kind),) = case.reported
    assert "was made by model voices" in text
    assert kind == "warning"
    case.controller.prepare(case.selection.store.takes[0], 5)
    case.stand.background.finish_all()
    assert case.stand.session.prepared == []


def test_where_the_playhead_is_put_everything_is_got_ready(case: Case) -> None:
    take = case.add()
    case.controller.prepare(take, 9)
    case.stand.background.finish_all()
    (request,) = case.stand.session.prepared
    assert request.origin is not None
    assert request.origin.sample == 9


def test_what_plays_is_rewound_by_three_seconds(case: Case) -> None:
    case.stand.session.to(State.PLAYING)
    case.controller.show()
    case.actions["rewind"].trigger()
    ((seconds, seed),) = case.stand.session.rewound
    assert (seconds, seed) == (3.0, case.stand.player.seeds.seed)


@pytest.mark.parametrize(("changed", "said"), [(None, "the same samples"), (30, "(sample 30)")])
def test_a_take_is_made_again_and_compared(case: Case, changed: int | None, said: str) -> None:
    preset = case.stand.catalogue.find("free")
    kernel = select_kernel(case.stand.catalogue.loader(preset)(), "cpu")
    take = dataclasses.replace(make_take(1), preset=preset, codes=np.zeros(60, np.uint8))
    codes = replay(take, kernel)
    if changed is not None:
        codes[changed] ^= 1
    case.selection.add(dataclasses.replace(take, codes=codes))
    case.controller.show()
    case.actions["make_again"].trigger()
    case.stand.background.finish_all()
    assert case.reported[0][0].startswith("Making “")
    assert said in case.reported[1][0]


def prepared(case: Case) -> list[int]:
    case.stand.background.finish_all()
    return [request.origin.sample for request in case.stand.session.prepared if request.origin is not None]


def test_a_take_that_is_heard_is_got_ready_from_half_a_second_to_the_next_a_second_ahead(case: Case) -> None:
    take = dataclasses.replace(case.add(), codes=np.zeros(64_000, np.uint8))
    case.controller.prepare(take, 8_000)
    for sample in range(8_000, 40_001, 500):
        case.controller.follow(take, sample)
    found = prepared(case)
    assert found[0] == 8_000
    assert found[1] == 8_000 + 16_000
    assert {after - before for before, after in pairwise(found[1:])} == {8_000}
    assert found[-1] >= 40_000 + 8_000


def test_it_is_not_got_ready_beyond_its_end(case: Case) -> None:
    take = dataclasses.replace(case.add(), codes=np.zeros(20_000, np.uint8))
    for sample in range(0, 20_001, 500):
        case.controller.follow(take, sample)
    assert prepared(case) == [0, 500 + 16_000, 20_000]


def test_where_it_is_heard_from_another_place_or_another_take_is_it_begins_anew(case: Case) -> None:
    take = dataclasses.replace(case.add(), codes=np.zeros(64_000, np.uint8))
    case.controller.follow(take, 30_000)
    case.controller.follow(take, 29_999)
    case.controller.follow(dataclasses.replace(take, id="other"), 30_000)
    assert prepared(case) == [30_000, 29_999, 30_000]
