"""The worker in any order of gestures."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.stream.messages import Failed, Finished, Started
from engine.stream.states import State
from tests.engine.stream.fakes import FakeRun
from tests.engine.stream.worker_stage import Stage

SILENT = (State.IDLE, State.PREPARING, State.PAUSED)
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


@settings(max_examples=60, deadline=None)
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
        assert stage.state is State.IDLE or story.starts()[-1:] != [
            story.wanted
        ]  # what played before goes on
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
