"""The recogniser's file: weights and what they mean in one .safetensors; nothing in it is executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np
from annotated_types import Ge, Le, MaxLen
from pydantic import TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass as checked

from engine.errors import StudioError
from engine.files.documents import parse_json
from engine.speech.features import Floats
from engine.speech.recognition.classes import CLASSES
from engine.speech.recognition.decoding import Grammar
from engine.speech.recognition.shape import RecogniserShape
from engine.speech.weights_file import check, content_hash, read, stored, write
from engine.wavenet.config import STRICT, explain

FORMAT = 1
KEY = "wavenet_studio_phones"
WHAT = "weights of a phone recogniser"


@checked(frozen=True, config=STRICT)
class RecogniserHeader:
    """All that the file says of itself besides its weights."""

    format: int
    name: Annotated[str, MaxLen(255)]
    classes: tuple[str, ...]
    """In the order of the last layer's outputs."""
    shape: RecogniserShape
    scale: Annotated[float, Ge(0.0), Le(10.0)]
    """As in ``decoding.Grammar``, and so are the next two."""
    penalty: Annotated[float, Ge(-100.0), Le(100.0)]
    least: Annotated[int, Ge(1), Le(20)]
    hash: str = ""
    """SHA-256 over the weights, hexadecimal."""
    licence: str = ""
    card: dict[str, Any] = field(default_factory=dict)

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if self.classes != CLASSES or self.format != FORMAT:
            raise ValueError("its classes or its format are those of another version of the program")
        return self


@dataclass(frozen=True)
class RecogniserFile:
    """The recogniser as it was read: float32."""

    header: RecogniserHeader
    weights: dict[str, Floats]

    @property
    def grammar(self) -> Grammar:
        """What is known of phones before any is heard."""
        own = self.header
        return Grammar(self.weights["priors"], self.weights["bigram"], own.scale, own.penalty, own.least)


def recogniser_shapes(shape: RecogniserShape) -> dict[str, tuple[int, ...]]:
    """Name and shape of every weight, of the priors and of the bigram."""
    layers, channels, width, count = len(shape.dilations), shape.channels, shape.width, len(CLASSES)
    shapes: dict[str, tuple[int, ...]] = {
        "bank": (channels, shape.input_taps),
        "dilated": (layers, 2 * channels, 2 * channels),
        "bias": (layers, 2 * channels),
        "residual": (layers, channels, channels),
        "residual_bias": (layers, channels),
        "inputs.weight": (width, layers * channels),
        "inputs.bias": (width,),
        "classes.weight": (count, width),
        "classes.bias": (count,),
        "priors": (count,),
        "bigram": (count, count),
    }
    for index in range(shape.convolutions):
        shapes[f"convolutions.{index}.weight"] = (width, width, shape.taps)
        shapes[f"convolutions.{index}.bias"] = (width,)
    return shapes


def write_recogniser(path: Path, header: RecogniserHeader, weights: Mapping[str, Floats]) -> None:
    """Write it, an old file staying whole until the end; weights are stored as float16.

    The header's hash is reckoned anew. Raises StudioError where the weights do not fit the header or are not
    finite, and where the file cannot be written.
    """
    kept = stored(weights)
    check(path, recogniser_shapes(header.shape), kept)
    fields = TypeAdapter(RecogniserHeader).dump_python(header, mode="json") | {"hash": content_hash(kept)}
    whole = TypeAdapter(RecogniserHeader).validate_python(fields)
    write(path, KEY, TypeAdapter(RecogniserHeader).dump_json(whole).decode(), kept)


def read_recogniser(path: Path) -> RecogniserFile:
    """The recogniser with its weights as float32.

    Raises StudioError on a missing, broken or foreign file, and where the content does not match its hash.
    """
    page, kept = read(path, KEY, WHAT)
    try:
        header = TypeAdapter(RecogniserHeader).validate_python(parse_json(page))
    except ValidationError as error:
        raise StudioError(f"{path}: bad header: {explain(error)}") from None
    except (ValueError, AttributeError):
        raise StudioError(f"{path}: the header is not valid JSON") from None
    check(path, recogniser_shapes(header.shape), kept)
    if content_hash(kept) != header.hash:
        raise StudioError(f"{path}: the content does not match its hash; the file was damaged or edited")
    return RecogniserFile(header, {name: value.astype(np.float32) for name, value in kept.items()})
