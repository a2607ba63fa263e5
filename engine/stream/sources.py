"""Where samples come from: a generator that keeps what makes a take, or a finished take played back."""

from __future__ import annotations

import math
import time
import uuid
from collections import deque
from datetime import UTC, datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.library.recordings import said_conditions
from engine.library.scores import conditions_of
from engine.library.takes import ControlEvent, Take, changes
from engine.stream.messages import Distribution, Request
from engine.wavenet.codes import Codes, decode
from engine.wavenet.config import GenerationParams
from engine.wavenet.emphasis import Deemphasis
from engine.wavenet.model_file import ModelFile

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

    @property
    def left(self) -> float:
        """Samples that ``read`` can still give; infinite where there is no end."""
        ...

    def read(self, n: int) -> NDArray[np.float32]:
        """The next ``n`` samples in ±1, fewer only at the end. May raise FloatingPointError."""
        ...


class Controls:
    """The parameters that the user wants now: one thread replaces them, the worker looks between blocks."""

    def __init__(self, params: GenerationParams) -> None:
        self.params = params


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

    @property
    def left(self) -> float:
        """See ``Source.left``."""
        return self.ready

    def read(self, n: int) -> NDArray[np.float32]:
        """See ``Source.read``."""
        chunk = self._samples[self._next : self._next + n]
        self._next += len(chunk)
        return chunk


class Run:
    """One stream of a model from its first sample on."""

    def __init__(self, request: Request, model: ModelFile, kernel: Kernel, controls: Controls) -> None:
        """Nothing is generated yet.

        Raises StudioError on a tag or speaker the model does not know, and on a score or a recording that it
        cannot play.
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
        self._header = model.header
        self._kernel = kernel
        self._controls = controls
        conditions = conditions_of(kernel.config, request.score)
        if request.recording is not None:
            conditions = said_conditions(model, request.recording, request.params.speaker)
        self._ends_at = conditions.ends_at
        self._generator = Generator(kernel, request.params, request.seed, conditions)
        self._deemphasis = Deemphasis(kernel.config.pre_emphasis)
        self._seen = request.params
        self._events: list[ControlEvent] = []
        self._codes: list[Codes] = []
        self._ahead: deque[NDArray[np.float32]] = deque()
        self._ready = 0
        self._work_s = 0.0
        self._worked = 0.0

    @property
    def generated(self) -> int:
        """See ``Source.generated``."""
        return self._generator.position

    @property
    def ready(self) -> int:
        """See ``Source.ready``: what ``make_ahead`` made."""
        return self._ready

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
        return self._worked / self._work_s if self._work_s else 0.0

    def read(self, n: int) -> NDArray[np.float32]:
        """See ``Source.read``."""
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
        self._apply_params(self._controls.params)
        n = int(min(n, self._block, self.left - self.ready))
        if not n:
            return
        if self.best_factor:
            n = max(1, min(n, int(STEP_S * self.best_factor * self.sample_rate)))
        started = time.perf_counter()
        block = self._generator.step(n)
        self._measure(n / self.sample_rate, time.perf_counter() - started)
        drawn = decode(block.codes)
        samples = self._deemphasis(drawn)
        self.distribution = Distribution(
            self._kernel.config, block.outputs, self._generator.params, float(drawn[-1])
        )
        self._codes.append(block.codes)
        self._ahead.append(samples)
        self._ready += n

    def take(self) -> Take | None:
        """All that was generated; None where that is nothing."""
        if not self._codes:
            return None
        preset = self.request.preset.with_params(self.request.params).without_material()
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
            recording=self.request.recording,
            pre_emphasis=self._kernel.config.pre_emphasis,
        )

    def _apply_params(self, wanted: GenerationParams) -> None:
        """Let the user's latest parameters hold from the next sample on, and log what changed."""
        if wanted is self._seen:
            return
        self._seen = wanted
        before = self._generator.params
        try:
            self._generator.set(wanted)
        except StudioError as error:
            self.refused = str(error)
            return
        self.refused = ""
        self._events.extend(changes(self.generated, before, wanted))

    def _measure(self, audio_s: float, work_s: float) -> None:
        self.best_factor = max(self.best_factor, audio_s / max(work_s, 1e-9))
        keep = max(0.0, 1.0 - audio_s / _SPEED_S)
        self._worked = self._worked * keep + audio_s
        self._work_s = self._work_s * keep + work_s
