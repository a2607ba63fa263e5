"""Stand-ins for what a test cannot have: sound cards, and engines that misbehave."""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Callable, Collection, Sequence
from unittest.mock import Mock

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.kernels.base import Biases, Block, Kernel, Snapshot, State
from engine.library.presets import Preset
from engine.library.takes import Take
from engine.stream.control_log import ControlLog
from engine.stream.messages import Request
from engine.stream.output.null_output import NullOutput, Output
from engine.stream.output.port import Writer, make_port
from engine.stream.run import Run
from engine.stream.steering import Steering
from engine.stream.tape import Tape
from engine.wavenet.codes import Codes
from engine.wavenet.conditions import Feedback, LocalRows
from engine.wavenet.config import GenerationParams
from engine.wavenet.distributions import Sampling
from engine.wavenet.model_file import ModelFile


class FakeCard(NullOutput):
    """A sound card that keeps what it was given, and can be told to die.

    It waits for samples that are late, unless it is ``strict``: a test should not depend on how busy
    the machine is.
    """

    def __init__(
        self, name: str, rate: int, strict: bool = False, now: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(rate, "", now)
        size = 1 << 22
        indices = np.array([size, 0, 0, 2 * size - 1, size - 1, 4], np.int64)
        self._all = np.zeros(size, np.float32)
        self.writer = Writer(make_port(indices, self._all, rate, timed=True))
        self.strict = strict
        self.text = name
        self.latency = 0.01
        self.dead = False
        self.closed = False
        self._begun = False

    @property
    def running(self) -> bool:
        running = super().running
        if not running and self._begun and not self.strict:
            self.writer.port.begun[0] = self._now() - self.writer.taken / self.rate
        self._begun = running or (self._begun and not self.strict)
        return self._begun

    def start(self) -> None:
        super().start()
        self._begun = True

    def stalled(self) -> bool:
        return self.dead

    def close(self) -> None:
        self.closed = True

    @property
    def written(self) -> int:
        """Samples that were written, and not taken back."""
        return int(self.writer.port.cursor[0])

    def sound(self) -> NDArray[np.float32]:
        """Everything so far, if that is no longer than four minutes."""
        return self._all[: self.written].copy()


class FakeCards:
    """PortAudio with as many devices as a test wants; those that are plugged in open."""

    def __init__(
        self,
        *names: str,
        own_rate: int | None = None,
        strict: bool = False,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.names = list(names)
        self.now = now
        self.strict = strict
        self.own_rate = own_rate
        self.opened: list[FakeCard] = []
        self.rescans = 0

    def open_device(self, device: str | None, rate: int, latency_s: float) -> Output:
        if device is not None and device not in self.names:
            raise StudioError(f"audio output {device!r} is not there")
        if not self.names:
            raise StudioError("there is no audio output")
        card = FakeCard(device or self.names[0], self.own_rate or rate, self.strict, self.now)
        card.latency = latency_s
        self.opened.append(card)
        return card

    def rescan(self) -> None:
        self.rescans += 1


class FakeTime:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.s = 0.0

    def now(self) -> float:
        return self.s

    def sleep(self, seconds: float) -> None:
        self.s += seconds


class FakeSteering(Steering):
    """Nobody steers."""

    def __init__(self, params: GenerationParams) -> None:
        self.log, self.refused = ControlLog(params), ""


class FakeRun(Run):
    """A stream of one value, at a speed (seconds of sound for one of work), with NaN from a sample on."""

    def __init__(
        self,
        time: FakeTime,
        seed: int = 1,
        level: float = 0.1,
        sample_rate: int = 16_000,
        factor: float = 10.0,
        nan_at: int | None = None,
        ends_at: float = math.inf,
    ) -> None:
        preset = Preset(id="fake", name="Fake", category="user", model="fake")
        self.request = Request(no_model, preset, preset.params(), seed)
        self.first, self.judged = 0, False
        self.engine, self.sample_rate = "fake", sample_rate
        self.distribution, self.best_factor = None, 0.0
        self._steering = FakeSteering(self.request.params)
        self._time, self._level, self._factor, self._nan_at = time, level, factor, nan_at
        self._made = self._read = 0
        self.tape = Tape(np.uint8, sample_rate)
        self.generator = self._states = Mock()  # there is no state to keep
        self._end = ends_at

    @property
    def generated(self) -> int:
        return self._made

    @property
    def ready(self) -> int:
        return self._made - self._read

    @property
    def left(self) -> float:
        return self._end - self._read

    @property
    def real_time_factor(self) -> float:
        return self._factor if self._made else 0.0

    def native(self, n: int) -> None:
        """There is no kernel."""

    def make_ahead(self, n: int = 128) -> None:
        n = int(min(n, self._end - self._made))
        if self._nan_at is not None and self._made + n > self._nan_at:
            raise FloatingPointError(f"the model gave NaN or infinity at sample {self._nan_at}")
        self._time.sleep(n / self.sample_rate / self._factor)
        self.best_factor = self._factor
        self._made += n

    def read(self, n: int) -> NDArray[np.float32]:
        n = int(min(n, self.left))
        while self.ready < n:
            self.make_ahead(min(128, n - self.ready))
        self._read += n
        return np.full(n, self._level, np.float32)

    def take_reader(self, played: int) -> Callable[[], Take] | None:
        return (lambda: self._fake_take(played)) if played else None

    def _fake_take(self, length: int) -> Take:
        return Take(
            id=uuid.uuid4().hex,
            name="Fake",
            created="2026-01-01T00:00:00+00:00",
            preset=self.request.preset,
            seed=self.request.seed,
            engine="fake",
            kernel_version="1",
            model="fake",
            model_hash="0",
            sample_rate=self.sample_rate,
            codes=np.zeros(length, np.uint8),
        )


def no_model() -> ModelFile:
    raise AssertionError("nobody loads the model of a fake stream")


class Hindered:
    """A kernel with something wrong with it: slow, or giving NaN from some sample on."""

    def __init__(self, kernel: Kernel, seconds_a_sample: float = 0.0, nan_at: int | None = None) -> None:
        self._kernel = kernel
        self.seconds_a_sample = seconds_a_sample
        self._nan_at = nan_at
        self.name, self.version, self.config = kernel.name, kernel.version, kernel.config
        self.max_streams, self.max_rewind = kernel.max_streams, kernel.max_rewind
        self.snapshot_bytes = kernel.snapshot_bytes

    def project(
        self, features: NDArray[np.float32], muted: Collection[int] = (), unskipped: Collection[int] = ()
    ) -> Biases:
        return self._kernel.project(features, muted, unskipped)

    def new_state(self, seeds: Sequence[int], *, rewindable: bool = False) -> State:
        return self._kernel.new_state(seeds, rewindable=rewindable)

    def snapshot(self, state: State) -> Snapshot:
        return self._kernel.snapshot(state)

    def restore(self, snapshot: Snapshot, *, rewindable: bool = False) -> State:
        return self._kernel.restore(snapshot, rewindable=rewindable)

    def rewind(self, state: State, n: int) -> None:
        self._kernel.rewind(state, n)

    def skip(self, state: State, n: int, code: int) -> None:
        self._kernel.skip(state, n, code)

    def skim(self, state: State, codes: Codes) -> None:
        self._kernel.skim(state, codes)

    def reseed(self, state: State, seeds: Sequence[int]) -> None:
        self._kernel.reseed(state, seeds)

    def generate(
        self,
        state: State,
        biases: Biases,
        sampling: Sampling,
        n: int,
        local: LocalRows | None = None,
        guide: Feedback | None = None,
    ) -> list[Block]:
        if self._nan_at is not None and state.position + n > self._nan_at:
            raise FloatingPointError(f"the model gave NaN or infinity at sample {self._nan_at}")
        time.sleep(n * self.seconds_a_sample)
        return self._kernel.generate(state, biases, sampling, n, local, guide)

    def native(self, *what: object) -> None:
        """Compiled code does not come by here."""

    def advance(
        self,
        state: State,
        biases: Biases,
        codes: Codes,
        outputs: bool = True,
        local: LocalRows | None = None,
    ) -> NDArray[np.float32]:
        return self._kernel.advance(state, biases, codes, outputs, local)
