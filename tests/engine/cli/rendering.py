"""What the tests of ``render`` share."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.library.audio_files import read_audio
from engine.wavenet import mulaw

SHORT = ("--seconds", "0.03")  # 480 samples


def codes(path: Path) -> np.ndarray:
    """[n] uint8: the mu-law codes in a file at 16 kHz."""
    return mulaw.encode(read_audio(path, 16_000))
