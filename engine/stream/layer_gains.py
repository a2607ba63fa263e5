"""Which frequencies each layer of a model lets through: measured once, and kept in the user's cache."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.analysis.network import Given, LayerNetwork
from engine.analysis.responses import bands, gains_by_layer, noise, probe
from engine.files.documents import parse_json
from engine.files.reading import read_whole
from engine.files.writing import make_folder, write_atomically
from engine.kernels.object_files import kernel_folder
from engine.stream.one_thread import one_thread
from engine.stream.priority import give_way
from engine.wavenet.conditioning import condition_inputs
from engine.wavenet.config import GenerationParams
from engine.wavenet.model_file import ModelFile

VERSION = 1
"""Of what is measured, and how: kept figures of another one are measured anew."""
PROBE_S = 0.5
"""Of even noise."""
MOST_BYTES = 1 << 20
LOUDEST = 1e6
"""No gain is more."""


def gains_file(model_hash: str) -> Path:
    """Where a model's are kept."""
    return kernel_folder().parent / "layers" / f"{model_hash}.json"


def layer_gains(model: ModelFile, go_on: Callable[[], object] = lambda: None) -> NDArray[np.float64]:
    """[layers, bands]: amplitude out by amplitude in, of noise, in ``responses.bands``; NaN as there.

    The calling thread gives way from then on. ``go_on`` is called after each layer, and may raise what ends
    it. Raises StudioError on a model that cannot be looked into.
    """
    network, config = LayerNetwork(model), model.config
    file, shape = gains_file(model.header.hash), (config.layers, len(bands(config.sample_rate)))
    stored = _stored(file, shape)
    if stored is not None:
        return stored
    give_way()
    codes = probe(config, noise(config.sample_rate, PROBE_S))
    given, found = Given(condition_inputs(config, GenerationParams())), []
    measured = gains_by_layer(network, codes, given)
    for _ in range(config.layers):
        with one_thread():  # a layer at a time: who draws what plays waits for no more than that
            found.append(next(measured))
        go_on()
    gains = np.stack(found)
    rows = [[float(f"{gain:.4g}") if np.isfinite(gain) else None for gain in row] for row in gains.tolist()]
    with contextlib.suppress(OSError):  # a cache that takes nothing costs the time once more
        make_folder(file.parent)
        write_atomically(file, json.dumps({"version": VERSION, "gains": rows}).encode())
    return gains


def _stored(file: Path, shape: tuple[int, int]) -> NDArray[np.float64] | None:
    """What was measured before; None where there is nothing that can be it."""
    try:
        found: Any = parse_json(read_whole(file, MOST_BYTES))
    except (OSError, ValueError):
        return None
    rows = found.get("gains") if isinstance(found, dict) and found.get("version") == VERSION else None
    if not isinstance(rows, list) or len(rows) != shape[0]:
        return None
    for row in rows:
        if not isinstance(row, list) or len(row) != shape[1] or not all(map(_sound, row)):
            return None
    return np.array([[np.nan if gain is None else gain for gain in row] for row in rows], np.float64)


def _sound(gain: object) -> bool:
    return gain is None or (type(gain) in (int, float) and 0.0 <= gain <= LOUDEST)  # type: ignore[operator]
