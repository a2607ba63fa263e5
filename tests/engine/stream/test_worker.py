"""The worker step by step: streams that are prepared, play, are held and end."""

from __future__ import annotations

import pytest

from engine.stream.messages import Failed, Finished, Notice, Snapshot, Started
from engine.stream.states import State
from engine.stream.worker import Worker
from tests.engine.stream.fakes import FakeRun
from tests.engine.stream.worker_stage import RATE, Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_stream_is_prepared_then_plays_and_its_take_comes_at_the_stop(stage: Stage) -> None:
    assert stage.state == "idle"
    number = stage.play()
    assert stage.state == "preparing"
    run = FakeRun(stage.time, seed=5)
    stage.load(number, run)
    assert stage.state == "preparing"
    stage.until(lambda: stage.state is State.PLAYING)
    assert [event.seed for event in stage.of(Started) if isinstance(event, Started)] == [5]
    stage.stop()
    assert stage.state == "idle"
    (finished,) = stage.of(Finished)
    assert isinstance(finished, Finished)
    assert len(finished.take.codes) == run.generated


def test_a_stream_makes_32_ms_before_it_is_heard(stage: Stage) -> None:
    run = FakeRun(stage.time)
    stage.load(stage.play(), run)
    stage.until(lambda: bool(stage.of(Started)))
    assert 0.032 * RATE <= run.generated < 0.032 * RATE + 128
    assert stage.written == 128  # one block of them


def test_a_slow_stream_buffers_at_its_start_and_again_when_it_ran_dry(stage: Stage) -> None:
    run = FakeRun(stage.time, factor=0.8)
    stage.begin(run)
    assert stage.state == "buffering"
    assert len(stage.of(Notice)) == 1
    assert stage.of(Started) == []
    stage.until(lambda: stage.state is State.PLAYING)
    assert run.generated >= 10.0 * (1.0 - 0.8) * RATE  # enough to play on for 10 s
    stage.cards.opened[0].strict = True
    stage.until(lambda: stage.state is State.BUFFERING)
    stage.until(lambda: stage.state is State.PLAYING)
    assert len(stage.of(Started)) == 1
    assert len(stage.of(Notice)) == 1


@pytest.mark.parametrize("factor", [10.0, 0.8])
def test_a_pause_holds_whatever_there_is_and_goes_on_with_it(stage: Stage, factor: float) -> None:
    run = FakeRun(stage.time, factor=factor)
    stage.begin(run)
    before = stage.state
    stage.pause()
    held = (run.generated, stage.written)
    for _ in range(50):
        stage.step()
    assert (run.generated, stage.written) == held
    assert stage.state == "paused"
    stage.resume()
    assert stage.state is before


def test_a_snapshot_is_what_has_sounded_of_the_stream_which_goes_on(stage: Stage) -> None:
    run = FakeRun(stage.time)
    stage.begin(run)
    stage.until(lambda: run.generated > RATE)
    stage.worker.execute(Worker.snapshot)
    (event,) = stage.of(Snapshot)
    assert isinstance(event, Snapshot)
    assert event.take is not None
    played = stage.worker.look().played
    assert len(event.take().codes) == played
    assert played < run.generated  # what waits in the buffer has not sounded, and may still change
    assert stage.state == "playing"
    assert stage.of(Finished) == []


def test_there_is_no_snapshot_where_no_stream_sounds(stage: Stage) -> None:
    stage.worker.execute(Worker.snapshot)
    stage.play_audio(4000)
    stage.worker.execute(Worker.snapshot)
    assert stage.of(Snapshot) == [Snapshot(None), Snapshot(None)]


def test_a_model_that_arrives_in_a_pause_is_heard_after_it(stage: Stage) -> None:
    number = stage.play()
    stage.pause()
    stage.load(number, FakeRun(stage.time))
    for _ in range(50):
        stage.step()
    assert stage.state == "paused"
    assert stage.written == 0
    stage.resume()
    assert stage.state == "preparing"
    stage.until(lambda: stage.state is State.PLAYING)


def test_a_model_that_fails_leaves_what_plays_alone(stage: Stage) -> None:
    stage.begin(FakeRun(stage.time))
    stage.load(stage.play(), "the file is gone")
    assert stage.of(Failed) == [Failed("the file is gone")]
    assert stage.state == "playing"
    stage.stop()
    stage.load(stage.play(), "the file is gone")
    assert stage.state == "idle"


def test_only_the_latest_request_is_heard_in_whatever_order_models_arrive(stage: Stage) -> None:
    first, second = stage.play(), stage.play()
    stage.load(second, FakeRun(stage.time, seed=2))
    stage.load(first, FakeRun(stage.time, seed=1))
    stage.until(lambda: bool(stage.of(Started)))
    for _ in range(50):
        stage.step()
    assert [event.seed for event in stage.of(Started) if isinstance(event, Started)] == [2]


def test_a_model_that_arrives_after_a_stop_is_not_heard(stage: Stage) -> None:
    number = stage.play()
    stage.stop()
    stage.load(number, FakeRun(stage.time))
    for _ in range(50):
        stage.step()
    assert (stage.state, stage.written) == ("idle", 0)


def test_nan_ends_the_stream_and_what_was_asked_for_since_still_comes(stage: Stage) -> None:
    stage.begin(FakeRun(stage.time, seed=1, nan_at=4000))
    number = stage.play()
    stage.until(lambda: bool(stage.of(Failed)))
    assert stage.state == "preparing"
    stage.load(number, FakeRun(stage.time, seed=2))
    stage.until(lambda: len(stage.of(Started)) == 2)
    assert stage.state == "playing"


@pytest.mark.parametrize("factor", [10.0, 0.8])
def test_a_stream_that_ends_is_a_take_without_a_stop(stage: Stage, factor: float) -> None:
    run = FakeRun(stage.time, factor=factor, ends_at=5_000)
    stage.load(stage.play(), run)
    stage.until(lambda: bool(stage.of(Finished)))
    assert stage.state == "idle"
    assert len(stage.of(Started)) == 1
    (finished,) = stage.of(Finished)
    assert isinstance(finished, Finished)
    assert len(finished.take.codes) == 5_000
    assert stage.written == 5_000 + 160 + 32  # its last sample fades for 10 ms; the limiter's look-ahead


def test_a_stream_of_a_few_samples_is_heard_as_well(stage: Stage) -> None:
    stage.begin(FakeRun(stage.time, seed=1))
    stage.load(stage.play(), FakeRun(stage.time, seed=2, ends_at=100))
    stage.until(lambda: len(stage.of(Finished)) == 2)
    assert stage.state == "idle"


def test_a_sound_at_another_rate_opens_the_card_anew(stage: Stage) -> None:
    stage.begin(FakeRun(stage.time))
    stage.begin(FakeRun(stage.time, sample_rate=24_000))
    assert [card.rate for card in stage.cards.opened] == [16_000, 24_000]


def test_closing_ends_everything_and_keeps_the_take(stage: Stage) -> None:
    stage.begin(FakeRun(stage.time))
    stage.worker.close()
    assert len(stage.of(Finished)) == 1
    assert stage.state == "idle"
    assert stage.cards.opened[0].closed


def test_a_stream_whose_speed_is_known_takes_over_at_once_though_the_buffer_is_not_full(stage: Stage) -> None:
    stage.begin(FakeRun(stage.time, factor=1.12))
    chain = stage.worker.chain
    stage.until(lambda: chain.settled and chain.room() < chain.block)
    stage.time.sleep(0.035)  # at this speed it takes 0.3 s to be full again
    branch = FakeRun(stage.time, seed=2, factor=1.12)
    branch.judged, branch.best_factor = True, 1.12
    since = stage.time.s
    stage.begin(branch)
    assert stage.time.s - since < 0.15
    assert stage.state is State.PLAYING
