"""Outputs lost, found again and swapped, on a clock of the test's own."""

from __future__ import annotations

import numpy as np
import pytest

from engine.stream.messages import DeviceChanged, Event
from engine.stream.output import selector as selector_module
from engine.stream.output.controller import OutputController
from engine.stream.output.selector import OutputSelector
from tests.engine.stream.fakes import FakeCards, FakeTime

RATE = 16_000
SOUND = np.full(128, 0.1, np.float32)


class Case:
    def __init__(self, cards: FakeCards, time: FakeTime) -> None:
        self.time, self.cards = time, cards
        self.events: list[Event] = []
        selector = OutputSelector(None, cards)
        self.controller = OutputController(selector, RATE, 0.5, self.events.append, time.now, time.sleep)

    def texts(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, DeviceChanged)]


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    time = FakeTime()
    monkeypatch.setattr(selector_module.time, "monotonic", time.now)
    return time


@pytest.fixture
def case(time: FakeTime) -> Case:
    return Case(FakeCards("Speakers", now=time.now), time)


def test_what_is_open_is_told_at_once(case: Case) -> None:
    assert case.texts() == ["Speakers"]
    assert case.cards.opened[0].rate == RATE


def test_a_card_that_takes_nothing_is_given_up_and_looked_for_again(case: Case) -> None:
    case.controller.chain.write(SOUND)
    case.cards.opened[0].dead = True
    case.controller.check()
    assert case.texts()[-1] == "no device: the sound card stopped responding"
    case.controller.check()
    assert len(case.cards.opened) == 1
    case.time.sleep(3.0)
    case.controller.check()
    assert case.texts()[-1] == "Speakers"
    assert case.cards.rescans == 1


def test_a_card_is_not_given_up_while_nothing_is_to_sound(case: Case) -> None:
    case.cards.opened[0].dead = True
    case.controller.check()
    assert case.texts() == ["Speakers"]


def test_four_gaps_within_a_second_have_the_card_hold_more(case: Case) -> None:
    case.controller.check()
    case.cards.opened[0].dropouts = 3
    case.controller.check()
    assert len(case.cards.opened) == 1
    case.cards.opened[0].dropouts = 4
    case.controller.check()
    assert case.cards.opened[1].latency == pytest.approx(1.6 * case.cards.opened[0].latency)


def test_gaps_that_are_far_apart_change_nothing(case: Case) -> None:
    for gaps in range(10):
        case.cards.opened[0].dropouts = gaps
        case.time.sleep(0.6)
        case.controller.check()
    assert len(case.cards.opened) == 1


def test_another_rate_waits_for_the_end_of_what_was_written(case: Case) -> None:
    case.controller.chain.write(SOUND)
    case.controller.chain.end()
    case.controller.chain.volume = 0.25
    before = case.time.s
    case.controller.change_rate(24_000)
    assert case.time.s - before == pytest.approx((128 + 32) / RATE, abs=0.006)
    assert [card.rate for card in case.cards.opened] == [16_000, 24_000]
    assert (case.controller.chain.sample_rate, case.controller.chain.volume) == (24_000, 0.25)
    assert case.texts() == ["Speakers"]


def test_a_card_that_never_takes_the_end_is_not_waited_for_long(case: Case) -> None:
    case.controller.chain.write(SOUND)  # never started
    before = case.time.s
    case.controller.drain()
    assert case.time.s - before == pytest.approx(0.4, abs=0.006)


def test_the_chosen_device_plays_from_then_on(case: Case) -> None:
    case.cards.names.append("Headset")
    case.controller.use_device("Headset")
    assert case.texts() == ["Speakers", "Headset"]
    assert case.cards.opened[0].closed


def test_there_is_no_need_to_look_again_while_a_device_is_there_and_silent(case: Case) -> None:
    assert case.controller.rest_s() is None
    case.controller.chain.write(SOUND)
    assert case.controller.rest_s() == 0.05


def test_closing_lets_go_of_the_card_and_can_be_done_twice(case: Case) -> None:
    case.controller.close()
    case.controller.close()
    assert case.cards.opened[0].closed
