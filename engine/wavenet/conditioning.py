"""Names to numbers: tags, speakers, a free vector and a guide as the one vector a model is conditioned on."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError, shortened, suggest
from engine.wavenet.config import GenerationParams, ModelConfig


def condition_inputs(
    config: ModelConfig, params: GenerationParams, *, guided: bool = False
) -> NDArray[np.float32]:
    """The global condition's input [config.global_channels] float32: tags, one speaker, free vector, flag.

    The model multiplies it with its embedding table, so a tag's weight scales its vector (a
    weighted form of the binary tag vector of the paper's section 3.3) and a speaker is one-hot.
    Nothing chosen gives zeros: "anything". ``guided``: whether the stream hears a guide track, which not
    every model is told. Raises StudioError on a name the model does not know and on a vector of another
    width than the model's.
    """
    values = np.zeros(config.global_channels - config.guided, dtype=np.float32)
    for tag, weight in params.tags:
        values[index_of("tag", tag, config.tags)] = weight
    if params.speaker is not None:
        values[len(config.tags) + index_of("speaker", params.speaker, config.speakers)] = 1.0
    if params.vector:
        values[len(config.tags) + len(config.speakers) :] = _free_vector(config, params)
    return with_feedback_flag(config, values, guided=guided)


def with_feedback_flag(
    config: ModelConfig, global_features: NDArray[np.float32], *, guided: bool
) -> NDArray[np.float32]:
    """What is chosen, [n] float32, and behind it, for models that are told, 1 where a guide is heard."""
    return np.append(global_features, np.float32(guided)) if config.guided else global_features


def known_as(kind: str, name: str, vocabulary: Collection[str]) -> str | None:
    """How a vocabulary of ``kind``, ``speaker`` or ``tag``, spells a name; None where it does not know it.

    A number that is no name of it stands for ``speaker2``, or for ``tag2``.
    """
    return next((spelt for spelt in (name, _numbered(kind, name)) if spelt in vocabulary), None)


def _numbered(kind: str, name: str) -> str:
    return f"{kind}{name}" if name.isascii() and name.isdecimal() else name


def index_of(kind: str, name: str, vocabulary: tuple[str, ...]) -> int:
    """The place of a name in a vocabulary. Raises StudioError."""
    known = known_as(kind, name, vocabulary)
    if known is not None:
        return vocabulary.index(known)
    shown = repr(shortened(name))
    if not vocabulary:
        raise StudioError(f"{kind} {shown}: this model knows no {kind}s; leave it out")
    hint = suggest(_numbered(kind, name), vocabulary, f"./studio models lists its {len(vocabulary)}")
    raise StudioError(f"{kind} {shown} is unknown to this model; {hint}")


def _free_vector(config: ModelConfig, params: GenerationParams) -> tuple[float, ...]:
    width = config.vector_channels
    if not width:
        raise StudioError("vector: this model takes none; leave it out")
    if len(params.vector) != width:
        raise StudioError(f"vector has {len(params.vector)} numbers; this model takes {width}")
    return params.vector
