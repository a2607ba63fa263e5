"""One stream of a model as the worker plays it: it generates, and keeps what makes a take."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.generation.generator import Generator
from engine.kernels.base import Kernel, Native
from engine.library.control_events import ControlEvent
from engine.library.origins import Origin
from engine.library.take_writer import TakeWriter
from engine.library.takes import Take
from engine.stream.beginning import begin, begin_decoding, begun_take, conditions_for, events_before
from engine.stream.control_log import ControlLog
from engine.stream.controls import Change, Controls
from engine.stream.messages import Distribution, Event, Finished, Request
from engine.stream.sources import BLOCK, block_size
from engine.stream.speed import Speed
from engine.stream.state_history import StatesByTake
from engine.stream.tape import Tape
from engine.wavenet.codes import Codes, code_type, decode
from engine.wavenet.config import GenerationParams
from engine.wavenet.model_file import ModelFile

STEP_S = 0.010
"""Seconds of work in one go at most, so that a slow model still answers."""


class Loading:
    """Stands for a stream whose model is not ready yet."""


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
        self.request = request
        self._begun = begun_take(request, model, kernel)
        self.id = self._begun.id
        """Of the take that it will be."""
        self.controls = controls
        """What the user wants of it."""
        origin = request.origin
        self.first = origin.sample if origin else 0
        """Index of the first sample that it makes itself."""
        self.engine = kernel.name
        self.sample_rate = kernel.config.sample_rate
        self.distribution: Distribution | None = None
        self.refused = ""
        """Why the latest parameters are not in force, if they are not."""
        self._block = block_size(self.sample_rate)
        self._kernel = kernel
        self._start = origin.start if origin else request.params
        conditions = conditions_for(request, model)
        self._ends_at = conditions.ends_at
        self._generator = Generator(kernel, self._start, request.seed, conditions, rewindable=True)
        self._states = begin(self._generator, kernel, request, states)
        self.best_factor = self._states.best_factor
        """Seconds of audio per second of work in the quickest block, of what it branches off too."""
        self.judged = self.best_factor > 0.0
        """Whether that was known before its first block."""
        if states is not None:
            states.add(self.id, self._states)
        # What plays without the interpreter is not slow because others keep that busy.
        alone = self._generator.native(1) is not None
        self._timer = time.thread_time if alone else time.perf_counter
        config = kernel.config
        self.decoder = begin_decoding(config, request)
        self._seen: GenerationParams | None = self._generator.params
        self._moved_at: float | None = None
        self._log = ControlLog(self._generator.params, events_before(request))
        self._writer = writer
        self._tape = Tape(code_type(config), config.sample_rate)
        if origin:
            self._tape.append(origin.codes)
        self._ahead: deque[NDArray[np.float32]] = deque()
        self._ready = 0
        self._speed = Speed()

    @property
    def generated(self) -> int:
        """See ``Source.generated``."""
        return int(self.decoder.arrays.at[0])  # compiled code counts there

    @property
    def change(self) -> Change:
        """What took hold last."""
        return self._log.latest

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
        return math.inf if self._ends_at is None else self._ends_at - self.generated + self.ready

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
        self._set(self.controls.params)
        self._log.note(self.generated, self._generator.params, self._moved_at)
        n = int(min(n, self._block, self.left - self.ready))
        if not n:
            return
        if self.best_factor:
            n = max(1, min(n, int(STEP_S * self.best_factor * self.sample_rate)))
        started = self._timer()
        block = self._generator.step(n)
        self.measure(n / self.sample_rate, self._timer() - started)
        self._ahead.append(self.decoder.process(block.codes))
        self.distribution = self.distribution_of(
            block.outputs, float(decode(block.codes[-1:])[0]), self.decoder.before
        )
        self._tape.append(block.codes)
        self._tape.commit(self._log.events)
        self._ready += n
        self._keep_state()

    def native(self, n: int, back: int = 0) -> Native | None:
        """Up to ``n`` of the next samples for compiled code to make, with the parameters that are wanted now.

        The last ``back`` that were read come before them once more, for it to say from which on they are to
        be others. None where it can make none, or the stream has ended. What came of it is to be handed to
        ``accept``.
        """
        n = int(min(n, self.left))
        if not n and not back:
            return None
        self._record()
        again = self._drop(back)
        self._set(self.controls.params)
        native = self._generator.native(back + n)
        if native is not None:
            native.codes[:back] = again
        elif back:  # where a stream rests, it is silent whatever the parameters are
            self._tape.append(self._generator.step(back).codes)
        return native

    def accept(self, native: Native, made: int, start: int) -> None:
        """Take over the first ``made`` samples of ``native``, new from ``start`` on; they were read."""
        native.finish(made)
        if made:
            self._tape.append(native.codes[:made].copy())
        self._log.note(self.generated - made + start, self._generator.params, self._moved_at)
        self._tape.commit(self._log.events)
        self._keep_state()

    def distribution_of(self, outputs: NDArray[np.float32], drawn: float, before: float) -> Distribution:
        """What the model says of a sample, with the parameters that are in force."""
        return Distribution(self._kernel.config, outputs, self._generator.params, drawn, before)

    @property
    def max_take_back(self) -> int:
        """Samples that can be taken back at most, if they were read."""
        return min(self._generator.max_rewind, self._generator.steady)

    @property
    def can_take_back(self) -> bool:
        """Whether any samples ever can."""
        return self._generator.max_rewind > 0

    @property
    def moved(self) -> bool:
        """Whether other parameters are wanted than those that were looked at last."""
        return self.controls.params is not self._seen

    def take_back(self, n: int) -> None:
        """Let the last ``n`` samples that were read not have been made yet.

        What the user wants then takes hold from the next one on. Raises ValueError where they are too many.
        """
        if n:
            self._drop(n)
            self.decoder.take_back(n)
            self._log.forget(self.generated)
            self._seen = None

    def _drop(self, n: int) -> Codes:
        """Take the last ``n`` samples out of the stream and the take; returns their codes."""
        self._generator.rewind(n)
        self._states.forget(self._generator.position)
        return self._tape.drop(n)

    def take(self, played: int | None = None) -> Take | None:
        """All that was generated, or the first ``played`` samples of it; None where that is nothing."""
        length = self.generated if played is None else played
        if len(self._tape) == self.first or not length:
            return None
        events = tuple(event for event in self._log.events if event.sample < length or played is None)
        return self._take(self._tape.codes()[:length], events)

    def hand_over(self, emit: Callable[[Event], None]) -> None:
        """The stream has ended: its take goes to the writer, or out as an event. The last call of all."""
        if self._tape.recording is not None:
            self._tape.finish(self._log.events)
        elif (take := self.take()) is not None:
            emit(Finished(take))

    def _record(self) -> None:
        """Have the take written as it is made, from its first sample on, if it is not yet."""
        writer, self._writer = self._writer, None
        if writer is not None:
            self._tape.record(writer.record(self._begun))

    def _take(self, codes: Codes, events: tuple[ControlEvent, ...]) -> Take:
        return replace(self._begun, codes=codes, events=events)

    def before(self, sample: int) -> int:
        """The sample nearest before ``sample`` from which a branch can begin at once, if there is one."""
        primed = self._generator.position - self.generated
        return self._states.soonest(sample + primed) - primed

    def origin(self, sample: int) -> Origin:
        """This stream up to ``sample``, which is cut to what there is, for another to branch off there."""
        sample = min(max(0, sample), self.generated)
        events = tuple(event for event in self._log.events if event.sample < sample)
        codes = self._tape.codes()[:sample]
        return Origin(self.id, codes, self._start, self._begun.seed, events, self._begun.prime)

    def _keep_state(self) -> None:
        """Keep the state now and then, for those who branch off."""
        if self._states.due(position := self._generator.position):
            self._states.keep(position, self._generator.snapshot())

    def _set(self, wanted: GenerationParams) -> None:
        """Let the user's latest parameters hold from the next sample on, if the model knows them."""
        if wanted is self._seen:
            return
        sounding = self.next > self.first  # who moves something before waits for the stream, not for this
        self._moved_at, self._seen = self.controls.moved_at if sounding else None, wanted
        try:
            self._generator.set(wanted)
            self.refused = ""
        except StudioError as error:
            self.refused = str(error)

    def measure(self, audio_s: float, work_s: float) -> None:
        """Note how long it took to make so much audio."""
        self.best_factor = self._states.best_factor = max(self.best_factor, audio_s / max(work_s, 1e-9))
        self._speed.add(audio_s, work_s)
