"""What controllers are driven with in place of a session and of threads: calls are kept, nothing happens."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from engine.errors import StudioError
from engine.stream.dsp.envelope import EMPTY, EnvelopeSnapshot
from engine.stream.dsp.meter import MeterReading
from engine.stream.messages import Distribution, Request, Status
from engine.stream.states import State
from engine.wavenet.config import GenerationParams


class FakeSession:
    """A session that is at once in the state that was asked for."""

    def __init__(self) -> None:
        self.now = Status()
        self.requests: list[Request] = []
        self.prepared: list[Request] = []
        self.audio: list[tuple[int, int]] = []
        """(samples, rate) of everything that was played back."""
        self.params: list[GenerationParams] = []
        self.snapshots = 0
        self.rewound: list[tuple[float, int]] = []
        self.shown = EMPTY
        self.said: Distribution | None = None
        self.volume = 0.8

    def to(self, state: State, **fields: Any) -> None:
        self.now = replace(self.now, state=state, **fields)

    def status(self) -> Status:
        return self.now

    def envelope(self) -> EnvelopeSnapshot:
        return self.shown

    def distribution(self) -> Distribution | None:
        return self.said

    def meter(self) -> MeterReading:
        return MeterReading()

    def play(self, request: Request) -> None:
        self.requests.append(request)
        self.to(State.PLAYING)

    def prepare(self, request: Request) -> None:
        self.prepared.append(request)

    def play_audio(
        self, samples: Any, sample_rate: int, start: int = 0, loop: tuple[int, int] | None = None
    ) -> None:
        self.audio.append((len(samples), sample_rate))
        self.to(State.PLAYBACK)

    def snapshot_take(self) -> None:
        self.snapshots += 1

    def rewind(self, seconds: float, seed: int) -> None:
        self.rewound.append((seconds, seed))

    def stop(self) -> None:
        self.to(State.IDLE)

    def pause(self) -> None:
        self.to(State.PAUSED)

    def resume(self) -> None:
        self.to(State.PLAYING)

    def set_params(self, params: GenerationParams) -> None:
        self.params.append(params)


class HeldBackground:
    """Work waits until the test lets it be done, in whatever order."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], Any], Callable[[Any], None], Callable[[str], None]]] = []

    def run(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[str], None]
    ) -> None:
        self.waiting.append((work, done, failed))

    def finish(self, number: int = 0) -> None:
        """Do the work on a thread of its own, as the real one does, and tell here what came of it."""
        work, done, failed = self.waiting.pop(number)
        with ThreadPoolExecutor(1) as aside:
            ended = aside.submit(work)
        try:
            result = ended.result()
        except StudioError as error:
            failed(str(error))
        else:
            done(result)

    def finish_all(self) -> None:
        while self.waiting:
            self.finish()
