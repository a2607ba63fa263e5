"""The model file: weights, config, vocabularies and credits in one self-describing .safetensors.

Metadata is one JSON page under the key ``wavenet_studio``; nothing in the file is ever executed.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from annotated_types import MaxLen
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from engine.errors import StudioError, reason, shortened
from engine.files.documents import parse_json
from engine.files.reading import open_ordinary
from engine.files.writing import write_atomically
from engine.wavenet.config import FRAME_TAPS, STRICT, ContextConfig, LocalConfig, ModelConfig, explain
from engine.wavenet.mulaw import LEVELS

FORMAT = 1
KEY = "wavenet_studio"
DTYPES = ("F16", "F32")
LEAST_BYTES = 2
"""Of a stored weight."""

Weights = dict[str, NDArray[np.float32]]


@checked(frozen=True, config=STRICT)
class Header:
    """All that a model file says of itself besides its weights."""

    format: int
    name: Annotated[str, MaxLen(255)]
    config: ModelConfig
    weights: int
    """Number of weights."""
    hash: str
    """SHA-256 over config and weights, hexadecimal."""
    licence: str = ""
    card: dict[str, Any] = field(default_factory=dict)
    """Data, credits, training summary, held-out figures."""


@dataclass(frozen=True)
class ModelFile:
    """A loaded model: float32 arrays by the names of ``model.WaveNet``'s parameters."""

    header: Header
    weights: Weights

    @property
    def config(self) -> ModelConfig:
        """The model's shape."""
        return self.header.config


def weight_shapes(config: ModelConfig) -> dict[str, tuple[int, ...]]:
    """Name and shape of every weight of a model of this shape."""
    residual, gate, skip = config.residual_channels, config.gate_channels, config.skip_channels
    head, condition, outputs = config.head_channels, config.condition_channels, config.outputs
    shapes: dict[str, tuple[int, ...]] = {}
    if config.input == "embedding":
        shapes["embedding.weight"] = (LEVELS, residual)
    else:
        shapes["input.weight"], shapes["input.bias"] = (residual, 1), (residual,)
    if config.conditioned:
        shapes["condition.weight"] = (condition, config.global_channels)
        shapes["skip_condition.weight"] = (skip, condition)
    if config.local is not None:
        shapes.update(_local_shapes(config.local))
    for index, context in enumerate(config.contexts):
        shapes.update(_context_shapes(f"contexts.{index}.", context))
    for index in range(config.layers):
        layer = f"layers.{index}."
        shapes.update(_layer_shapes(layer, config.kernel_size, residual, gate))
        if config.conditioned:
            shapes[layer + "condition.weight"] = (2 * gate, condition)
        if config.local_channels:
            shapes[layer + "local.weight"] = (2 * gate, config.local_channels)
    shapes["skip.weight"], shapes["skip.bias"] = (skip, config.layers * gate), (skip,)
    shapes["head.weight"], shapes["head.bias"] = (head, skip), (head,)
    shapes["output.weight"], shapes["output.bias"] = (outputs, head), (outputs,)
    return shapes


def _layer_shapes(layer: str, taps: int, residual: int, gate: int) -> dict[str, tuple[int, ...]]:
    return {
        layer + "dilated.weight": (2 * gate, taps * residual),
        layer + "dilated.bias": (2 * gate,),
        layer + "residual.weight": (residual, gate),
        layer + "residual.bias": (residual,),
    }


def _local_shapes(local: LocalConfig) -> dict[str, tuple[int, ...]]:
    """Weights of the frame net and of the upsampling network; ``repeat`` and ``linear`` have none."""
    if local.encoder:
        shapes: dict[str, tuple[int, ...]] = {}
        for index, (before, width) in enumerate(pairwise((local.channels, *local.encoder))):
            shapes[f"frame_net.{index}.weight"] = (width, before, FRAME_TAPS)
            shapes[f"frame_net.{index}.bias"] = (width,)
        return shapes
    if local.upsampling == "transposed":
        return {"upsample.weight": (local.channels, 2 * local.hop)}
    if local.upsampling == "stretched":
        shapes = {
            f"upsample.{i}.weight": (local.bands, 2 * scale + 1) for i, scale in enumerate(local.scales)
        }
        shapes["upsample.frames.weight"] = (local.channels, local.channels, 2 * local.margin + 1)
        return shapes
    return {}


def _context_shapes(stack: str, context: ContextConfig) -> dict[str, tuple[int, ...]]:
    residual, gate, channels = context.residual_channels, context.gate_channels, context.channels
    shapes: dict[str, tuple[int, ...]] = {
        stack + "input.weight": (residual, context.pooling),
        stack + "input.bias": (residual,),
    }
    for index in range(len(context.dilations)):
        shapes.update(_layer_shapes(f"{stack}layers.{index}.", context.kernel_size, residual, gate))
    shapes[stack + "skip.weight"] = (channels, len(context.dilations) * gate)
    shapes[stack + "skip.bias"] = (channels,)
    return shapes


def save_model(
    path: Path,
    *,
    name: str,
    config: ModelConfig,
    weights: Mapping[str, NDArray[np.floating[Any]]],
    licence: str = "",
    card: dict[str, Any] | None = None,
    precise: bool = False,
) -> Header:
    """Write a model file atomically: an old file stays whole until the end.

    Weights are stored as float16, or, where ``precise``, as float32. Raises StudioError where weights
    are missing, misshapen, not finite or beyond float16.
    """
    _check_shapes(str(path), config, {key: value.shape for key, value in weights.items()})
    with np.errstate(over="ignore"):
        kind = np.float32 if precise else np.float16
        stored = {key: np.ascontiguousarray(weights[key], dtype=kind) for key in weight_shapes(config)}
    _check_finite(str(path), stored)
    header = Header(
        format=FORMAT,
        name=name,
        config=config,
        weights=sum(value.size for value in stored.values()),
        hash=content_hash(config, stored),
        licence=licence,
        card=card or {},
    )
    metadata = {KEY: TypeAdapter(Header).dump_json(header).decode()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise StudioError(f"{path}: cannot make its folder: {reason(error)}; give another") from None
    write_atomically(path, save(stored, metadata=metadata))
    return header


def read_header(path: Path) -> Header:
    """What a model file says of itself, without reading its weights. Raises StudioError."""
    try:
        with open_ordinary(path) as raw:
            size = os.fstat(raw.fileno()).st_size
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
    except FileNotFoundError:
        raise StudioError(f"{path}: no such model file") from None
    except (SafetensorError, OSError, ValueError) as error:
        raise StudioError(f"{path} is not a readable .safetensors file: {_why(error)}") from None
    if KEY not in metadata:
        raise StudioError(f"{path} is a .safetensors file, but not one of WaveNet Studio's models")
    try:
        fields = parse_json(metadata[KEY])
        version = fields.get("format")
        if version != FORMAT:
            raise StudioError(f"{path}: model format {version!r}; this version reads format {FORMAT}")
        header = TypeAdapter(Header).validate_python(fields)
    except ValidationError as error:
        raise StudioError(f"{path}: bad model header: {explain(error)}") from None
    except (ValueError, AttributeError):
        raise StudioError(f"{path}: the model header is not valid JSON") from None
    count = sum(math.prod(shape) for shape in weight_shapes(header.config).values())
    if count * LEAST_BYTES > size:
        raise StudioError(
            f"{path}: bad model header: its config has {count:,} weights, and the file only {size:,} bytes; "
            "it was damaged or edited"
        )
    return header


def load_model(path: Path) -> ModelFile:
    """A model with its weights as float32.

    Raises StudioError on a broken or foreign file, on weights that are missing, misshapen or not
    finite, and where the content does not match its hash.
    """
    header = read_header(path)
    try:
        with safe_open(path, framework="numpy") as file:
            slices = {key: file.get_slice(key) for key in file.keys()}  # noqa: SIM118
            _check_shapes(str(path), header.config, {k: tuple(v.get_shape()) for k, v in slices.items()})
            for key, value in slices.items():
                if value.get_dtype() not in DTYPES:
                    raise StudioError(f"{path}: weight {key} is {value.get_dtype()}, not F16 or F32")
            stored = {key: file.get_tensor(key) for key in slices}
    except (SafetensorError, OSError) as error:
        raise StudioError(f"{path}: cannot read the weights: {_why(error)}") from None
    _check_finite(str(path), stored)
    if content_hash(header.config, stored) != header.hash:
        raise StudioError(f"{path}: the content does not match its hash; the file was damaged or edited")
    return ModelFile(header, {key: value.astype(np.float32) for key, value in stored.items()})


def _why(error: Exception) -> str:
    return reason(error) if isinstance(error, (OSError, ValueError)) else shortened(str(error), 120)


def content_hash(config: ModelConfig, stored: Mapping[str, NDArray[Any]]) -> str:
    """SHA-256 (hexadecimal) over the config's JSON and every weight's name, type and bytes.

    What has its default value is left out of the JSON: a field that a later version adds does not
    change the hashes of models that do without it.
    """
    digest = hashlib.sha256(TypeAdapter(ModelConfig).dump_json(config, exclude_defaults=True))
    for key in sorted(stored):
        digest.update(f"{key}:{stored[key].dtype.str}:{stored[key].shape}".encode())
        digest.update(np.ascontiguousarray(stored[key]).tobytes())
    return digest.hexdigest()


def _check_shapes(where: str, config: ModelConfig, shapes: Mapping[str, tuple[int, ...]]) -> None:
    wanted = weight_shapes(config)
    for key in wanted.keys() - shapes.keys():
        raise StudioError(f"{where}: weight {key} is missing")
    for key in shapes.keys() - wanted.keys():
        raise StudioError(f"{where}: weight {key} does not belong to this config")
    for key, shape in wanted.items():
        if tuple(shapes[key]) != shape:
            raise StudioError(f"{where}: weight {key} has shape {list(shapes[key])}, not {list(shape)}")


def _check_finite(where: str, stored: Mapping[str, NDArray[Any]]) -> None:
    for key, value in stored.items():
        if not np.isfinite(value).all():
            raise StudioError(f"{where}: weight {key} holds NaN or infinity")
