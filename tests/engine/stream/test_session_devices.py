from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.stream.messages import DeviceChanged, Started
from tests.engine.stream.conftest import Player
from tests.engine.stream.fakes import FakeCards, Hindered
from tests.models import save_tiny_model

WrapKernels = Callable[[Callable[[Kernel], Kernel]], None]


def test_a_model_of_another_rate_follows_on_an_output_of_its_own(player: Player, tmp_path: Path) -> None:
    player.play()
    player.until_played(500)
    other = save_tiny_model(tmp_path / "other.safetensors", name="other", sample_rate=8000)
    player.session.play(player.request(seed=2, model=other))
    player.until(lambda: len(player.of(Started)) == 2)
    player.until_played(500)
    player.session.stop()
    assert [player.take(0).sample_rate, player.take(1).sample_rate] == [16_000, 8_000]
    assert [card.rate for card in player.cards.opened] == [16_000, 8_000]


def test_a_device_with_a_rate_of_its_own_is_played_to_at_that_rate(
    make_player: Callable[[FakeCards], Player],
) -> None:
    player = make_player(FakeCards("Speakers", own_rate=48_000))
    player.play()
    player.until_played(4000)
    latency_ms = player.session.status().latency_ms
    player.session.stop()
    take = player.take()
    heard = player.cards.opened[0].sound()
    assert len(heard) == pytest.approx(3 * len(take.codes), rel=0.05)
    # A buffer of 48 ms or what became of it, limiter of 2, the card's 22.5, the resampler's 15.
    assert 32.0 + 39.5 - 2.0 < latency_ms < 72.0 + 39.5 + 2.0


def test_without_a_device_the_stream_runs_on_and_says_so(make_player: Callable[[FakeCards], Player]) -> None:
    player = make_player(FakeCards())
    player.play()
    player.until_played(1000)
    assert player.session.status().device == "no device: there is no audio output"
    assert player.of(DeviceChanged) == [DeviceChanged("no device: there is no audio output")]


def test_an_unplugged_device_gives_way_to_the_clock_and_comes_back(player: Player, kernel: Kernel) -> None:
    request = player.play()
    player.until_played(500)
    player.cards.names.clear()
    player.cards.opened[0].dead = True
    player.until(lambda: player.session.status().device.startswith("no device"))
    held = player.session.status().generated
    player.until(lambda: player.session.status().generated > held + 2000)
    player.cards.names.append("Headset, Fake")
    player.session.rescan()
    player.until(lambda: player.session.status().device == "Headset, Fake")
    player.until(lambda: player.cards.opened[1].written > 10 * 128)
    player.session.stop()
    take = player.take()
    expected = Generator(kernel, request.params, 1).step(len(take.codes)).codes
    np.testing.assert_array_equal(take.codes, expected)


def test_a_card_that_runs_dry_again_and_again_is_asked_to_hold_more(player: Player, kernel: Kernel) -> None:
    request = player.play()
    player.until_played(500)
    player.cards.opened[0].dropouts = 7
    player.until(lambda: len(player.cards.opened) == 2)
    assert player.cards.opened[1].latency == pytest.approx(1.6 * player.cards.opened[0].latency)
    player.until(lambda: player.cards.opened[1].written > 10 * 128)
    assert player.session.status().underruns == 7
    player.session.stop()
    take = player.take()
    expected = Generator(kernel, request.params, 1).step(len(take.codes)).codes
    np.testing.assert_array_equal(take.codes, expected)


def test_another_device_can_be_chosen_while_playing(make_player: Callable[[FakeCards], Player]) -> None:
    player = make_player(FakeCards("Speakers", "Headset"))
    player.play()
    player.session.use_device("Headset")
    player.until(lambda: player.session.status().device == "Headset")
    player.until(lambda: player.cards.opened[1].written > 10 * 128)
    assert player.cards.opened[0].closed


def test_underruns_are_counted_and_lengthen_the_buffer(
    make_player: Callable[[FakeCards], Player], wrap_kernels: WrapKernels
) -> None:
    player = make_player(FakeCards("Speakers", strict=True))
    hindered: list[Hindered] = []

    def wrap(kernel: Kernel) -> Kernel:
        hindered.append(Hindered(kernel))
        return hindered[-1]

    wrap_kernels(wrap)
    player.play()
    player.until_played(2000)
    before = player.session.status()
    hindered[0].seconds_a_sample = 1e-3
    player.until(lambda: player.session.status().underruns > before.underruns)
    hindered[0].seconds_a_sample = 0.0
    assert player.session.status().latency_ms > before.latency_ms
