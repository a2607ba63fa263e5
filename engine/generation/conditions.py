"""What conditions a stream besides its tags and speaker: local rows (section 2.5), and a feedback track.

Only what the asked samples need is computed, and never otherwise for one cut of them than for another.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.generation.growing_rows import GrowingRows
from engine.generation.upsampling import Rows, convolve, convolve_rows, neighbour_filters, stretch
from engine.wavenet.conditions import FeedbackTrack, LocalRows
from engine.wavenet.config import FRAME_TAPS, LocalConfig
from engine.wavenet.model_file import ModelFile

ENCODED = 64
"""Frames that go through the frame net at a time, when the first sample asks for one of them."""


class Condition(Protocol):
    """What conditions a stream locally from its first sample on."""

    def rows(self, start: int, n: int) -> LocalRows:
        """The condition of samples ``start`` … ``start + n - 1``; ``start`` ≥ 0, ``n`` ≥ 1."""
        ...


@dataclass(frozen=True)
class StreamConditions:
    """What conditions a stream from its first sample on, besides its tags and speaker."""

    local: Condition | None = None
    """A row for each sample; without it, a model with local conditioning gets zeros."""
    feedback: FeedbackTrack | None = None
    """How what is drawn goes back into the model; None for as it is, as what is primed or scored does."""
    ends_at: int | None = None
    """The sample before which the stream ends; None where it goes on for as long as it is wanted."""


UNCONDITIONED = StreamConditions()


class _Material(NamedTuple):
    """All frames that there are at one time."""

    frames: Rows
    """[F, channels], as they were given."""
    rows: Rows
    """[F, encoded]: what is made finer, sample by sample; as far as they were asked for."""
    temperatures: Rows | None
    """[F]; None for 1 everywhere."""


class LocalCondition:
    """The local condition of a whole stream: F frames, each for ``hop`` samples. More may follow."""

    def __init__(self, model: ModelFile, frames: Rows, temperature: Rows | None = None) -> None:
        """Check ``frames`` [F, channels] float32, and keep them.

        ``temperature`` [F] above 0: what the temperature is multiplied by in each frame, where frames are
        repeated; None for 1 everywhere.

        Raises StudioError where the model has no local conditioning, and where the frames have
        another width than its, are none, or hold NaN or infinity.
        """
        if model.config.local is None:
            raise StudioError(f"model {model.header.name} takes no frames; leave the condition out")
        self._name = model.header.name
        self._config = model.config.local
        self._weights = model.weights
        self._filters = [
            neighbour_filters(model.weights[f"upsample.{stage}.weight"], scale)
            for stage, scale in enumerate(self._config.scales)
        ]
        frames, temperature = _checked(self._name, self._config, frames, temperature)
        self._room = GrowingRows(), GrowingRows(), GrowingRows()
        self._lock = threading.Lock()
        if self._config.upsampling == "stretched":
            rows = convolve(frames, model.weights["upsample.frames.weight"])
        elif self._config.encoder:
            rows = np.empty((len(frames), self._config.encoder[-1]), np.float32)
        else:
            rows = frames
        self._material = _Material(frames, rows, temperature)
        self._encoded = 0 if self._config.encoder else len(rows)
        """So many rows are there."""

    @property
    def samples(self) -> int:
        """Beyond this many, the condition stays what it was at the last."""
        return len(self._material.rows) * self._config.hop

    @property
    def settled(self) -> int:
        """Samples whose condition stays what it is, whatever is appended: those after them look ahead."""
        hop = self._config.hop
        match self._config.upsampling:
            case "repeat":
                ahead = self._reach * hop
            case "linear" | "transposed":
                ahead = hop // 2
            case "stretched":
                ahead = 0
        return max(0, self.samples - ahead)

    @property
    def frames(self) -> Rows:
        """[F, channels], to read only: all that there are by now."""
        return self._material.frames

    def first_free(self, position: int) -> int:
        """The first frame that no sample before ``position`` has looked at."""
        beside = self._config.upsampling in ("linear", "transposed")
        return -(-position // self._config.hop) + self._reach + beside

    def append(self, frames: Rows, temperature: Rows | None = None) -> None:
        """Let ``frames`` [F, channels] follow those that there are, with their ``temperature`` [F].

        A stream that has read no further than ``settled`` draws, bit for bit, what it would have drawn with
        all frames from the start. What looks ahead of the last frame sees it held, until there are more. One
        thread may append while others read as far as that.

        Raises StudioError, changing nothing, as the constructor does, and where the model smooths its frames
        as a whole (upsampling ``stretched``).
        """
        self.replace(len(self._material.frames), frames, temperature)

    def replace(self, first: int, frames: Rows, temperature: Rows | None = None) -> None:
        """Let ``frames`` be those from number ``first`` on, in place of all that were there.

        The same holds of a stream that has not looked at them: see ``first_free``. Raises StudioError as
        ``append`` does.
        """
        if self._config.upsampling == "stretched":
            raise StudioError(f"model {self._name} smooths its frames as a whole; give them all at once")
        frames, temperature = _checked(self._name, self._config, frames, temperature)
        with self._lock:
            before, room = self._material, self._room
            together = room[0].put(before.frames, first, frames)
            temperatures = None
            if before.temperatures is not None or temperature is not None:
                known = _ones(before.frames) if before.temperatures is None else before.temperatures
                given = _ones(frames) if temperature is None else temperature
                temperatures = room[2].put(known, first, given)
            rows = together
            if self._config.encoder:
                self._encoded = min(self._encoded, max(0, first - self._reach))
                rows = room[1].grown(before.rows, self._encoded, len(together))
            self._material = _Material(together, rows, temperatures)

    def rows(self, start: int, n: int) -> LocalRows:
        """The condition of samples ``start`` … ``start + n - 1``; ``start`` ≥ 0, ``n`` ≥ 1."""
        last = self.samples - 1
        samples = np.minimum(np.arange(start, start + n), last)
        material = self._encoded_until(int(samples[-1]) // self._config.hop + 2)
        match self._config.upsampling:
            case "repeat":
                return self._repeated(material, samples)
            case "linear":
                return self._interpolated(material.rows, samples)
            case "transposed":
                return self._transposed(material.rows, samples)
            case "stretched":
                return self._stretched(material.rows, samples)

    @property
    def _reach(self) -> int:
        """Frames on either side that the frame net sees of each."""
        return len(self._config.encoder) * (FRAME_TAPS // 2)

    def _encoded_until(self, end: int) -> _Material:
        """All that there is, with the rows before number ``end`` put through the frame net."""
        if self._config.encoder and self._encoded < min(end, len(self._material.frames)):
            with self._lock:
                frames, rows, _ = self._material
                while self._encoded < min(end, len(frames)):
                    first, after = self._encoded, min(self._encoded + ENCODED, len(frames))
                    rows[first:after] = self._through_net(frames[: after + self._reach], first)[
                        : after - first
                    ]
                    self._encoded = after
        return self._material

    def _through_net(self, frames: Rows, first: int) -> Rows:
        """Rows ``first`` … of ``frames`` [F, channels]: [F - first, encoded]."""
        begin = max(0, first - self._reach)
        rows = frames[begin:]
        for layer in range(len(self._config.encoder)):
            name = f"frame_net.{layer}"
            mixed = convolve_rows(rows, self._weights[name + ".weight"]) + self._weights[name + ".bias"]
            rows = np.maximum(mixed, 0.0, dtype=np.float32)
        return rows[first - begin :]

    def _repeated(self, material: _Material, samples: NDArray[np.int64]) -> LocalRows:
        frame = samples // self._config.hop
        rows = material.rows[frame[0] : frame[-1] + 1]
        temperature = None if material.temperatures is None else material.temperatures[frame]
        return LocalRows(rows, frame - frame[0], np.zeros(len(samples), np.float32), temperature)

    def _interpolated(self, frames: Rows, samples: NDArray[np.int64]) -> LocalRows:
        last = len(frames) - 1
        position = np.clip((samples + 0.5) / self._config.hop - 0.5, 0.0, last)
        frame = position.astype(np.int64)
        rows = frames[frame[0] : min(frame[-1] + 1, last) + 1]
        return LocalRows(rows, frame - frame[0], (position - frame).astype(np.float32))

    def _transposed(self, frames: Rows, samples: NDArray[np.int64]) -> LocalRows:
        """A transposed convolution two hops long: two frames bear on every sample."""
        hop, kernel = self._config.hop, self._weights["upsample.weight"].T  # [2 · hop, channels]
        distinct = np.arange(samples[0], samples[-1] + 1)
        place = distinct + hop // 2
        frame, phase = place // hop, place % hop
        rows = _at(frames, frame) * kernel[phase] + _at(frames, frame - 1) * kernel[phase + hop]
        return _one_row_each(rows, samples)

    def _stretched(self, frames: Rows, samples: NDArray[np.int64]) -> LocalRows:
        """Stage by stage, each from just the rows of the stage before that it needs."""
        scales = self._config.scales
        first, last = int(samples[0]), int(samples[-1])
        needed = [(first, last)]
        for scale in reversed(scales):
            needed.append((needed[-1][0] // scale - 1, needed[-1][1] // scale + 1))
        rows = _at(frames, np.arange(needed[-1][0], needed[-1][1] + 1))
        length = len(frames)
        for stage, scale in enumerate(scales):
            length *= scale
            rows = stretch(rows, self._filters[stage])
            begin = (needed[-1 - stage][0] + 1) * scale  # the number of the first of these rows
            first, last = needed[-2 - stage]
            rows = rows[first - begin : last + 1 - begin]
            outside = np.arange(first, last + 1)
            rows[(outside < 0) | (outside >= length)] = 0.0
        return _one_row_each(rows, samples)


def _checked(
    name: str, config: LocalConfig, frames: Rows, temperature: Rows | None
) -> tuple[Rows, Rows | None]:
    """Both as float32. Raises StudioError where they are not what a model of this shape takes."""
    frames = np.asarray(frames, dtype=np.float32)
    if frames.ndim != 2 or frames.shape[1] != config.channels:
        raise StudioError(
            f"frames of shape {list(frames.shape)}: model {name} takes [frames, {config.channels}]"
        )
    if not len(frames):
        raise StudioError(f"no frames: model {name} needs at least one")
    bad = np.argwhere(~np.isfinite(frames))
    if len(bad):
        raise StudioError(f"frame {bad[0][0]}, feature {bad[0][1]} is NaN or infinite; repair the frames")
    if temperature is None:
        return frames, None
    temperature = np.asarray(temperature, dtype=np.float32)
    if temperature.shape != (len(frames),) or not (np.isfinite(temperature) & (temperature > 0.0)).all():
        raise StudioError(f"temperatures of {len(frames)} frames: give one above 0 for each")
    return frames, temperature


def _ones(frames: Rows) -> Rows:
    """[F]: the temperatures of frames that bring none."""
    return np.ones(len(frames), np.float32)


def _at(frames: Rows, index: NDArray[np.int64]) -> Rows:
    """Frames by number, zeros where there is none."""
    outside = (index < 0) | (index >= len(frames))
    found = frames[np.where(outside, 0, index)]
    found[outside] = 0.0
    return found


def _one_row_each(rows: Rows, samples: NDArray[np.int64]) -> LocalRows:
    return LocalRows(rows, samples - samples[0], np.zeros(len(samples), np.float32))
