"""How large a recogniser is."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le
from pydantic.dataclasses import dataclass

from engine.wavenet.config import STRICT, Dilations, SampleRate

Width = Annotated[int, Ge(1), Le(1024)]


@dataclass(frozen=True, config=STRICT)
class RecogniserShape:
    """A WaveNet's layers on mu-law codes, pooled to frames, and non-causal convolutions over these."""

    sample_rate: SampleRate = 16_000
    hop: Annotated[int, Ge(1), Le(4096)] = 160
    """Samples of a frame: 10 ms, as in section 3.4 of the paper."""
    input_taps: Annotated[int, Ge(1), Le(4096)] = 256
    """Samples that the causal convolution at the input sees: 16 ms."""
    dilations: Dilations = (1, 2, 4, 8, 16, 32)
    channels: Width = 32
    """Of the layers: residual and gate."""
    width: Width = 160
    """Channels of the convolutions over frames."""
    taps: Annotated[int, Ge(1), Le(63)] = 5
    """Frames that each of them sees; odd."""
    convolutions: Annotated[int, Ge(0), Le(16)] = 4
