"""Codes as text, for settings that are written into other files."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any

import numpy as np

from engine.errors import StudioError
from engine.wavenet.codes import Codes


def pack_codes(codes: Codes) -> str:
    """Codes [n] as text: zlib, then base64; 16-bit ones low byte first."""
    raw = codes.astype(codes.dtype.newbyteorder("<")).tobytes()
    return base64.b64encode(zlib.compress(raw, 9)).decode() if len(codes) else ""


def unpack_codes(text: str, kind: type[np.integer[Any]] = np.uint8) -> Codes:
    """Codes [n] of a type from text. Raises StudioError where it holds none."""
    stored = np.dtype(kind).newbyteorder("<")
    try:
        raw = zlib.decompress(base64.b64decode(text, validate=True)) if text else b""
        return np.frombuffer(raw, dtype=stored).astype(kind)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise StudioError(f"settings of a take: prime: not packed samples: {error}") from None
