"""A worker on a clock and a card of the test's own: no thread, no window."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.stream.messages import Event
from engine.stream.output.controller import OutputController
from engine.stream.output.selector import OutputSelector
from engine.stream.playback import Playback, Region
from engine.stream.requests import Requests
from engine.stream.states import State
from engine.stream.worker import Worker
from tests.engine.stream.fakes import FakeCards, FakeRun, FakeTime

RATE = 16_000


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
