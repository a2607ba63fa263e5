from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.library.replay import replay
from engine.stream.messages import Finished, Preparing, Snapshot, Started
from engine.stream.session import Session
from engine.wavenet import mulaw
from engine.wavenet.model_file import ModelFile
from tests.engine.stream.conftest import Player
from tests.engine.stream.fakes import FakeCards

WrapKernels = Callable[[Callable[[Kernel], Kernel]], None]


def test_a_take_holds_the_samples_that_the_generator_draws(player: Player, kernel: Kernel) -> None:
    request = player.play(seed=5)
    player.until_played(4000)
    player.session.stop()
    take = player.take()
    assert len(take.codes) >= 4000
    expected = Generator(kernel, request.params, 5).step(len(take.codes)).codes
    np.testing.assert_array_equal(take.codes, expected)


def test_a_take_says_how_it_was_made(player: Player, kernel: Kernel, model: ModelFile) -> None:
    params = replace(player.request().params, speaker="slt")
    player.play(seed=7, params=params)
    player.session.stop()
    take = player.take()
    assert (take.seed, take.engine, take.kernel_version) == (7, "cpu", kernel.version)
    assert (take.model, take.model_hash) == ("tiny", model.header.hash)
    assert take.sample_rate == 16_000
    assert take.preset.params() == params
    assert take.events == ()


def test_a_snapshot_of_a_take_is_its_beginning_with_the_moves_so_far(player: Player, kernel: Kernel) -> None:
    request = player.play(seed=5)
    player.until_played(2000)
    player.session.set_params(replace(request.params, temperature=1.3))
    player.until_played(6000)
    player.session.snapshot_take()
    player.until(lambda: bool(player.of(Snapshot)))
    read = player.of(Snapshot)[0].take
    assert read is not None
    snapshot = read()
    assert len(snapshot.codes) >= 6000
    assert [event.parameter for event in snapshot.events] == ["temperature"]
    np.testing.assert_array_equal(replay(snapshot, kernel), snapshot.codes)
    player.until_played(len(snapshot.codes) + 4000)
    player.session.stop()
    np.testing.assert_array_equal(player.take().codes[: len(snapshot.codes)], snapshot.codes)


def test_a_change_is_logged_with_its_sample_and_replays_identically(player: Player, kernel: Kernel) -> None:
    request = player.play()
    player.until_played(1000)
    status = player.session.status()
    before, played = status.generated, status.played
    player.session.set_params(replace(request.params, temperature=1.7, tags=(("calm", 0.5),)))
    player.until(lambda: player.session.status().generated > before + 1000)
    player.session.set_params(replace(request.params, temperature=0.4, top_k=20, speaker="rms"))
    player.until(lambda: player.session.status().generated > before + 3000)
    player.session.stop()
    take = player.take()
    changed = {(event.parameter, event.value) for event in take.events}
    assert changed == {
        ("temperature", 1.7),
        ("tags.calm", 0.5),
        ("temperature", 0.4),
        ("top_k", 20),
        ("speaker", "rms"),
        ("tags.calm", 0.0),
    }
    assert all(event.sample >= played for event in take.events)
    np.testing.assert_array_equal(replay(take, kernel), take.codes)


def test_the_time_from_hand_to_ear_is_measured_when_a_control_moves(player: Player) -> None:
    request = player.play()
    player.until_played(4000)
    assert player.session.status().hand_to_ear_ms == 0.0
    player.session.set_params(replace(request.params, temperature=1.7))
    player.until(lambda: player.session.status().hand_to_ear_ms > 0.0)
    status = player.session.status()
    # The card's 22.5 ms and the limiter's 2 come after all else.
    assert 24.0 < status.hand_to_ear_ms < 24.5 + 250.0
    player.session.stop()
    (event,) = player.take().events
    assert event.value == 1.7


def test_a_change_takes_hold_at_the_next_block(player: Player) -> None:
    request = player.play()
    player.until_played(2000)
    player.session.pause()
    player.until(lambda: player.session.status().state == "paused")
    held = player.session.status().generated
    player.session.set_params(replace(request.params, temperature=0.0))
    player.session.resume()
    player.until_played(held + 500)
    player.session.stop()
    assert [event.sample for event in player.take().events] == [held]


def test_parameters_that_the_model_refuses_change_nothing_and_are_explained(player: Player) -> None:
    request = player.play()
    player.session.set_params(replace(request.params, speaker="nobody"))
    player.until(lambda: "nobody" in player.session.status().message)
    player.session.set_params(request.params)
    player.until(lambda: player.session.status().message == "")
    player.session.stop()
    assert player.take().events == ()


def test_what_is_heard_is_what_was_drawn_with_faded_ends(player: Player) -> None:
    player.play()
    player.until_played(6000)
    player.session.stop()
    take = player.take()
    heard = player.cards.opened[0].sound()
    drawn = mulaw.decode(take.codes)
    delay = 32  # the limiter's look-ahead of 2 ms
    assert len(heard) == len(drawn) + delay
    assert np.abs(heard).max() <= 10 ** (-1 / 20)
    assert np.abs(heard[: delay + 3]).max() < 0.01
    assert np.abs(heard[-3:]).max() < 0.01
    middle = slice(2000, len(drawn) - 500)
    match = np.corrcoef(heard[delay:][middle], drawn[middle])[0, 1]
    assert match > 0.95  # random weights are loud: the limiter works all the time


def test_pause_stops_the_clock_and_resume_goes_on(player: Player, kernel: Kernel) -> None:
    request = player.play()
    player.until_played(1000)
    player.session.pause()
    player.until(lambda: player.session.status().state == "paused")
    held = player.session.status().generated
    player.until(lambda: player.cards.opened[0].fill == 0)
    assert player.session.status().generated == held
    player.session.resume()
    player.until(lambda: player.session.status().generated > held + 1000)
    player.session.stop()
    take = player.take()
    expected = Generator(kernel, request.params, 1).step(len(take.codes)).codes
    np.testing.assert_array_equal(take.codes, expected)


def test_stopping_while_paused_keeps_the_take(player: Player) -> None:
    player.play()
    player.until_played(1000)
    player.session.pause()
    player.until(lambda: player.session.status().state == "paused")
    player.session.stop()
    assert len(player.take().codes) >= 1000
    player.until(lambda: player.session.status().state == "idle")


def test_another_preset_ends_the_take_and_starts_the_next_without_a_gap(player: Player) -> None:
    player.play(seed=1)
    player.until_played(3000)
    player.session.play(player.request(seed=2))
    first = player.take()
    player.until(lambda: len(player.of(Started)) == 2)
    player.until_played(3000)
    player.session.stop()
    second = player.take(1)
    assert (first.seed, second.seed) == (1, 2)
    assert player.of(Started)[1].seed == 2
    heard = player.cards.opened[0].sound()
    shared = 480  # the crossfade of 30 ms
    assert len(heard) == len(first.codes) + len(second.codes) - shared + 32
    start = len(first.codes) - shared + 32
    blocks = np.abs(heard[start - 1600 : start + 1600]).reshape(-1, 160).max(axis=1)
    assert blocks.min() > 0.05


@pytest.mark.parametrize("moment", range(5))
def test_stop_works_at_any_instant(player: Player, moment: int) -> None:
    player.session.play(player.request())
    player.until(lambda: player.session.status().generated >= moment * 150)
    played = player.session.status().played
    player.session.stop()
    player.until(lambda: player.session.status().state == "idle")
    player.session.stop()
    takes = [event.take for event in player.of(Finished)]
    assert all(len(take.codes) >= played for take in takes)
    player.play(seed=2)


def test_steering_an_idle_session_does_nothing(player: Player) -> None:
    player.session.stop()
    player.session.pause()
    player.session.resume()
    player.session.set_params(player.request().params)
    player.until(lambda: player.session.status().device != "opening the sound card")
    assert player.session.status().state == "idle"
    assert player.of(Finished) == []


def test_the_status_says_preparing_from_the_moment_of_asking(player: Player) -> None:
    player.session.play(player.request())
    assert player.session.status().state in ("preparing", "playing")
    player.until(lambda: player.session.status().state == "playing")
    assert player.of(Preparing)


def test_closing_while_playing_delivers_the_take(player: Player) -> None:
    player.play()
    player.until_played(500)
    player.session.close()
    player.session.close()
    assert len(player.take().codes) >= 500
    assert player.cards.opened[0].closed


def test_closing_at_once_is_possible() -> None:
    session = Session(on_event=lambda event: None, cards=FakeCards("Speakers"))
    session.close()


def test_a_finished_take_plays_back_to_its_end(player: Player) -> None:
    samples = (0.1 * np.sin(np.arange(8000) / 10)).astype(np.float32)
    player.session.play_audio(samples, 16_000)
    player.until(lambda: player.session.status().state == "playback")
    assert player.session.status().generated == 8000
    player.until(lambda: player.session.status().state == "idle")
    heard = player.cards.opened[0].sound()
    np.testing.assert_array_equal(heard[32 + 160 : 32 + 8000], samples[160:])
    assert player.of(Finished) == []


def test_playing_back_ends_the_stream_and_playing_ends_the_playback(player: Player) -> None:
    player.play()
    player.session.play_audio(np.zeros(160_000, dtype=np.float32), 16_000)
    player.until(lambda: player.session.status().state == "playback")
    assert len(player.of(Finished)) == 1
    player.session.play(player.request(seed=3))
    player.until(lambda: player.session.status().state == "playing")
    player.until_played(500)


def test_volume_scales_what_is_heard_and_not_what_is_kept(make_player: Callable[[FakeCards], Player]) -> None:
    player = make_player(FakeCards("Speakers"))
    player.session.set_volume(0.25)
    samples = np.full(4000, 0.1, dtype=np.float32)
    player.session.play_audio(samples, 16_000)
    player.until(lambda: player.session.status().state == "playback")
    player.until(lambda: player.session.status().state == "idle")
    np.testing.assert_allclose(player.cards.opened[0].sound()[1000:3000], 0.025, rtol=1e-5)
    assert player.session.envelope().high[40] == pytest.approx(0.025)
    assert player.session.volume == 0.25


@pytest.mark.parametrize("volume", [-0.1, 1.1, float("nan")])
def test_a_volume_out_of_range_is_refused(player: Player, volume: float) -> None:
    with pytest.raises(ValueError, match="volume"):
        player.session.set_volume(volume)


def test_the_plots_find_what_was_generated(player: Player) -> None:
    player.play()
    player.until_played(4000)
    distribution = player.session.distribution()
    assert distribution is not None
    assert distribution.predicted().sum() == pytest.approx(1.0)
    assert distribution.shaped().argmax() == distribution.predicted().argmax()
    assert -1.0 <= distribution.drawn <= 1.0
    assert distribution.params.temperature == 0.9
    assert player.session.meter().rms > -40.0
    status, envelope = player.session.status(), player.session.envelope()
    assert envelope.first == 0
    assert len(envelope.low) * 64 >= 4000
    delay = 32  # the limiter's look-ahead of 2 ms
    np.testing.assert_array_equal(envelope.sample, np.arange(len(envelope.low)) * 64 - delay)
    assert envelope.origin(status.request_id) == delay
    player.session.stop()
    player.take()
    heard = player.cards.opened[0].sound()
    for index in range(50):
        bucket = heard[index * 64 : (index + 1) * 64]
        assert (envelope.low[index], envelope.high[index]) == (bucket.min(), bucket.max())
