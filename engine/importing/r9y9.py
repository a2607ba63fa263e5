"""Checkpoints of r9y9/wavenet_vocoder: read without running anything in them, renamed and reshaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.importing.r9y9_hparams import Hparams, model_config, read_hparams
from engine.importing.torchfile import ForeignWeights, read_torch_file
from engine.importing.wrapping import unwrap
from engine.wavenet.config import ModelConfig
from engine.wavenet.model_file import Weights

FIRST_CONV = "upsample_net.conv_in.weight"
EMBEDDING = "embed_speakers.weight"


@dataclass(frozen=True)
class Imported:
    """A model brought in, ready for ``model_file.save_model``."""

    config: ModelConfig
    weights: Weights
    """float32, by the names of ``model_file.weight_shapes``."""
    card: dict[str, Any]
    notes: tuple[str, ...]
    """What the user should know before using it, one line each."""
    taken: str = ""
    """Which weights these are, in one line, where the checkpoint is not as the program writes it."""


def import_r9y9(checkpoint: Path, hparams: Path, speakers: Sequence[str] | None = None) -> Imported:
    """The model in a checkpoint that the program's training wrote, with its JSON hparams.

    ``speakers`` names the rows of its speaker embedding (default: speaker0, speaker1, …); a model that
    takes a global vector instead keeps it as a free vector, or where ``speakers`` has as many names
    as the vector is wide, as one-hot speakers. Raises StudioError in one line where a file cannot be
    read, where weights are missing, unknown, misshapen or not finite, and on what we have no equal for.
    """
    settings = read_hparams(hparams)
    page = read_torch_file(checkpoint)
    unwrapped = unwrap(str(checkpoint), page, "first_conv")
    source = ForeignWeights(str(checkpoint), unwrapped.weights)
    config = model_config(settings, conv_in=settings.upsamples and FIRST_CONV in source)
    config = _name_vocabulary(config, settings, source, speakers)
    weights = _weights(config, settings, source)
    source.close()
    card = {
        "made_by": "r9y9/wavenet_vocoder",
        "checkpoint": checkpoint.name,
        **{key: page[key] for key in ("global_step", "global_epoch") if _is_count(page.get(key))},
    }
    return Imported(config, weights, card, tuple(_notes(settings)), unwrapped.taken)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and 0 <= value < 2**63


def _name_vocabulary(
    config: ModelConfig, hparams: Hparams, source: ForeignWeights, speakers: Sequence[str] | None
) -> ModelConfig:
    """``config`` with its speakers, or with its free vector."""
    width = hparams.gin_channels
    rows = source.rows(EMBEDDING) if EMBEDDING in source and width > 0 else 0
    if speakers is None:
        if rows:
            return replace(config, speakers=tuple(f"speaker{i}" for i in range(rows)))
        return replace(config, vector_channels=max(width, 0))
    wanted = rows or max(width, 0)
    if not wanted:
        raise StudioError("speakers: this model has no global condition (gin_channels); leave them out")
    if len(speakers) != wanted:
        raise StudioError(f"speakers: the model has {wanted}, {len(speakers)} names were given")
    if len(set(speakers)) != len(speakers) or not all(speakers):
        raise StudioError("speakers: the names must be distinct and not empty")
    return replace(config, speakers=tuple(speakers))


def _weights(config: ModelConfig, hparams: Hparams, source: ForeignWeights) -> Weights:
    """All weights under our names."""
    residual, gate, skip = config.residual_channels, config.gate_channels, config.skip_channels
    taps = config.kernel_size
    found: dict[str, NDArray[np.float64]] = {}
    inputs = config.outputs if config.input == "embedding" else 1
    first = source.take("first_conv.weight", (residual, inputs, 1))[:, :, 0]
    bias = source.take("first_conv.bias", (residual,))
    if config.input == "embedding":
        found["embedding.weight"] = first.T + bias  # a one-hot input picks one column and the bias
    else:
        found["input.weight"], found["input.bias"] = first, bias
    skips, skip_bias = [], np.zeros(skip)
    for index in range(config.layers):
        theirs, ours = f"conv_layers.{index}.", f"layers.{index}."
        dilated = source.take(theirs + "conv.weight", (2 * gate, residual, taps))
        # A causal convolution's last tap is the present one; ours stand oldest first as well.
        found[ours + "dilated.weight"] = dilated.transpose(0, 2, 1).reshape(2 * gate, taps * residual)
        found[ours + "dilated.bias"] = source.take(theirs + "conv.bias", (2 * gate,))
        found[ours + "residual.weight"] = source.take(theirs + "conv1x1_out.weight", (residual, gate, 1))[
            ..., 0
        ]
        found[ours + "residual.bias"] = source.take(theirs + "conv1x1_out.bias", (residual,))
        skips.append(source.take(theirs + "conv1x1_skip.weight", (skip, gate, 1))[..., 0])
        skip_bias += source.take(theirs + "conv1x1_skip.bias", (skip,))
        if config.local is not None:
            shape = (2 * gate, config.local.channels, 1)
            found[ours + "local.weight"] = source.take(theirs + "conv1x1c.weight", shape)[..., 0]
        if config.conditioned:
            shape = (2 * gate, config.condition_channels, 1)
            found[ours + "condition.weight"] = source.take(theirs + "conv1x1g.weight", shape)[..., 0]
    found["skip.weight"], found["skip.bias"] = np.concatenate(skips, axis=1), skip_bias
    found["head.weight"] = source.take("last_conv_layers.1.weight", (skip, skip, 1))[..., 0]
    found["head.bias"] = source.take("last_conv_layers.1.bias", (skip,))
    outputs = hparams.out_channels
    # A single Gaussian may come as a mixture of one, whose first number weighs nothing.
    own = slice(outputs - config.outputs, None)
    found["output.weight"] = source.take("last_conv_layers.3.weight", (outputs, skip, 1))[own, :, 0]
    found["output.bias"] = source.take("last_conv_layers.3.bias", (outputs,))[own]
    found.update(_condition(config, source))
    found.update(_upsampling(config, source))
    return {name: np.ascontiguousarray(value, dtype=np.float32) for name, value in found.items()}


def _condition(config: ModelConfig, source: ForeignWeights) -> dict[str, NDArray[np.float64]]:
    """The global condition's table: its speaker embedding, or the vector as it is."""
    if not config.conditioned:
        return {}
    width = config.condition_channels
    embedded = EMBEDDING in source
    table = source.take(EMBEDDING, (config.global_channels, width)).T if embedded else np.eye(width)
    return {"condition.weight": table, "skip_condition.weight": np.zeros((config.skip_channels, width))}


def _upsampling(config: ModelConfig, source: ForeignWeights) -> dict[str, NDArray[np.float64]]:
    """The upsampling network; one without a first convolution gets one that changes nothing."""
    local = config.local
    if local is None:
        source.drop("upsample_net.")  # it may have been built, but is never used
    if local is None or local.upsampling != "stretched":
        return {}
    if FIRST_CONV in source:
        frames = source.take(FIRST_CONV, (local.channels, local.channels, 2 * local.margin + 1))
        stage = "upsample_net.upsample.up_layers"
    else:
        frames = np.eye(local.channels)[..., None]
        stage = "upsample_net.up_layers"
    found = {"upsample.frames.weight": frames}
    for index, scale in enumerate(local.scales):
        # Every stretching without weights is followed by its convolution.
        shape = (1, 1, local.bands, 2 * scale + 1)
        found[f"upsample.{index}.weight"] = source.take(f"{stage}.{2 * index + 1}.weight", shape)[0, 0]
    return found


def _notes(hparams: Hparams) -> list[str]:
    """What is left of how the recordings that it learnt from were treated."""
    if hparams.pre_emphasises or hparams.preprocess in (None, "", "none"):
        return []
    return [f"it learnt from recordings after {hparams.preprocess!r}: what it plays has to be undone"]
