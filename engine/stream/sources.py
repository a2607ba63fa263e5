"""Where samples come from: a generator that keeps what makes a take, or a finished take played back."""

from __future__ import annotations

import time
import uuid
from collections import deque
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.generation.generator import Generator
from engine.kernels.base import Kernel, Native
from engine.library.scores import conditions_of
from engine.library.takes import ControlEvent, Take, changes
from engine.stream.dsp.decoder import Decoder
from engine.stream.messages import Distribution, Request
from engine.wavenet.codes import Codes, code_type, decode
from engine.wavenet.config import GenerationParams
from engine.wavenet.emphasis import emphasis_of
from engine.wavenet.model_file import Header

BLOCK = 128
"""Samples generated in one go at most: parameters take hold between blocks."""
BLOCK_S = 0.008
"""Seconds that a block lasts at most."""
STEP_S = 0.010
"""Seconds of work in one go at most, so that a slow model still answers."""
_SPEED_S = 1.0
"""Seconds of audio over which the speed is averaged."""


def block_size(sample_rate: int) -> int:
    """Samples of a block at a rate in Hz."""
    return max(1, min(BLOCK, round(BLOCK_S * sample_rate)))


class Source(Protocol):
    """Something that sounds."""

    sample_rate: int

    @property
    def generated(self) -> int:
        """Samples there are so far."""
        ...

    @property
    def ready(self) -> int:
        """Samples that ``read`` gives without work."""
        ...

    def read(self, n: int) -> NDArray[np.float32]:
        """The next ``n`` samples in ±1, fewer only at the end. May raise FloatingPointError."""
        ...


class Controls:
    """The parameters that the user wants now: one thread replaces them, the worker looks between blocks."""

    def __init__(self, params: GenerationParams) -> None:
        self.params = params
        self.moved_at: float | None = None
        """When they were replaced last, on the monotonic clock; None for never."""

    def move(self, params: GenerationParams) -> None:
        """Replace them."""
        self.moved_at = time.monotonic()
        self.params = params


class Change(NamedTuple):
    """Parameters that took hold."""

    sample: int
    """The first that they bear on."""
    params: GenerationParams
    moved_at: float | None
    """When they were asked for, on the monotonic clock; None for the first ones."""


class Playback:
    """Samples that exist already."""

    def __init__(self, samples: NDArray[np.float32], sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self._samples = samples.astype(np.float32)
        self._next = 0

    @property
    def generated(self) -> int:
        """See ``Source.generated``."""
        return len(self._samples)

    @property
    def ready(self) -> int:
        """See ``Source.ready``."""
        return len(self._samples) - self._next

    def read(self, n: int) -> NDArray[np.float32]:
        """See ``Source.read``."""
        chunk = self._samples[self._next : self._next + n]
        self._next += len(chunk)
        return chunk


class Run:
    """One stream of a model from its first sample on."""

    def __init__(self, request: Request, header: Header, kernel: Kernel, controls: Controls) -> None:
        """Nothing is generated yet.

        Raises StudioError on a tag or speaker the model does not know, and on a score it cannot play.
        """
        self.request = request
        self.engine = kernel.name
        self.sample_rate = kernel.config.sample_rate
        self.distribution: Distribution | None = None
        self.refused = ""
        """Why the latest parameters are not in force, if they are not."""
        self.best_factor = 0.0
        """Seconds of audio per second of work in the quickest block."""
        self._block = block_size(self.sample_rate)
        self._header = header
        self._kernel = kernel
        self._controls = controls
        conditions = conditions_of(kernel.config, request.score)
        self._generator = Generator(kernel, request.params, request.seed, conditions, rewindable=True)
        config = kernel.config
        self.decoder = Decoder(code_type(config), emphasis_of(config), config.sample_rate)
        self._seen: GenerationParams | None = request.params
        self._changes = [Change(0, request.params, None)]
        self._events: list[ControlEvent] = []
        self._codes: list[Codes] = []
        self._ahead: deque[NDArray[np.float32]] = deque()
        self._ready = 0
        self._work_s = 0.0
        self._worked = 0.0

    @property
    def generated(self) -> int:
        """See ``Source.generated``."""
        return int(self.decoder.arrays.at[0])  # compiled code counts there

    @property
    def change(self) -> Change:
        """What took hold last."""
        return self._changes[-1]

    @property
    def ready(self) -> int:
        """See ``Source.ready``: what ``make_ahead`` made."""
        return self._ready

    @property
    def real_time_factor(self) -> float:
        """Seconds of audio per second of work, lately; 0 before the first block."""
        return self._worked / self._work_s if self._work_s else 0.0

    def read(self, n: int) -> NDArray[np.float32]:
        """See ``Source.read``."""
        chunks = []
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
        """Generate up to ``n`` samples, a block at most, for later."""
        self._apply_params(self._controls.params)
        n = min(n, self._block)
        if self.best_factor:
            n = max(1, min(n, int(STEP_S * self.best_factor * self.sample_rate)))
        started = time.perf_counter()
        block = self._generator.step(n)
        self.measure(n / self.sample_rate, time.perf_counter() - started)
        self._ahead.append(self.decoder.process(block.codes))
        self.distribution = self.distribution_of(
            block.outputs, float(decode(block.codes[-1:])[0]), self.decoder.before
        )
        self._codes.append(block.codes)
        self._ready += n

    def native(self, n: int) -> Native | None:
        """Up to ``n`` of the next samples for compiled code to make, with the parameters that are wanted now.

        None where it cannot. What was made is to be handed to ``accept``.
        """
        self._apply_params(self._controls.params)
        return self._generator.native(n)

    def accept(self, native: Native, made: int) -> None:
        """Take over the first ``made`` of the samples of ``native``, which were read as well."""
        native.finish(made)
        if made:
            self._codes.append(native.codes[:made])

    def distribution_of(self, outputs: NDArray[np.float32], drawn: float, before: float) -> Distribution:
        """What the model says of a sample, with the parameters that are in force."""
        return Distribution(self._kernel.config, outputs, self._generator.params, drawn, before)

    @property
    def max_take_back(self) -> int:
        """Samples that can be taken back at most, if they were read."""
        return 0 if self._ready else self._generator.max_rewind

    @property
    def moved(self) -> bool:
        """Whether other parameters are wanted than those that were looked at last."""
        return self._controls.params is not self._seen

    def take_back(self, n: int) -> None:
        """Let the last ``n`` samples that were read not have been made yet.

        What the user wants then takes hold from the next one on. Raises ValueError where they are too many.
        """
        if not n:
            return
        self._generator.rewind(n)
        self.decoder.take_back(n)
        while n:
            last = self._codes.pop()
            self._codes += [last[: len(last) - n]] if len(last) > n else []
            n -= min(n, len(last))
        self._events = [event for event in self._events if event.sample <= self.generated]
        while self.change.sample > self.generated:
            self._changes.pop()
        self._seen = None

    def take(self) -> Take | None:
        """All that was generated; None where that is nothing."""
        if not self._codes:
            return None
        preset = self.request.preset.with_params(self.request.params).without_score()
        return Take(
            id=uuid.uuid4().hex,
            name=preset.name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            preset=preset,
            seed=self.request.seed,
            engine=self._kernel.name,
            kernel_version=self._kernel.version,
            model=self._header.name,
            model_hash=self._header.hash,
            sample_rate=self.sample_rate,
            codes=np.concatenate(self._codes),
            events=tuple(self._events),
            score=self.request.score,
            emphasis=emphasis_of(self._kernel.config),
        )

    def _apply_params(self, wanted: GenerationParams) -> None:
        """Let the user's latest parameters hold from the next sample on, and log what changed."""
        if wanted is self._seen:
            return
        moved_at, self._seen = self._controls.moved_at, wanted
        try:
            self._generator.set(wanted)
            self.refused = ""
        except StudioError as error:
            self.refused = str(error)
        before, now = self.change.params, self._generator.params
        if before is not now:
            self._events.extend(changes(self.generated, before, now))
            self._changes.append(Change(self.generated, now, moved_at))

    def measure(self, audio_s: float, work_s: float) -> None:
        """Note how long it took to make so much audio."""
        self.best_factor = max(self.best_factor, audio_s / max(work_s, 1e-9))
        keep = max(0.0, 1.0 - audio_s / _SPEED_S)
        self._worked = self._worked * keep + audio_s
        self._work_s = self._work_s * keep + work_s
