"""Takes: what was generated, and all that is needed to make the very same samples again."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, Gt, Le
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from engine.errors import StudioError
from engine.generation.conditions import Condition, LocalCondition, StreamConditions
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.library.presets import Preset
from engine.library.recordings import SpokenRecording, said_by
from engine.library.scores import PlayedScore, conditions_of
from engine.wavenet.codes import Codes, code_type, decode
from engine.wavenet.config import STRICT, GenerationParams, ModelConfig, explain, parse_params
from engine.wavenet.emphasis import UNFILTERED, Deemphasis, Emphasis
from engine.wavenet.model_file import ModelFile
from engine.wavenet.philox import SEED_LIMIT

BLOCK = 512
"""Samples drawn between two calls of a progress function."""
TAG = "tags."


@checked(frozen=True, config=STRICT)
class ControlEvent:
    """A parameter that changed while a stream ran."""

    sample: Annotated[int, Ge(0)]
    """The first sample drawn with it, counted from the take's start."""
    parameter: str
    """A field of ``GenerationParams``, or ``tags.NAME`` for one tag's weight."""
    value: float | int | str | None


def changes(sample: int, old: GenerationParams, new: GenerationParams) -> tuple[ControlEvent, ...]:
    """The events that lead from ``old`` to ``new`` at ``sample``; none where nothing changed."""
    before, after = dict(old.tags), dict(new.tags)
    plain = [
        ControlEvent(sample, name, getattr(new, name))
        for name in ("temperature", "top_k", "top_p", "speaker")
        if getattr(old, name) != getattr(new, name)
    ]
    tags = [
        ControlEvent(sample, TAG + tag, after.get(tag, 0.0))
        for tag in {**before, **after}
        if before.get(tag, 0.0) != after.get(tag, 0.0)
    ]
    return (*plain, *tags)


def apply(params: GenerationParams, event: ControlEvent) -> GenerationParams:
    """``params`` after ``event``. Raises StudioError where parameter or value make no sense."""
    fields = dataclasses.asdict(params)
    if event.parameter.startswith(TAG):
        weights = {**dict(params.tags), event.parameter.removeprefix(TAG): event.value}
        fields["tags"] = tuple(weights.items())
    elif event.parameter in fields and event.parameter != "tags":
        fields[event.parameter] = event.value
    else:
        raise StudioError(f"control event at sample {event.sample}: unknown parameter {event.parameter!r}")
    return parse_params(fields)


@checked(frozen=True, config=STRICT)
class Settings:
    """All that is needed to make a take again, as it is written inside exported audio files."""

    preset: Preset
    """Its parameters are those that the take started with."""
    seed: Annotated[int, Ge(0), Le(SEED_LIMIT - 1)]
    engine: str
    kernel_version: str
    model: str
    model_hash: str
    sample_rate: Annotated[int, Gt(0)]
    samples: Annotated[int, Gt(0)]
    events: tuple[ControlEvent, ...] = ()
    prime: str = ""
    """What the stream continued, see ``pack_codes``; empty for a stream from silence."""
    condition: str = ""
    """SHA-256 of the frames that conditioned it, hexadecimal; they are not kept. Empty for none."""
    score: PlayedScore | None = None
    """What it played; its notes are kept."""
    recording: SpokenRecording | None = None
    """What it said after, with the voice that ``preset`` names; its features are kept."""
    vector: tuple[float, ...] = ()
    """The free global vector, of models that have one; see ``config.GenerationParams``."""
    format: Literal[1] = 1

    def params(self) -> GenerationParams:
        """The parameters that the take started with."""
        return dataclasses.replace(self.preset.params(), vector=self.vector)

    def said(self, model: ModelFile) -> LocalCondition | None:
        """What its recording is to its model, for ``replay``; None where it says none. Raises StudioError."""
        return None if self.recording is None else said_by(model, self.recording, self.preset.speaker)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return TypeAdapter(Settings).dump_python(self, mode="json")  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Settings:
        """From a JSON object. Raises StudioError, naming the field, where it is none of ours."""
        try:
            return TypeAdapter(cls).validate_json(json.dumps(fields))
        except ValidationError as error:
            raise StudioError(f"settings of a take: {explain(error)}") from None


@dataclass(frozen=True)
class Take:
    """A finished recording of a stream."""

    id: str
    name: str
    created: str
    """ISO 8601."""
    preset: Preset
    """Its parameters are those that the take started with."""
    seed: int
    engine: str
    kernel_version: str
    model: str
    model_hash: str
    sample_rate: int
    codes: Codes
    """[n_samples], of the model's type (see ``quantisation``)."""
    events: tuple[ControlEvent, ...] = ()
    score: PlayedScore | None = None
    """What it played."""
    recording: SpokenRecording | None = None
    """What it said after."""
    starred: bool = False
    emphasis: Emphasis = UNFILTERED
    """The model's, undone where the codes are heard."""

    def samples(self) -> NDArray[np.float32]:
        """[n_samples] float32 in ±1."""
        return Deemphasis(self.emphasis)(decode(self.codes))

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.codes) / self.sample_rate

    def settings(self) -> dict[str, Any]:
        """A JSON object with all that ``replay`` needs to make the same samples again."""
        return self.as_settings().to_json()

    def as_settings(self) -> Settings:
        """The same as a value."""
        return Settings(
            preset=self.preset,
            seed=self.seed,
            engine=self.engine,
            kernel_version=self.kernel_version,
            model=self.model,
            model_hash=self.model_hash,
            sample_rate=self.sample_rate,
            samples=len(self.codes),
            events=self.events,
            score=self.score,
            recording=self.recording,
        )


def replay(
    source: Take | Settings,
    kernel: Kernel,
    progress: Callable[[int], object] | None = None,
    local: Condition | None = None,
) -> Codes:
    """Generate what ``source`` describes: [n_samples] codes of the kernel's model.

    They are the very same samples as before where kernel and model are, and ``local`` is: the frames that
    conditioned it, if frames did, or what ``Settings.said`` makes of its recording; a score is in the
    settings. ``progress`` is told how many samples were primed or drawn since its last call. Raises
    StudioError on a tag or speaker that the model does not know, on a score that it cannot play, where
    frames are wanted and not given or given and not wanted, and where the model gives NaN or infinity.
    """
    settings = source if isinstance(source, Settings) else source.as_settings()
    conditions = _conditions(settings, kernel.config, local)
    kind = code_type(kernel.config)
    generator = Generator(kernel, settings.params(), settings.seed, conditions)
    for block in _blocks(unpack_codes(settings.prime, kind)):
        generator.prime(block)
        if progress:
            progress(len(block))
    codes: Codes = np.empty(settings.samples, dtype=kind)
    events = sorted(settings.events, key=lambda event: event.sample)
    done = 0
    try:
        while done < len(codes):
            while events and events[0].sample <= done:
                generator.set(apply(generator.params, events.pop(0)))
            until = min([done + BLOCK, len(codes), *(event.sample for event in events[:1])])
            codes[done:until] = generator.step(until - done).codes
            if progress:
                progress(until - done)
            done = until
    except FloatingPointError as error:
        raise _unstable(settings, error) from None
    return codes


def replay_together(
    settings: Settings,
    seeds: Sequence[int],
    kernel: Kernel,
    progress: Callable[[int], object] | None = None,
    local: Condition | None = None,
    threads: int = 1,
) -> list[Codes]:
    """``replay`` of ``settings`` with each of ``seeds`` in place of its own, all in one pass.

    Returns the very same codes, [n_samples] each, on ``threads`` ≥ 1 threads. ``progress`` is told how
    many samples of all takes together were drawn since its last call. Raises ValueError where the
    settings continue something or change on the way, and StudioError where ``replay`` does.
    """
    from engine.generation.batch import (
        StreamBatch,  # it brings numba, and most who need takes never need this
    )

    if settings.prime or settings.events:
        raise ValueError("takes that continue something, or change on the way, are replayed one by one")
    conditions = _conditions(settings, kernel.config, local)
    batch = StreamBatch(kernel, settings.params(), seeds, conditions, threads)
    takes: list[Codes] = [np.empty(settings.samples, code_type(kernel.config)) for _ in seeds]
    try:
        for done in range(0, settings.samples, BLOCK):
            until = min(done + BLOCK, settings.samples)
            for codes, block in zip(takes, batch.step(until - done), strict=True):
                codes[done:until] = block
            if progress:
                progress((until - done) * len(takes))
    except FloatingPointError as error:
        raise _unstable(settings, error) from None
    return takes


def pack_codes(codes: Codes) -> str:
    """Codes [n] as text: zlib, then base64; 16-bit ones low byte first."""
    raw = codes.astype(codes.dtype.newbyteorder("<")).tobytes()
    return base64.b64encode(zlib.compress(raw, 9)).decode() if len(codes) else ""


def unpack_codes(text: str, kind: type[np.integer[Any]] = np.uint8) -> Codes:
    """Codes [n] of a type from text. Raises StudioError where it holds none."""
    stored = np.dtype(kind).newbyteorder("<")
    try:
        raw = zlib.decompress(base64.b64decode(text, validate=True)) if text else b""
        return np.frombuffer(raw, dtype=stored).astype(kind)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise StudioError(f"settings of a take: prime: not packed samples: {error}") from None


def _conditions(settings: Settings, config: ModelConfig, local: Condition | None) -> StreamConditions:
    """What conditioned the take: the frames given here, or else its score."""
    framed = bool(settings.condition) or settings.recording is not None
    if framed != (local is not None):
        which = "needs its frames" if framed else "knows no frames"
        raise StudioError(f"settings of a take: condition: the take {which} to be made again")
    return conditions_of(config, settings.score) if local is None else StreamConditions(local)


def _unstable(settings: Settings, error: FloatingPointError) -> StudioError:
    return StudioError(f"model {settings.model!r}: {error}; try a lower temperature")


def _blocks(codes: Codes) -> list[Codes]:
    return [codes[start : start + BLOCK] for start in range(0, len(codes), BLOCK)]
