"""The file of the speech nets: weights and what they mean in one .safetensors; nothing in it is executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np
from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic import TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass as checked

from engine.errors import StudioError
from engine.files.documents import parse_json
from engine.speech import acoustic, prosody
from engine.speech.features import CEPSTRA, CHANNELS, VERSION, Floats
from engine.speech.script import STOPS
from engine.speech.shape import MELODY_OUTPUTS, PLACE_INPUTS, SOUND_INPUTS, NetShape
from engine.speech.text.dictionary import Accent
from engine.speech.tokens import SIZES, SYMBOLS
from engine.speech.tuning import Tuning
from engine.speech.weights_file import check, content_hash, read, stored, write
from engine.wavenet.config import STRICT, VoiceStatistics, explain

FORMAT = 1
KEY = "wavenet_studio_speech"
Spread = Annotated[float, Gt(0.0), Le(10.0)]


@checked(frozen=True, config=STRICT)
class NetVoice:
    """One of the voices that the nets know."""

    name: Annotated[str, MinLen(1), MaxLen(255)]
    statistics: VoiceStatistics
    """Of its features: what the nets' outputs are told by."""
    spread: Annotated[tuple[Spread, ...], MinLen(CEPSTRA), MaxLen(CEPSTRA)]
    """How many times as far as the nets' cepstra the voice's own stray from their mean."""
    melody_spread: Spread = 1.0
    """The same of log F0."""
    accent: Accent = "american"
    """How its texts are read."""
    tuning: Tuning | None = None
    """For the WaveNet that says it."""

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if len(self.statistics.mean) != CHANNELS:
            raise ValueError(f"statistics of a voice must have {CHANNELS} features")
        return self


@checked(frozen=True, config=STRICT)
class NetsHeader:
    """All that the file says of itself besides its weights."""

    format: int
    features: int
    """Version of the speech features."""
    name: Annotated[str, MaxLen(255)]
    symbols: tuple[str, ...]
    """Of the phones, in the order of their embeddings."""
    shape: NetShape
    voices: Annotated[tuple[NetVoice, ...], MinLen(1), MaxLen(4096)]
    pauses: dict[str, Annotated[float, Ge(0.0), Le(10.0)]]
    """Seconds that a voice stops at each of STOPS."""
    hash: str
    """SHA-256 over the weights, hexadecimal."""
    licence: str = ""
    card: dict[str, Any] = field(default_factory=dict)

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if self.symbols != SYMBOLS or set(self.pauses) != set(STOPS) or self.features != VERSION:
            raise ValueError("phones, stops or features are those of another version of the program")
        return self


@dataclass(frozen=True)
class NetsFile:
    """The nets as they were read."""

    header: NetsHeader
    weights: dict[str, Floats]


def net_weight_shapes(shape: NetShape, voices: int) -> dict[str, tuple[int, ...]]:
    """Name and shape of every weight."""
    width = shape.width
    sounds = PLACE_INPUTS + SOUND_INPUTS
    shapes = {
        f"{prosody.PREFIX}.duration_norm.weight": (width,),
        f"{prosody.PREFIX}.duration_norm.bias": (width,),
        f"{prosody.PREFIX}.duration.weight": (1, width),
        f"{prosody.PREFIX}.duration.bias": (1,),
    }
    nets = (
        (prosody.PREFIX, shape.prosody_encoder, shape.prosody_frames, PLACE_INPUTS, MELODY_OUTPUTS),
        (acoustic.PREFIX, shape.acoustic_encoder, shape.acoustic_frames, sounds, CEPSTRA),
    )
    for net, encoder, frames, inputs, outputs in nets:
        shapes[f"{net}.speakers.weight"] = (voices, shape.speaker)
        for column, size in enumerate(SIZES):
            shapes[f"{net}.encoder.embeddings.{column}.weight"] = (size, width)
        shapes |= _linear(f"{net}.encoder.speaker", shape.speaker, width)
        shapes |= _linear(f"{net}.frames.inputs", inputs, width)
        shapes |= {f"{net}.frames.norm.weight": (width,), f"{net}.frames.norm.bias": (width,)}
        shapes |= _linear(f"{net}.frames.outputs", width, outputs)
        names = chain(
            (f"{net}.encoder.blocks.{i}" for i in range(encoder)),
            (f"{net}.frames.blocks.{i}" for i in range(frames)),
        )
        for name in names:
            shapes |= {f"{name}.depthwise.weight": (width, 1, shape.taps), f"{name}.depthwise.bias": (width,)}
            shapes |= {f"{name}.norm.weight": (width,), f"{name}.norm.bias": (width,)}
            shapes |= _linear(f"{name}.expand", width, shape.wider * width)
            shapes |= _linear(f"{name}.contract", shape.wider * width, width)
    return shapes


def write_nets(path: Path, header: NetsHeader, weights: Mapping[str, Floats]) -> None:
    """Write a file of nets, an old one staying whole until the end; weights are stored as float16.

    The header's hash is reckoned anew. Raises StudioError where the weights do not fit the header or are not
    finite, and where the file cannot be written.
    """
    kept = stored(weights)
    check(path, net_weight_shapes(header.shape, len(header.voices)), kept)
    fields = TypeAdapter(NetsHeader).dump_python(header, mode="json") | {"hash": content_hash(kept)}
    whole = TypeAdapter(NetsHeader).validate_python(fields)
    write(path, KEY, TypeAdapter(NetsHeader).dump_json(whole).decode(), kept)


def read_nets(path: Path) -> NetsFile:
    """The nets with their weights as float32.

    Raises StudioError on a missing, broken or foreign file, and where the content does not match its hash.
    """
    page, kept = read(path, KEY, "speech nets")
    header = _header(path, page)
    check(path, net_weight_shapes(header.shape, len(header.voices)), kept)
    if content_hash(kept) != header.hash:
        raise StudioError(f"{path}: the content does not match its hash; the file was damaged or edited")
    return NetsFile(header, {name: value.astype(np.float32) for name, value in kept.items()})


def _header(path: Path, text: str) -> NetsHeader:
    try:
        fields = parse_json(text)
        if fields.get("format") != FORMAT:
            raise StudioError(
                f"{path}: speech nets of format {fields.get('format')!r}; this version reads format {FORMAT}"
            )
        return TypeAdapter(NetsHeader).validate_python(fields)
    except ValidationError as error:
        raise StudioError(f"{path}: bad header: {explain(error)}") from None
    except (ValueError, AttributeError):
        raise StudioError(f"{path}: the header is not valid JSON") from None


def _linear(name: str, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}
