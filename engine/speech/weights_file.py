"""Small nets of speech in a .safetensors file: weights in float16, and a page that says what they are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from engine.errors import StudioError, reason, shortened
from engine.files.reading import open_ordinary
from engine.files.writing import write_atomically

Stored = Mapping[str, NDArray[Any]]


def stored(weights: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.float16]]:
    """Weights as they are kept; what float16 cannot hold becomes infinite."""
    with np.errstate(over="ignore"):
        return {name: np.ascontiguousarray(value, np.float16) for name, value in weights.items()}


def write(path: Path, key: str, page: str, weights: Stored) -> None:
    """Write ``weights`` and, under ``key``, the page; an old file stays whole until the end."""
    write_atomically(path, save(dict(weights), metadata={key: page}))


def read(path: Path, key: str, what: str) -> tuple[str, dict[str, NDArray[Any]]]:
    """The page under ``key``, and the weights as they are kept.

    Raises StudioError, which says ``what`` it should have been, on a missing, broken or foreign file.
    """
    try:
        open_ordinary(path).close()
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            if key not in metadata:
                raise StudioError(f"{path} is a .safetensors file, but holds no {what}")
            return metadata[key], {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except FileNotFoundError:
        raise StudioError(f"{path}: no such file of {what}") from None
    except (SafetensorError, OSError, ValueError) as error:
        why = reason(error) if isinstance(error, (OSError, ValueError)) else shortened(str(error), 120)
        raise StudioError(f"{path} is not a readable .safetensors file: {why}") from None


def check(path: Path, wanted: Mapping[str, tuple[int, ...]], weights: Stored) -> None:
    """Raise StudioError where a weight is missing, unknown, misshapen or not finite."""
    for name in sorted(wanted.keys() ^ weights.keys()):
        raise StudioError(
            f"{path}: weight {shortened(name, 80)} is {'missing' if name in wanted else 'unknown'}"
        )
    for name, shape in wanted.items():
        value = weights[name]
        if value.shape != shape or value.dtype.kind != "f":
            raise StudioError(
                f"{path}: weight {name} is {value.dtype} {list(value.shape)}, not {list(shape)}"
            )
        if not np.isfinite(value).all():
            raise StudioError(f"{path}: weight {name} holds NaN or infinity")


def content_hash(weights: Stored) -> str:
    """SHA-256 over every weight's name, type and bytes, hexadecimal."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(f"{name}:{weights[name].dtype.str}:{weights[name].shape}".encode())
        digest.update(np.ascontiguousarray(weights[name]).tobytes())
    return digest.hexdigest()
