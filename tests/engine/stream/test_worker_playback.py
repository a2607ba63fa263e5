"""The worker step by step: finished samples that are played, in part, round and round, from elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from engine.stream.states import State
from tests.engine.stream.fakes import FakeRun
from tests.engine.stream.worker_stage import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_finished_samples_play_to_their_end(stage: Stage) -> None:
    stage.play_audio(1000)
    assert stage.state == "playback"
    stage.until(lambda: stage.state is State.IDLE)
    assert stage.written == 1000 + 32  # and the limiter's look-ahead of 2 ms


def test_a_playback_that_begins_in_the_middle_is_counted_in_the_whole_sound(stage: Stage) -> None:
    stage.play_audio(48_000, start=32_000)
    played = []
    while stage.state is State.PLAYBACK:
        stage.step()
        played.append(stage.worker.status.played)
    heard = [count for count in played if count]
    assert (heard[0], heard[-1]) == (32_000, pytest.approx(48_000, abs=2_000))
    assert heard == sorted(heard)
    assert stage.written == 16_000 + 32


def test_a_loop_goes_round_until_it_is_taken_away(stage: Stage) -> None:
    stage.play_audio(32_000, loop=(4_000, 8_000))
    places = []
    for _ in range(300):
        stage.step()
        places.append(stage.worker.status.played)
    assert stage.written > 16_000
    assert max(places) <= 8_000
    assert min(places[len(places) // 2 :]) >= 4_000
    stage.worker.execute(lambda worker: worker.loop(None))
    stage.until(lambda: stage.state is State.IDLE)


def test_a_loop_elsewhere_is_gone_to_at_once(stage: Stage) -> None:
    stage.play_audio(40_000)
    stage.until(lambda: stage.worker.status.played > 1_000)
    stage.worker.execute(lambda worker: worker.loop((25_000, 30_000)))
    stage.until(lambda: stage.worker.status.played > 25_000, steps=100)


@pytest.mark.parametrize("place", [15_000, 0, 19_999, 500_000])
def test_a_playback_goes_on_at_another_place(stage: Stage, place: int) -> None:
    stage.play_audio(20_000)
    stage.until(lambda: stage.worker.status.played > 5_000)
    stage.worker.execute(lambda worker: worker.seek(place))
    stage.step()
    assert stage.worker.status.played == pytest.approx(min(place, 20_000), abs=800)
    stage.until(lambda: stage.state is State.IDLE)


def test_a_playback_that_is_held_goes_on_at_the_place_it_was_moved_to(stage: Stage) -> None:
    stage.play_audio(40_000)
    stage.until(lambda: stage.worker.status.played > 5_000)
    stage.pause()
    written = stage.written
    stage.worker.execute(lambda worker: worker.seek(25_000))
    stage.step()
    assert (stage.state, stage.written) == ("paused", written)
    stage.resume()
    stage.until(lambda: stage.worker.status.played > 25_500, steps=100)


def test_seeking_means_nothing_to_a_stream_or_to_silence(stage: Stage) -> None:
    stage.worker.execute(lambda worker: worker.seek(100))
    stage.worker.execute(lambda worker: worker.loop((0, 100)))
    assert stage.state == "idle"
    run = FakeRun(stage.time)
    stage.begin(run)
    stage.worker.execute(lambda worker: worker.seek(100))
    stage.worker.execute(lambda worker: worker.loop((0, 100)))
    assert (stage.state, run.left) == ("playing", np.inf)
