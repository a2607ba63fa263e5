"""Names to numbers: tags, speakers, a free vector and a guide as the one vector a model is conditioned on."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError, shortened, suggest
from engine.wavenet.config import GenerationParams, ModelConfig


def condition_inputs(
    config: ModelConfig, params: GenerationParams, *, guided: bool = False
) -> NDArray[np.float32]:
    """The global condition's input [config.global_channels] float32: tags, one speaker, free vector, flag.

    The model multiplies it with its embedding table, so a tag's weight scales its vector (a
    weighted form of the binary tag vector of the paper's section 3.3) and a speaker is one-hot; a blend of
    speakers, ``heart:70,michael:30``, is the mean of theirs by share.
    Nothing chosen gives zeros: "anything". ``guided``: whether the stream hears a guide track, which not
    every model is told. Raises StudioError on a name the model does not know and on a vector of another
    width than the model's, and on a layer to be muted, or not skipped, that the model does not have.
    """
    if (highest := max((*params.muted, *params.unskipped), default=0)) >= config.layers:
        raise StudioError(f"layer {highest} cannot be muted: this model has {config.layers}, from 0 on")
    values = np.zeros(config.global_channels - config.guided, dtype=np.float32)
    for tag, weight in params.tags:
        values[index_of("tag", tag, config.tags)] = weight
    if params.speaker is not None:
        for index, share in blend_of(params.speaker, config.speakers):
            values[len(config.tags) + index] += share
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


def blend_of(speaker: str, vocabulary: tuple[str, ...]) -> list[tuple[int, float]]:
    """The speakers of ``heart:70,michael:30``, or one alone: places in a vocabulary, and shares of 1.

    Raises StudioError on a name that it does not have, and on shares that are none.
    """
    if ":" not in speaker or known_as("speaker", speaker, vocabulary):
        return [(index_of("speaker", speaker, vocabulary), 1.0)]
    shares = shares_in(speaker)
    if not shares:
        raise StudioError(
            f"speaker {shortened(speaker)!r}: no blend; write a share behind each, as heart:70,michael:30"
        )
    total = sum(share for _, share in shares)
    return [(index_of("speaker", name, vocabulary), share / total) for name, share in shares]


def shares_in(speaker: str | None) -> tuple[tuple[str, float], ...]:
    """The names in ``heart:70,michael:30`` with their shares; one name alone has all. Nonsense gives none."""
    if speaker is None or ":" not in speaker:
        return ((speaker, 1.0),) if speaker else ()
    found = []
    for part in speaker.split(","):
        name, _, share = part.strip().rpartition(":")
        try:
            value = float(share)
        except ValueError:
            return ()
        if not 0.0 <= value < math.inf:
            return ()
        if name.strip() and value:
            found.append((name.strip(), value))
    return tuple(found)


def blend_text(shares: Sequence[tuple[str, float]]) -> str:
    """How ``blend_of`` reads speakers with these shares, in whole percents; one alone by its name."""
    total = sum(share for _, share in shares)
    percents = [(name, round(100.0 * share / total)) for name, share in shares]
    named = [(name, percent) for name, percent in percents if percent]
    return named[0][0] if len(named) == 1 else ",".join(f"{name}:{percent}" for name, percent in named)


def _free_vector(config: ModelConfig, params: GenerationParams) -> tuple[float, ...]:
    width = config.vector_channels
    if not width:
        raise StudioError("vector: this model takes none; leave it out")
    if len(params.vector) != width:
        raise StudioError(f"vector has {len(params.vector)} numbers; this model takes {width}")
    return params.vector
