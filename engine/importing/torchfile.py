"""Foreign torch files: read as plain data only, every weight accounted for, weight norm folded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.errors import StudioError

SHOWN = 60
"""Letters of a foreign name that an error repeats."""
MAX_AXES = 6
"""Of a shape that an error repeats."""
MAX_ROWS = 65_536
"""Of a table of speakers."""


def shown(text: str) -> str:
    """A text out of a foreign file for an error: one line, cut where it is long."""
    whole = text if text.isprintable() else repr(text)[1:-1]
    return whole if len(whole) <= SHOWN else f"{whole[: SHOWN - 1]}…"


def read_torch_file(path: Path) -> dict[str, Any]:
    """What a file written by ``torch.save`` holds: a dictionary of tensors and plain values.

    Nothing in the file is executed. Raises StudioError where it is missing, holds anything else, or
    is no such file.
    """
    try:
        page = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise StudioError(f"{path}: cannot read the checkpoint: {error.strerror or error}") from None
    except Exception as error:  # noqa: BLE001 - a foreign file can break the reader in any way
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise StudioError(f"{path}: not a torch checkpoint of plain tensors: {reason[:160]}") from None
    if not isinstance(page, dict):
        raise StudioError(f"{path}: holds a {type(page).__name__}, not a checkpoint's dictionary")
    return page


class ForeignWeights:
    """The weights of one file, each taken once; ``name.weight`` may be stored under weight norm.

    Weight norm (Salimans and Kingma 2016) stores length and direction of each output's weights:
    ``weight_g`` and ``weight_v``, or two originals under ``parametrizations.weight``.
    """

    def __init__(self, where: str, stored: Mapping[str, Any]) -> None:
        """``where`` begins every error. Raises StudioError where something stored is no tensor."""
        self._where = where
        self._left: dict[str, torch.Tensor] = {}
        for name, value in stored.items():
            if not isinstance(value, torch.Tensor):
                raise StudioError(f"{where}: {shown(name)} is a {type(value).__name__}, not a weight")
            if not _is_plain(value):
                raise StudioError(f"{where}: {shown(name)} is no plain tensor of real numbers")
            self._left[name] = value

    def __contains__(self, name: str) -> bool:
        """Whether a weight of this name is left, plain or under weight norm."""
        return any(all(part in self._left for part in parts) for parts in _stored_names(name))

    def rows(self, name: str) -> int:
        """Length of a plain weight's first axis. Raises StudioError where there is none."""
        shape = self._left[name].shape
        if not shape:
            raise StudioError(f"{self._where}: weight {name} has shape [], not a table's")
        if shape[0] > MAX_ROWS:
            raise StudioError(
                f"{self._where}: weight {name} has {shape[0]} rows; at most {MAX_ROWS} are read"
            )
        return int(shape[0])

    def take(self, name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """A weight, weight norm folded. Raises StudioError: missing, misshapen, NaN or infinite."""
        for parts in _stored_names(name):
            if all(part in self._left for part in parts):
                break
        else:
            raise StudioError(f"{self._where}: weight {name} is missing, or these are not its hparams")
        tensors = [self._left.pop(part) for part in parts]
        per_output = (shape[0], *(1 for _ in shape[1:]))
        wanted = (shape,) if len(parts) == 1 else (per_output, shape)
        for part, tensor, expected in reversed(list(zip(parts, tensors, wanted, strict=True))):
            if tensor.shape != expected:
                sizes = list(tensor.shape) if tensor.ndim <= MAX_AXES else f"{tensor.ndim} axes"
                raise StudioError(f"{self._where}: weight {part} has shape {sizes}, not {list(expected)}")
        arrays = [tensor.detach().to(torch.float64).numpy() for tensor in tensors]
        for part, array in zip(parts, arrays, strict=True):
            if not np.isfinite(array).all():
                raise StudioError(f"{self._where}: weight {part} holds NaN or infinity")
        *lengths, value = arrays
        for length in lengths:
            norm = np.sqrt((value**2).sum(axis=tuple(range(1, value.ndim)), keepdims=True))
            if not norm.all():
                raise StudioError(f"{self._where}: weight {parts[-1]} has a direction of length 0")
            value = length * (value / norm)
        return value

    def drop(self, prefix: str) -> None:
        """Leave out all weights whose name starts so."""
        self._left = {name: value for name, value in self._left.items() if not name.startswith(prefix)}

    def close(self) -> None:
        """Raise StudioError where a weight has not been taken."""
        for name in self._left:
            raise StudioError(f"{self._where}: weight {shown(name)} has no place in a model of these hparams")


def _is_plain(value: torch.Tensor) -> bool:
    """Whether a tensor is real numbers, each of which is in the file: none that repeats a few of them."""
    if (
        value.layout != torch.strided
        or value.device.type != "cpu"
        or value.is_quantized
        or value.is_complex()
    ):
        return False
    return value.numel() * value.element_size() <= value.untyped_storage().nbytes()


def _stored_names(name: str) -> tuple[tuple[str, ...], ...]:
    """The ways to store a weight: plain, and as (length, direction) by either kind of weight norm."""
    module, _, kind = name.rpartition(".")
    originals = f"{module}.parametrizations.{kind}.original"
    return (name,), (f"{name}_g", f"{name}_v"), (f"{originals}0", f"{originals}1")
