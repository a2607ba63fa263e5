from __future__ import annotations

import pytest

from engine.stream.output import selector as module
from engine.stream.output.null_output import Output
from engine.stream.output.portaudio import NoPortAudioError
from engine.stream.output.selector import OutputSelector
from tests.engine.stream.fakes import FakeCards


class Time:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.s = 0.0
        monkeypatch.setattr(module.time, "monotonic", lambda: self.s)


class NoPortAudio(FakeCards):
    def open_device(self, device: str | None, rate: int, latency_s: float) -> Output:
        raise NoPortAudioError("PortAudio is missing; install libportaudio2")


def test_the_default_device_is_opened_at_the_models_rate() -> None:
    opened = OutputSelector(None, FakeCards("Speakers", "Headset")).open(16_000)
    assert (opened.text, opened.rate) == ("Speakers", 16_000)


def test_the_chosen_device_is_opened() -> None:
    assert OutputSelector("Headset", FakeCards("Speakers", "Headset")).open(16_000).text == "Headset"


def test_where_the_chosen_device_is_gone_the_default_one_plays_and_says_so() -> None:
    opened = OutputSelector("Headset", FakeCards("Speakers")).open(16_000)
    assert opened.text == "Speakers; audio output 'Headset' is not there"


def test_without_a_device_a_clock_paces_the_stream_and_says_so() -> None:
    selector = OutputSelector(None, FakeCards())
    assert selector.open(16_000).text == "no device: there is no audio output"


def test_a_device_that_comes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    time = Time(monkeypatch)
    cards = FakeCards()
    selector = OutputSelector(None, cards)
    selector.open(16_000)
    assert selector.retry_in_s() == 3.0
    time.s += 3.0
    assert selector.retry_in_s() == 0.0
    cards.names.append("Speakers")
    assert selector.reopen(16_000).text == "Speakers"
    assert cards.rescans == 1
    assert selector.retry_in_s() is None


def test_looking_for_devices_becomes_rarer(monkeypatch: pytest.MonkeyPatch) -> None:
    Time(monkeypatch)
    selector = OutputSelector(None, FakeCards())
    selector.open(16_000)
    waits = []
    for _ in range(6):
        waits.append(selector.retry_in_s())
        selector.reopen(16_000)
    assert waits == [3.0, 6.0, 12.0, 24.0, 30.0, 30.0]


def test_where_portaudio_is_missing_it_is_not_looked_for_again() -> None:
    selector = OutputSelector("Headset", NoPortAudio())
    assert selector.open(16_000).text == "no device: PortAudio is missing; install libportaudio2"
    assert selector.retry_in_s() is None


def test_a_sound_card_can_be_asked_to_hold_more_but_not_for_ever() -> None:
    cards = FakeCards("Speakers")
    selector = OutputSelector(None, cards)
    selector.open(16_000)
    while selector.lengthen(16_000) is not None:
        continue
    latencies = [card.latency for card in cards.opened]
    assert latencies == pytest.approx([0.0225 * 1.6**times for times in range(6)])  # until 150 ms are passed


def test_only_one_device_is_open_at_a_time() -> None:
    cards = FakeCards("Speakers")
    selector = OutputSelector(None, cards)
    selector.open(16_000)
    selector.open(22_050)
    assert [card.closed for card in cards.opened] == [True, False]
    selector.close()
    selector.close()
    assert cards.opened[1].closed
