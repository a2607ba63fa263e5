"""The worker step by step, on a clock and a card of the test's own; no thread, no window."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.stream.messages import Event, Failed, Finished, Notice, Started
from engine.stream.output.controller import OutputController
from engine.stream.output.selector import OutputSelector
from engine.stream.playback import Playback, Region
from engine.stream.requests import Requests
from engine.stream.states import State
from engine.stream.worker import Worker
from tests.engine.stream.fakes import FakeCards, FakeRun, FakeTime

RATE = 16_000
SILENT = (State.IDLE, State.PREPARING, State.PAUSED)


class Stage:
    """A worker, its card, and what it has said."""

    def __init__(self) -> None:
        self.time = FakeTime()
        self.cards = FakeCards("Speakers", now=self.time.now)
        self.requests = Requests()
        self.events: list[Event] = []
        selector = OutputSelector(None, self.cards)
        controller = OutputController(selector, RATE, 1.0, self.events.append, self.time.now, self.time.sleep)
        self.worker = Worker(controller, self.requests, self.events.append)

    @property
    def state(self) -> State:
        return self.worker.status.state

    @property
    def written(self) -> int:
        return sum(card.written for card in self.cards.opened)

    def play(self) -> int:
        """Ask for a stream; returns the request's number."""
        number = self.requests.issue(plays=True)
        self.worker.execute(lambda worker: worker.supersede(number))
        return number

    def load(self, number: int, run: FakeRun | str) -> None:
        self.worker.execute(lambda worker: worker.loaded(number, run))

    def begin(self, run: FakeRun) -> None:
        """Play a stream that is loaded at once, until it is heard or buffers."""
        self.load(self.play(), run)
        self.until(lambda: run.generated > run.ready or self.state is State.BUFFERING)

    def stop(self) -> None:
        number = self.requests.issue(plays=False)
        self.worker.execute(lambda worker: worker.stop(number))

    def play_audio(self, samples: int, rate: int = RATE, start: int = 0, loop: Region | None = None) -> None:
        number = self.requests.issue(plays=False)
        playback = Playback(np.full(samples, 0.1, np.float32), rate, start, loop)
        self.worker.execute(lambda worker: worker.play_audio(number, playback))

    def pause(self) -> None:
        self.worker.execute(Worker.pause)

    def resume(self) -> None:
        self.worker.execute(Worker.resume)

    def step(self) -> None:
        """One bit of work, then as much time as the worker asks for."""
        wait = self.worker.run_once()
        self.time.sleep(0.005 if wait is None else wait)

    def until(self, condition: Callable[[], bool], steps: int = 20_000) -> None:
        while not condition():
            self.step()
            steps -= 1
            assert steps, f"never came; {self.worker.status}, {self.events}"

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


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
    stage.play_audio(160_000)
    stage.until(lambda: stage.worker.status.played > 1_000)
    stage.worker.execute(lambda worker: worker.loop((100_000, 120_000)))
    stage.until(lambda: stage.worker.status.played > 100_000, steps=100)


@pytest.mark.parametrize("place", [100_000, 0, 159_999, 500_000])
def test_a_playback_goes_on_at_another_place(stage: Stage, place: int) -> None:
    stage.play_audio(160_000)
    stage.until(lambda: stage.worker.status.played > 5_000)
    stage.worker.execute(lambda worker: worker.seek(place))
    stage.step()
    assert stage.worker.status.played == pytest.approx(min(place, 160_000), abs=800)
    stage.until(lambda: stage.state is State.IDLE)


def test_a_playback_that_is_held_goes_on_at_the_place_it_was_moved_to(stage: Stage) -> None:
    stage.play_audio(160_000)
    stage.until(lambda: stage.worker.status.played > 5_000)
    stage.pause()
    written = stage.written
    stage.worker.execute(lambda worker: worker.seek(100_000))
    stage.step()
    assert (stage.state, stage.written) == ("paused", written)
    stage.resume()
    stage.until(lambda: stage.worker.status.played > 100_500, steps=100)


def test_seeking_means_nothing_to_a_stream_or_to_silence(stage: Stage) -> None:
    stage.worker.execute(lambda worker: worker.seek(100))
    stage.worker.execute(lambda worker: worker.loop((0, 100)))
    assert stage.state == "idle"
    run = FakeRun(stage.time)
    stage.begin(run)
    stage.worker.execute(lambda worker: worker.seek(100))
    stage.worker.execute(lambda worker: worker.loop((0, 100)))
    assert (stage.state, run.left) == ("playing", np.inf)


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


KINDS: dict[str, dict[str, object]] = {
    "quick": {},
    "slow": {"factor": 0.7},
    "very slow": {"factor": 0.01},
    "of another rate": {"sample_rate": 8_000},
    "soon NaN": {"nan_at": 3_000},
    "NaN at once": {"nan_at": 0},
    "ends": {"ends_at": 2_000},
    "ends at once": {"ends_at": 100},
    "slow and ends": {"factor": 0.7, "ends_at": 5_000},
}
GESTURE = st.one_of(
    st.tuples(st.just("play"), st.sampled_from(list(KINDS))),
    st.tuples(st.just("load"), st.integers(0, 5)),
    st.tuples(st.just("fail"), st.integers(0, 5)),
    st.tuples(st.just("prepare"), st.none()),
    st.tuples(st.just("stop"), st.none()),
    st.tuples(st.just("pause"), st.none()),
    st.tuples(st.just("resume"), st.none()),
    st.tuples(st.just("play_audio"), st.sampled_from([0, 100, 5_000])),
    st.tuples(st.just("seek"), st.sampled_from([0, 3_000, 9_000])),
    st.tuples(st.just("loop"), st.sampled_from([None, (0, 50), (1_000, 4_000), (4_900, 9_000)])),
    st.tuples(st.just("work"), st.integers(1, 60)),
)


class Storyline:
    """Does what comes, checks after each step, and remembers what the last request should come to."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.asked: dict[int, FakeRun] = {}
        self.kinds: dict[int, str] = {}
        self.answered: set[int] = set()
        self.wanted: int | None = None
        self.begun = 0

    def do(self, gesture: str, detail: object) -> None:
        stage, before = self.stage, self.stage.state
        if gesture == "play":
            number = stage.play()
            run = FakeRun(stage.time, seed=number, **KINDS[str(detail)])  # type: ignore[arg-type]
            self.asked[number], self.kinds[number] = run, str(detail)
            self.wanted = number
            assert stage.state is not State.IDLE
            assert stage.state is not State.PAUSED
        elif gesture in ("load", "fail") and self.asked:
            number = sorted(self.asked)[int(str(detail)) % len(self.asked)]
            if number not in self.answered:
                self.answered.add(number)
                stage.load(number, self.asked[number] if gesture == "load" else "it is gone")
                if gesture == "fail" and number == self.wanted:
                    self.wanted = None
        elif gesture == "prepare":
            stage.worker.execute(lambda _: None)  # another model is ready: nothing for the worker to do
            assert stage.state is before
        elif gesture == "stop":
            stage.stop()
            self.wanted = None
            assert stage.state is State.IDLE
        elif gesture == "pause":
            stage.pause()
            assert stage.state is (State.IDLE if before is State.IDLE else State.PAUSED) or stage.of(Failed)
        elif gesture == "resume":
            stage.resume()
            assert stage.state is not State.PAUSED
        elif gesture == "play_audio":
            stage.play_audio(int(str(detail)))
            self.wanted = None
            assert stage.state is State.PLAYBACK
        elif gesture == "seek":
            stage.worker.execute(lambda worker: worker.seek(int(str(detail))))
            assert stage.state is before
        elif gesture == "loop":
            stage.worker.execute(lambda worker: worker.loop(detail))  # type: ignore[arg-type]
            assert stage.state is before
        elif gesture == "work":
            for _ in range(int(str(detail))):
                self.work()

    def work(self) -> None:
        """One step; where nothing is to sound, nothing does."""
        before, written = self.stage.state, self.stage.written
        self.stage.step()
        if before in SILENT and self.stage.state in SILENT:
            assert self.stage.written == written
        if before in (State.IDLE, State.PAUSED):
            assert self.stage.state is before

    def failures(self) -> int:
        """How many streams gave NaN."""
        failed = [event.message for event in self.stage.of(Failed) if isinstance(event, Failed)]
        return sum("NaN" in message for message in failed)

    def starts(self) -> list[int]:
        return [event.seed for event in self.stage.of(Started) if isinstance(event, Started)]


@settings(max_examples=150, deadline=None)
@given(st.lists(GESTURE, max_size=25))
def test_in_any_order_of_gestures_nothing_breaks_and_the_last_request_wins(
    gestures: list[tuple[str, object]],
) -> None:
    story = Storyline()
    stage = story.stage
    for gesture, detail in gestures:
        story.do(gesture, detail)
    stage.resume()
    if story.wanted is not None and story.wanted not in story.answered:
        stage.load(story.wanted, story.asked[story.wanted])
    for _ in range(400):
        story.work()
    if story.wanted is None:
        assert stage.state is not State.PREPARING
    elif "NaN" in story.kinds[story.wanted]:
        assert story.failures() >= 1
        assert stage.state is State.IDLE or story.starts()[-1] != story.wanted  # what played before goes on
    elif "ends" in story.kinds[story.wanted]:
        assert stage.state is State.IDLE
        assert story.starts()[-1] == story.wanted
    else:
        assert stage.state in (State.PLAYING, State.BUFFERING)
        assert stage.state is State.BUFFERING or story.starts()[-1] == story.wanted
    assert story.failures() <= sum("NaN" in kind for kind in story.kinds.values())
    stage.stop()
    written = stage.written
    for _ in range(20):
        story.work()
    assert (stage.state, stage.written) == ("idle", written)
    stage.begin(FakeRun(stage.time, seed=-1))  # and it still plays
    assert story.starts()[-1] == -1
    makers = [event.take.seed for event in stage.of(Finished) if isinstance(event, Finished)]
    assert len(makers) == len(set(makers))
