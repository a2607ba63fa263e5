"""Undo of what is done to preset, controls, score and seed: a player, and a mouse that the test holds."""

from __future__ import annotations

import dataclasses

import pytest

from app.controllers.history import History
from app.controllers.player_history import PlayerHistory
from app.controllers.presets import renew_seed
from engine.library.scores import PlayedScore
from engine.stream.states import State
from tests.app.controllers.conftest import Stand
from tests.takes import make_take


class Case:
    def __init__(self, stand: Stand) -> None:
        self.stand, self.player, self.history = stand, stand.player, History()
        self.time, self.pressed = 0.0, False
        stand.choose("free")
        self.watch = PlayerHistory(self.player, self.history, lambda: self.time, lambda: self.pressed)

    def done(self, seconds: float = 10.0) -> None:
        """The gesture is over, and so much time passes."""
        self.watch.look()
        self.time += seconds

    def heat(self, temperature: float, seconds: float = 10.0) -> None:
        self.player.set_sampling(temperature, 1.0, 0)
        self.done(seconds)

    def undo(self) -> None:
        self.watch.look()
        self.history.undo()

    @property
    def temperature(self) -> float:
        return self.player.params.temperature


@pytest.fixture
def case(stand: Stand) -> Case:
    case = Case(stand)
    yield case
    case.watch.stop()


def test_a_moved_control_goes_back_and_forth_and_what_plays_goes_with_it(case: Case) -> None:
    case.player.start()
    case.heat(1.2)
    case.heat(0.5)
    assert case.history.next_undo == "temperature"
    heats = []
    for act in (case.history.undo, case.history.undo, case.history.redo, case.history.redo):
        act()
        heats.append(case.temperature)
    assert heats == [1.2, 0.7, 1.2, 0.5]
    assert [params.temperature for params in case.stand.session.params] == [1.2, 0.5, *heats]
    assert len(case.stand.session.requests) == 1  # the stream went on


def test_a_drag_with_the_mouse_is_one_step_however_long_it_takes_and_the_next_is_another(case: Case) -> None:
    for drag in ((0.8, 0.9, 1.0), (1.1, 1.2)):
        case.pressed = True
        for temperature in drag:
            case.heat(temperature, seconds=5.0)
        case.pressed = False
        case.watch._look_for_release()
    case.undo()
    assert case.temperature == 1.0
    case.undo()
    assert case.temperature == 0.7


def test_turns_of_the_wheel_that_follow_each_other_are_one_step(case: Case) -> None:
    for temperature in (0.8, 0.9, 1.0):
        case.heat(temperature, seconds=0.3)
    case.time += 2.0
    case.heat(1.1)
    case.undo()
    assert case.temperature == 1.0
    case.undo()
    assert case.temperature == 0.7


def test_another_control_is_another_step(case: Case) -> None:
    case.heat(0.8, seconds=0.1)
    case.player.set_tags((("calm", 0.5),))
    case.done()
    assert case.history.next_undo == "calm"
    case.undo()
    assert (case.player.params.tags, case.temperature) == ((), 0.8)


def test_a_removed_tag_comes_back_with_its_weight(case: Case) -> None:
    case.player.set_tags((("calm", 0.5), ("piano", 1.5)))
    case.done()
    case.player.set_tags((("calm", 0.5),))
    case.done()
    case.undo()
    assert dict(case.player.params.tags) == {"calm": 0.5, "piano": 1.5}


def test_back_to_the_preset_is_one_step_and_can_be_taken_back(case: Case) -> None:
    case.heat(1.2)
    case.player.set_tags((("calm", 0.5),))
    case.done()
    case.player.reset()
    case.done()
    assert not case.player.modified
    case.undo()
    assert (case.temperature, dict(case.player.params.tags)) == (1.2, {"calm": 0.5})


def test_another_preset_is_one_step_with_the_score_that_it_brings(case: Case) -> None:
    case.heat(1.2)
    case.stand.choose("tune", read=False)
    case.done()
    case.stand.background.finish_all()
    case.done()
    assert (case.stand.score, case.history.next_undo) == ("tune", "the preset “Tune”")
    case.undo()
    preset = case.player.preset
    assert preset is not None
    assert (preset.id, case.temperature, case.stand.score) == ("free", 1.2, "")
    case.history.redo()
    preset = case.player.preset
    assert preset is not None
    assert (preset.id, case.stand.score) == ("tune", "tune")


def test_what_is_moved_while_the_score_is_read_goes_back_without_it(case: Case) -> None:
    case.stand.choose("tune", read=False)
    case.done()
    case.heat(0.5)
    case.stand.background.finish_all()
    case.done()
    case.undo()
    assert (case.temperature, case.stand.score) == (1.0, "tune")


def test_leaving_a_preset_with_a_score_and_coming_back_brings_the_score(case: Case) -> None:
    case.stand.choose("tune")
    case.done()
    case.stand.choose("free")
    case.done()
    assert case.stand.score == ""
    case.undo()
    assert case.stand.score == "tune"
    case.stand.choose("free")
    assert case.stand.score == ""  # it goes with its preset, as it did before


def test_a_replaced_score_comes_back(case: Case, own_score: PlayedScore) -> None:
    case.player.set_score(own_score)
    case.done()
    assert case.history.next_undo == "the score"
    other = dataclasses.replace(own_score, name="other", after="silence")
    case.player.set_score(other)
    case.done()
    case.player.set_score(None)
    case.done()
    scores = []
    for _ in range(3):
        case.undo()
        scores.append(case.player.score)
    assert scores == [other, own_score, None]


def test_a_seed_that_was_chosen_goes_back_and_one_that_a_run_drew_is_no_step(case: Case) -> None:
    case.player.seeds.set(5)
    case.player.seeds.lock(True)
    case.done()
    renew_seed(case.player)
    case.done()
    case.undo()
    assert (case.player.seeds.seed, case.player.seeds.locked) == (5, True)
    case.player.seeds.lock(False)
    case.done()
    case.player.start()
    case.done()
    assert case.player.seeds.seed != 5
    drawn = case.player.seeds.seed
    case.heat(1.2)
    case.undo()
    assert case.player.seeds.seed == drawn
    case.undo()
    assert case.player.seeds.locked


def test_a_takes_settings_are_taken_back_in_one_step(case: Case, own_score: PlayedScore) -> None:
    preset = dataclasses.replace(case.stand.catalogue.find("tune"), temperature=1.25, score=None)
    before = case.player.seeds.seed
    case.player.apply(dataclasses.replace(make_take(5), preset=preset, score=own_score))
    case.done()
    assert (case.temperature, case.player.seeds.seed) == (1.25, 5)
    case.undo()
    now = case.player.preset
    assert now is not None
    assert (now.id, case.temperature, case.stand.score) == ("free", 0.7, "")
    assert (case.player.seeds.seed, case.player.seeds.locked) == (before, False)
    assert case.history.next_undo == ""


def test_the_first_preset_of_all_is_no_step(stand: Stand) -> None:
    history = History()
    watch = PlayerHistory(stand.player, history)
    stand.choose("free")
    watch.look()
    assert history.next_undo == ""
    assert stand.session.now.state is State.IDLE
    watch.stop()
