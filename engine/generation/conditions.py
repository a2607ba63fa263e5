"""What conditions a stream besides its tags and speaker: local rows (section 2.5), and a feedback track.

Only what the asked samples need is computed, and never otherwise for one cut of them than for another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.wavenet.conditions import Feedback, LocalRows
from engine.wavenet.config import LocalConfig
from engine.wavenet.model_file import ModelFile

Rows = NDArray[np.float32]


class Condition(Protocol):
    """What conditions a stream locally from its first sample on."""

    def rows(self, start: int, n: int) -> LocalRows:
        """The condition of samples ``start`` … ``start + n - 1``; ``start`` ≥ 0, ``n`` ≥ 1."""
        ...


class FeedbackTrack(Protocol):
    """How a stream hears itself, from its first sample on."""

    def samples(self, start: int, n: int) -> Feedback | None:
        """Of samples ``start`` … ``start + n - 1``; None where it hears itself as it is."""
        ...

    @property
    def rests_from(self) -> int | None:
        """The sample from which on it is silent, whatever the model would draw; None for never."""
        ...

    @property
    def ends_at(self) -> int | None:
        """The sample from which on ``samples`` gives None; None for never."""
        ...


@dataclass(frozen=True)
class StreamConditions:
    """What conditions a stream from its first sample on, besides its tags and speaker."""

    local: Condition | None = None
    """A row for each sample; without it, a model with local conditioning gets zeros."""
    feedback: FeedbackTrack | None = None
    """How what is drawn goes back into the model; None for as it is, as what is primed or scored does."""


UNCONDITIONED = StreamConditions()


class LocalCondition:
    """The local condition of a whole stream: F frames, each for ``hop`` samples."""

    def __init__(
        self, model: ModelFile, frames: NDArray[np.float32], temperature: Rows | None = None
    ) -> None:
        """Check ``frames`` [F, channels] float32, and keep them.

        ``temperature`` [F] above 0: what the temperature is multiplied by in each frame, where frames are
        repeated; None for 1 everywhere.

        Raises StudioError where the model has no local conditioning, and where the frames have
        another width than its, are none, or hold NaN or infinity.
        """
        if model.config.local is None:
            raise StudioError(f"model {model.header.name} takes no frames; leave the condition out")
        self._config = model.config.local
        self._weights = model.weights
        self._temperatures = temperature
        frames = np.asarray(frames, dtype=np.float32)
        _check(model.header.name, self._config, frames)
        for layer in range(len(self._config.encoder)):
            name = f"frame_net.{layer}"
            mixed = _mixed(frames, model.weights[name + ".weight"]) + model.weights[name + ".bias"]
            frames = np.maximum(mixed, 0.0, dtype=np.float32)
        if self._config.upsampling == "stretched":
            frames = _mixed(frames, model.weights["upsample.frames.weight"])
            self._filters = [
                _filters(model.weights[f"upsample.{stage}.weight"], scale)
                for stage, scale in enumerate(self._config.scales)
            ]
        self._frames = frames
        self.samples = len(frames) * self._config.hop
        """Beyond this many, the condition stays what it was at the last."""

    def rows(self, start: int, n: int) -> LocalRows:
        """The condition of samples ``start`` … ``start + n - 1``; ``start`` ≥ 0, ``n`` ≥ 1."""
        samples = np.minimum(np.arange(start, start + n), self.samples - 1)
        match self._config.upsampling:
            case "repeat":
                return self._repeated(samples)
            case "linear":
                return self._interpolated(samples)
            case "transposed":
                return self._transposed(samples)
            case "stretched":
                return self._stretched(samples)

    def _repeated(self, samples: NDArray[np.int64]) -> LocalRows:
        frame = samples // self._config.hop
        rows = self._frames[frame[0] : frame[-1] + 1]
        temperature = None if self._temperatures is None else self._temperatures[frame]
        return LocalRows(rows, frame - frame[0], np.zeros(len(samples), np.float32), temperature)

    def _interpolated(self, samples: NDArray[np.int64]) -> LocalRows:
        last = len(self._frames) - 1
        position = np.clip((samples + 0.5) / self._config.hop - 0.5, 0.0, last)
        frame = position.astype(np.int64)
        rows = self._frames[frame[0] : min(frame[-1] + 1, last) + 1]
        return LocalRows(rows, frame - frame[0], (position - frame).astype(np.float32))

    def _transposed(self, samples: NDArray[np.int64]) -> LocalRows:
        """A transposed convolution two hops long: two frames bear on every sample."""
        hop, kernel = self._config.hop, self._weights["upsample.weight"].T  # [2 · hop, channels]
        distinct = np.arange(samples[0], samples[-1] + 1)
        place = distinct + hop // 2
        frame, phase = place // hop, place % hop
        rows = self._frame(frame) * kernel[phase] + self._frame(frame - 1) * kernel[phase + hop]
        return _one_row_each(rows, samples)

    def _frame(self, index: NDArray[np.int64]) -> Rows:
        """Frames by number, zeros where there is none."""
        outside = (index < 0) | (index >= len(self._frames))
        found = self._frames[np.where(outside, 0, index)]
        found[outside] = 0.0
        return found

    def _stretched(self, samples: NDArray[np.int64]) -> LocalRows:
        """Stage by stage, each from just the rows of the stage before that it needs."""
        scales = self._config.scales
        first, last = int(samples[0]), int(samples[-1])
        needed = [(first, last)]
        for scale in reversed(scales):
            needed.append((needed[-1][0] // scale - 1, needed[-1][1] // scale + 1))
        rows = self._frame(np.arange(needed[-1][0], needed[-1][1] + 1))
        length = len(self._frames)
        for stage, scale in enumerate(scales):
            length *= scale
            rows = _stretch(rows, self._filters[stage])
            begin = (needed[-1 - stage][0] + 1) * scale  # the number of the first of these rows
            first, last = needed[-2 - stage]
            rows = rows[first - begin : last + 1 - begin]
            outside = np.arange(first, last + 1)
            rows[(outside < 0) | (outside >= length)] = 0.0
        return _one_row_each(rows, samples)


def _check(name: str, config: LocalConfig, frames: Rows) -> None:
    if frames.ndim != 2 or frames.shape[1] != config.channels:
        raise StudioError(
            f"frames of shape {list(frames.shape)}: model {name} takes [frames, {config.channels}]"
        )
    if not len(frames):
        raise StudioError(f"no frames: model {name} needs at least one")
    bad = np.argwhere(~np.isfinite(frames))
    if len(bad):
        raise StudioError(f"frame {bad[0][0]}, feature {bad[0][1]} is NaN or infinite; repair the frames")


def _mixed(frames: Rows, weight: Rows) -> Rows:
    """Frames [F, C] through a convolution over frames, weight [D, C, taps], ends repeated: [F, D]."""
    taps = weight.shape[2]
    padded = np.pad(frames, ((taps // 2, taps // 2), (0, 0)), mode="edge")
    rows = np.zeros((len(frames), len(weight)), dtype=np.float32)
    for tap in range(taps):
        rows += padded[tap : tap + len(frames)] @ weight[:, :, tap].T
    return rows


def _filters(weight: Rows, scale: int) -> Rows:
    """[scale, 3, bands]: a smoothing filter [bands, 2 · scale + 1] over rows repeated ``scale`` times.

    It reaches no further than the rows next door, so at each of the ``scale`` places within a row it
    is a filter of three taps, over the row before, the row itself and the row after.
    """
    filters = np.zeros((scale, 3, len(weight)), dtype=np.float32)
    for place in range(scale):
        for tap in range(2 * scale + 1):
            filters[place, (place + tap) // scale] += weight[:, tap]
    return filters


def _stretch(rows: Rows, filters: Rows) -> Rows:
    """All but the outermost of ``rows`` [n + 2, C] by ``filters`` [scale, 3, bands]: [n · scale, C]."""
    scale, _, bands = filters.shape
    n, channels = len(rows) - 2, rows.shape[1]
    padded = np.pad(rows, ((0, 0), (bands // 2, bands // 2)))
    out = np.zeros((n, scale, channels), dtype=np.float32)
    for neighbour in range(3):
        for band in range(bands):
            source = padded[neighbour : neighbour + n, None, band : band + channels]
            out += source * filters[None, :, neighbour, band, None]
    return out.reshape(n * scale, channels)


def _one_row_each(rows: Rows, samples: NDArray[np.int64]) -> LocalRows:
    return LocalRows(rows, samples - samples[0], np.zeros(len(samples), np.float32))
