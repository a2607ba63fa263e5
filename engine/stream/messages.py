"""What the session and its user tell each other: requests, events, status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.library.origins import Origin
from engine.library.presets import Preset
from engine.library.recordings import SpokenRecording
from engine.library.scores import PlayedScore
from engine.library.takes import Take
from engine.stream.narration.narration import Narration
from engine.stream.states import State
from engine.wavenet.config import GenerationParams, ModelConfig
from engine.wavenet.distributions import Sampling, predicted
from engine.wavenet.emphasis import audible_odds, emphasis_of
from engine.wavenet.model_file import ModelFile


@dataclass(frozen=True)
class Request:
    """What to play."""

    model: ModelFile | Callable[[], ModelFile]
    """A function is called off the caller's thread; it may raise StudioError."""
    preset: Preset
    params: GenerationParams
    seed: int
    engine: str = "auto"
    score: PlayedScore | None = None
    """What to play from the first sample on; only for models that can be given a score."""
    recording: SpokenRecording | None = None
    """What to say from the first sample to its end; only for models that are told speech features."""
    narration: Narration | None = None
    """The text to say from the first sample to its end, in place of a recording."""
    prime: str = ""
    """What to continue, packed (see ``Settings.prime``): not with a score or a recording."""
    origin: Origin | None = None
    """The take that is gone on with, from its end on: with its preset, score and recording, ``params`` and
    ``seed`` being those that it goes on with."""


@dataclass(frozen=True)
class Preparing:
    """A model is loaded, or its engine compiled."""

    message: str


@dataclass(frozen=True)
class Ready:
    """A model is in memory, with the engine that plays it from now on."""

    model: str
    """As presets name it."""
    model_hash: str
    engine: str
    kernel_version: str


@dataclass(frozen=True)
class Started:
    """A new take begins to sound."""

    preset: Preset
    seed: int
    engine: str
    real_time_factor: float
    """Seconds of audio per second of work, measured on its first samples."""


@dataclass(frozen=True)
class Finished:
    """A take ended, by whatever cause; it holds everything that was made."""

    take: Take


@dataclass(frozen=True)
class Snapshot:
    """What was asked for by ``Session.snapshot_take``."""

    take: Callable[[], Take] | None
    """What reads, off the threads that must not wait, what had sounded of the stream that plays and goes on.

    None where none does, or nothing had yet. Raises StudioError where it cannot be read.
    """


@dataclass(frozen=True)
class Failed:
    """What was asked for cannot be played, or the stream had to stop."""

    message: str


@dataclass(frozen=True)
class Notice:
    """Something worth saying that stops nothing."""

    message: str


@dataclass(frozen=True)
class DeviceChanged:
    """Sound goes somewhere else now, or nowhere."""

    text: str


Event = Preparing | Ready | Started | Finished | Snapshot | Failed | Notice | DeviceChanged


@dataclass(frozen=True)
class Status:
    """How things are."""

    state: State = State.IDLE
    engine: str = ""
    """``cpu`` or ``reference``; empty until something plays."""
    real_time_factor: float = 0.0
    """Seconds of audio per second of work, over the last second or so; 0 where unknown."""
    buffered_ms: float = 0.0
    """Audio generated and not yet handed to the sound card."""
    underruns: int = 0
    """Gaps in this take so far."""
    device: str = ""
    """Where the sound goes; begins with ``no device`` where the null output takes it."""
    latency_ms: float = 0.0
    """What is made now is heard so much later: buffer, limiter, resampler, sound card."""
    hand_to_ear_ms: float = 0.0
    """From the last move of a control to the first sample that it bears on, measured; 0 before any moved."""
    generated: int = 0
    """Samples made in this take; in playback, its length."""
    played: int = 0
    """Samples of it handed to the sound card; in playback, the place in it."""
    real_time: bool = True
    """Whether the stream has real-time priority, if it has played yet."""
    sample_rate: int = 0
    """Hz of these samples; 0 until something plays."""
    request_id: int = 0
    """Number of the request whose sound it is, as the envelope's buckets bear it; 0 until something plays."""
    message: str = ""
    """What there is to say about all this, if anything."""


@dataclass(frozen=True)
class Distribution:
    """What the model said about the latest sample generated."""

    config: ModelConfig
    outputs: NDArray[np.float32]
    """[config.outputs], before temperature, top-k and top-p."""
    params: GenerationParams
    drawn: float
    """The amplitude that was drawn, in ±1: of the filtered sound, where the model has a pre-emphasis."""
    before: float = 0.0
    """How the sample before it sounds."""

    @property
    def amplitude(self) -> float:
        """How the drawn sample sounds, in ±1."""
        emphasis = emphasis_of(self.config)
        return min(1.0, max(-1.0, self.drawn / emphasis.gain + emphasis.coefficient * self.before))

    def audible(self, odds: NDArray[np.float64]) -> NDArray[np.float64]:
        """``predicted`` or ``shaped`` as the chances [256] of what is heard."""
        return audible_odds(emphasis_of(self.config), odds, self.before)

    def predicted(self) -> NDArray[np.float64]:
        """Probabilities [256] of the mu-law codes as the model gave them."""
        return predicted(self.config, self.outputs, Sampling())

    def shaped(self) -> NDArray[np.float64]:
        """Probabilities [256] of the mu-law codes as they were drawn from."""
        p = self.params
        return predicted(self.config, self.outputs, Sampling(p.temperature, p.top_k, p.top_p))
