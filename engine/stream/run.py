"""One stream of a model as the worker plays it: it generates, and keeps what makes a take."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.generation.generator import Generator
from engine.kernels.base import Kernel, Native
from engine.library.origins import Origin
from engine.library.take_writer import TakeWriter
from engine.library.takes import Take
from engine.stream.beginning import begin, begin_decoding, begun_take, events_before
from engine.stream.controls import Change, Controls
from engine.stream.live_keys import LiveKeys
from engine.stream.material import Material
from engine.stream.messages import Distribution, Event, Finished, Request
from engine.stream.sources import BLOCK, block_size
from engine.stream.speed import Speed
from engine.stream.state_history import StatesByTake
from engine.stream.steering import Steering
from engine.stream.tape import Tape
from engine.wavenet.codes import Codes, code_type, decode
from engine.wavenet.model_file import ModelFile

STEP_S = 0.010
"""Seconds of work in one go at most, so that a slow model still answers."""


class Run:
    """One stream of a model from its first sample on, or from where it branches off another."""

    def __init__(
        self,
        request: Request,
        model: ModelFile,
        kernel: Kernel,
        controls: Controls,
        states: StatesByTake | None = None,
        writer: TakeWriter | None = None,
    ) -> None:
        """Nothing is generated yet. ``writer`` has the take from the moment that it is to be heard.

        ``states``: of earlier takes, among which it puts its own. Raises StudioError on a tag or speaker the
        model does not know, and on a score or a recording that it cannot play.
        """
        self.request = replace(request, model=model)  # who branches off need not read it again
        self._begun = begun_take(request, model, kernel)
        self.id = self._begun.id
        """Of the take that it will be."""
        origin = request.origin
        self.first = origin.sample if origin else 0
        """Index of the first sample that it makes itself."""
        self.engine = kernel.name
        self.sample_rate = kernel.config.sample_rate
        self.distribution: Distribution | None = None
        self._block = block_size(self.sample_rate)
        self._kernel, self.model = kernel, model
        self._start = origin.start if origin else request.params.unmuted()
        self.tape = Tape(code_type(kernel.config), self.sample_rate)
        self.material = Material(request, model, self.tape.sayings.append)
        given = self.material.conditions
        self.generator = Generator(kernel, self._start, request.seed, given, rewindable=True)
        self._states = begin(self.generator, kernel, request, states)
        self.best_factor = self._states.best_factor
        """Seconds of audio per second of work in the quickest block, of what it branches off too."""
        self.judged = self.best_factor > 0.0
        """Whether that was known before its first block."""
        if states is not None:
            states.add(self.id, self._states)
        # What plays without the interpreter is not slow because others keep that busy.
        self._timer = time.perf_counter if self.generator.native(1) is None else time.thread_time
        self.decoder = begin_decoding(kernel.config, request)
        self._steering = Steering(controls, self.generator, given, events_before(request))
        self._writer = writer
        if origin:
            self.tape.append(origin.codes)
        self._ahead: deque[NDArray[np.float32]] = deque()
        self._ready, self._speed = 0, Speed()

    @property
    def generated(self) -> int:
        """See ``Source.generated``."""
        return int(self.decoder.arrays.at[0])  # compiled code counts there

    @property
    def change(self) -> Change:
        """What took hold last."""
        return self._steering.log.latest

    @property
    def controls(self) -> Controls:
        """What the user wants of it."""
        return self._steering.controls

    @property
    def keys(self) -> LiveKeys:
        """What is played into it."""
        return self._steering.keys

    @property
    def refused(self) -> str:
        """Why the latest parameters are not in force, if they are not."""
        return self._steering.refused

    @property
    def ready(self) -> int:
        """Samples that ``read`` gives without work: what ``make_ahead`` made."""
        return self._ready

    @property
    def next(self) -> int:
        """See ``Source.next``."""
        return self.generated - self.ready

    def place(self, count: int) -> int:
        """See ``Source.place``: a stream counts its samples from 0."""
        return max(self.first, count)

    @property
    def left(self) -> float:
        """See ``Source.left``: a stream ends where the recording does that it says."""
        ends_at = self.material.ends_at
        return math.inf if ends_at is None else ends_at - self.generated + self.ready

    @property
    def complete(self) -> bool:
        """Whether all of it is made."""
        return self.left <= self.ready

    @property
    def real_time_factor(self) -> float:
        """Seconds of audio per second of work, lately; 0 before the first block."""
        return self._speed.factor

    def read(self, n: int) -> NDArray[np.float32]:
        """See ``Source.read``."""
        self._record()
        chunks = [np.empty(0, np.float32)]
        n = int(min(n, self.left))
        while n:
            if not self._ahead:
                self.make_ahead(n)
            if not self._ahead:  # it has turned out that it ends here
                break
            chunk = self._ahead.popleft()
            if len(chunk) > n:
                self._ahead.appendleft(chunk[n:])
                chunk = chunk[:n]
            self._ready -= len(chunk)
            n -= len(chunk)
            chunks.append(chunk)
        return np.concatenate(chunks)

    def make_ahead(self, n: int = BLOCK) -> None:
        """Generate up to ``n`` samples, a block at most, for later; none where the stream has ended."""
        self._steering.take_up(self.generated, sounding=self.next > self.first)
        self._steering.hold(self.generated)
        n = self.material.go_on(self.generator.position, min(n, self._block))
        n = int(min(n, self.left - self.ready))
        if not n:
            return
        if self.best_factor:
            n = max(1, min(n, int(STEP_S * self.best_factor * self.sample_rate)))
        started = self._timer()
        block = self.generator.step(n)
        self.measure(n / self.sample_rate, self._timer() - started)
        self._ahead.append(self.decoder.process(block.codes))
        self.distribution = self.distribution_of(
            block.outputs, float(decode(block.codes[-1:])[0]), self.decoder.before
        )
        self.tape.append(block.codes)
        self.tape.commit(self._steering.log)
        self._ready += n
        self._keep_state()

    def native(self, n: int, back: int = 0) -> Native | None:
        """Up to ``n`` of the next samples for compiled code to make, with the parameters that are wanted now.

        The last ``back`` that were read come before them once more, for it to say from which on they are to
        be others: from the first on, where keys wait. None where it can make none, or the stream has ended.
        What came of it is to be handed to ``accept``.
        """
        n = int(min(self.material.go_on(self.generator.position, n), self.left))
        if not n and not back:
            return None
        self._record()
        again = self._drop(back)
        self._steering.take_up(self.generated - back, sounding=self.next > self.first)
        native = self.generator.native(back + n)
        if native is not None:
            native.codes[:back] = again
            return native
        if back:  # where a stream rests, it is silent whatever the parameters are
            self.tape.append(self.generator.step(back).codes)
        self.keys.keep(self._steering.log)
        return None

    def accept(self, native: Native, made: int, start: int, *, late: bool = False) -> None:
        """Take over the first ``made`` samples of ``native``, new from ``start`` on; they were read.

        ``late``: they are none, as it was too late for keys that were to be heard from the first on.
        """
        native.finish(made)
        if made:
            self.tape.append(native.codes[:made].copy())
        self._steering.hold(self.generated - made + start, late=late)
        self.tape.commit(self._steering.log)
        self._keep_state()

    def distribution_of(self, outputs: NDArray[np.float32], drawn: float, before: float) -> Distribution:
        """What the model says of a sample, with the parameters that are in force."""
        return Distribution(self._kernel.config, outputs, self.generator.params, drawn, before)

    @property
    def max_take_back(self) -> int:
        """Samples that can be taken back at most, if they were read."""
        return min(self.generator.max_rewind, self.generator.steady)

    @property
    def can_take_back(self) -> bool:
        """Whether any samples ever can."""
        return self.generator.max_rewind > 0

    @property
    def moved(self) -> bool:
        """Whether other parameters are wanted than those that were looked at last."""
        return self._steering.moved

    def take_back(self, n: int) -> None:
        """Let the last ``n`` samples that were read not have been made yet.

        What the user wants then takes hold from the next one on. Raises ValueError where they are too many.
        """
        if n:
            self._drop(n)
            self.decoder.take_back(n)
            self._steering.take_back(self.generated)

    def _drop(self, n: int) -> Codes:
        """Take the last ``n`` samples out of the stream and the take; returns their codes."""
        self.generator.rewind(n)
        self._states.forget(self.generator.position)
        return self.tape.drop(n)

    def take(self) -> Take | None:
        """All that was generated; None where that is nothing. Raises StudioError as in ``take_reader``."""
        read = self.take_reader(self.generated)
        return read() if read else None

    def take_reader(self, played: int) -> Callable[[], Take] | None:
        """What gives the first ``played`` samples, if any, whatever the stream does: see ``Snapshot``."""
        if len(self.tape) == self.first or not played:
            return None
        whole, codes = played == self.generated, self.tape.reader(played)
        begun = self.material.of(self._begun)
        events = tuple(event for event in self._steering.log.events if event.sample < played or whole)
        return lambda: replace(begun, codes=codes(), events=events)

    def hand_over(self, emit: Callable[[Event], None]) -> None:
        """The stream has ended: its take goes to the writer, or out as an event. The last call of all."""
        self._states.keep(self.generator.position, self.generator.snapshot())  # for who goes on from there
        if self.tape.recording is not None:
            self.tape.finish(self._steering.log)
        elif (take := self.take()) is not None:
            emit(Finished(take))

    def _record(self) -> None:
        """Have the take written as it is made, from its first sample on, if it is not yet."""
        writer, self._writer = self._writer, None
        if writer is not None:
            self.tape.record(writer.record(self._begun))

    def soonest(self, sample: int, after: int) -> int:
        """The sample near ``sample`` from which a branch can begin at once: see ``StateHistory.soonest``."""
        primed = self.generator.position - self.generated
        return self._states.soonest(sample + primed, after) - primed

    def origin(self, sample: int) -> Callable[[], Origin]:
        """What gives this stream up to ``sample``, cut to what there is by now: see ``take_reader``."""
        sample = min(max(0, sample), self.generated)
        events = tuple(event for event in self._steering.log.events if event.sample < sample)
        codes, begun, start = self.tape.reader(sample), self._begun, self._start
        return lambda: Origin(begun.id, codes(), start, begun.seed, events, begun.prime)

    def _keep_state(self) -> None:
        """Keep the state now and then, for those who branch off."""
        if self._states.due(position := self.generator.position):
            self._states.keep(position, self.generator.snapshot())

    def measure(self, audio_s: float, work_s: float) -> None:
        """Note how long it took to make so much audio."""
        self.best_factor = self._states.best_factor = max(self.best_factor, audio_s / max(work_s, 1e-9))
        self._speed.add(audio_s, work_s)
