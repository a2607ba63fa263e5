"""From frames to samples: the convolutions that local conditioning (section 2.5) is made of."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]

_CHUNK = 256
"""Rows that ``convolve_rows`` adds up together: as many as stay in the cache."""


def convolve(frames: Rows, weight: Rows) -> Rows:
    """Frames [F, C] through a convolution over frames, weight [D, C, taps], ends repeated: [F, D]."""
    padded = _padded(frames, weight)
    rows = np.zeros((len(frames), len(weight)), dtype=np.float32)
    for tap in range(weight.shape[2]):
        rows += padded[tap : tap + len(frames)] @ weight[:, :, tap].T
    return rows


def convolve_rows(frames: Rows, weight: Rows) -> Rows:
    """The same, each row added up term by term in one order: how many there are changes no bit of any.

    A product of matrices does not promise that.
    """
    padded = np.ascontiguousarray(_padded(frames, weight).T)
    columns = np.zeros((len(weight), len(frames)), dtype=np.float32)
    terms = list(product(range(weight.shape[2]), range(weight.shape[1])))
    for first in range(0, len(frames), _CHUNK):
        chunk = columns[:, first : first + _CHUNK]
        term = np.empty_like(chunk)
        for tap, channel in terms:
            source = padded[channel, first + tap : first + tap + chunk.shape[1]]
            np.multiply(weight[:, channel, tap, None], source, out=term)
            chunk += term
    return np.ascontiguousarray(columns.T)


def neighbour_filters(weight: Rows, scale: int) -> Rows:
    """[scale, 3, bands]: a smoothing filter [bands, 2 · scale + 1] over rows repeated ``scale`` times.

    It reaches no further than the rows next door, so at each of the ``scale`` places within a row it
    is a filter of three taps, over the row before, the row itself and the row after.
    """
    filters = np.zeros((scale, 3, len(weight)), dtype=np.float32)
    for place in range(scale):
        for tap in range(2 * scale + 1):
            filters[place, (place + tap) // scale] += weight[:, tap]
    return filters


def stretch(rows: Rows, filters: Rows) -> Rows:
    """All but the outermost of ``rows`` [n + 2, C] by ``filters`` [scale, 3, bands]: [n · scale, C]."""
    scale, _, bands = filters.shape
    n, channels = len(rows) - 2, rows.shape[1]
    padded = np.pad(rows, ((0, 0), (bands // 2, bands // 2)))
    out = np.zeros((n, scale, channels), dtype=np.float32)
    for neighbour in range(3):
        for band in range(bands):
            source = padded[neighbour : neighbour + n, None, band : band + channels]
            out += source * filters[None, :, neighbour, band, None]
    return out.reshape(n * scale, channels)


def _padded(frames: Rows, weight: Rows) -> Rows:
    reach = weight.shape[2] // 2
    return np.pad(frames, ((reach, reach), (0, 0)), mode="edge")
