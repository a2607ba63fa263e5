"""Options that only some models or engines take: free vector, score, torch device."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import StudioError, shortened
from engine.files.arrays import SUFFIX, read_array

if TYPE_CHECKING:
    from engine.wavenet.model_file import ModelFile  # not on bare machines, which only pack, unpack and train


def add_vector(parser: argparse.ArgumentParser) -> None:
    """Add --vector."""
    parser.add_argument(
        "--vector",
        metavar="NUMBERS",
        help="the global vector of models that have one: 0.1,-2,3 (--vector=-2,3 where the first is "
        "negative) or an .npy file",
    )


def add_score(parser: argparse.ArgumentParser) -> None:
    """Add --score and --after."""
    parser.add_argument(
        "--score",
        metavar="FILE",
        help="play the notes of this MIDI file (.mid), or a score of ours by name, from the start on; for "
        "models that take scores",
    )
    parser.add_argument(
        "--after",
        choices=("improvise", "silence", "repeat"),
        help="what comes once the score has ended (default: the preset's, else improvise)",
    )


def add_device(parser: argparse.ArgumentParser) -> None:
    """Add --device."""
    parser.add_argument(
        "--device",
        metavar="DEVICE",
        help="the torch device of --engine reference, such as cuda:0 (default cpu)",
    )


def read_vector(text: str | None, model: ModelFile) -> tuple[float, ...]:
    """The free vector that --vector says: as many numbers as ``model`` takes; empty without the option.

    Raises StudioError, one line, where the model takes no vector or one of another width, where the
    file cannot be read or holds anything but one row of numbers, and on NaN or infinity.
    """
    if text is None:
        return ()
    name, width = model.header.name, model.config.vector_channels
    if not width:
        raise StudioError(f"--vector: model {name!r} takes none; leave it out")
    values = _from_file(Path(text)) if text.endswith(SUFFIX) else _from_text(text)
    if len(values) != width:
        raise StudioError(f"--vector {shortened(text)}: {len(values)} numbers; model {name!r} takes {width}")
    if not np.isfinite(values).all():
        raise StudioError(f"--vector {shortened(text)}: number {_first_bad(values)} is NaN or infinite")
    return values


def _from_text(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError as error:
        reason = str(error).partition(": ")[2] or text
        raise StudioError(
            f"--vector: {reason} is not a number; write 0.1,0.2,… or give an {SUFFIX} file"
        ) from None


def _from_file(path: Path) -> tuple[float, ...]:
    loaded = read_array(path, "the vector")
    if loaded.size != max(loaded.shape, default=0):
        raise StudioError(
            f"{path}: {loaded.dtype} of shape {list(loaded.shape)}; a vector is one row of real numbers"
        )
    return tuple(float(value) for value in loaded.ravel())


def _first_bad(values: tuple[float, ...]) -> int:
    return 1 + int(np.flatnonzero(~np.isfinite(values))[0])
