"""The seven speakers of the speech corpus: which synthesiser speaks for each, and how it is set.

Four recorded people (slt, rms, awb, kal) stand behind them; the other three are warps of those.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tool = Literal["hts", "flite", "festival"]


@dataclass(frozen=True)
class Voice:
    """A speaker and the settings that make it."""

    speaker: str
    tool: Tool
    base: str
    """The recorded voice: slt, rms, awb or kal."""
    warp: float = 1.0
    """How much shorter the vocal tract becomes: spoken ``warp`` times slower at ``1 / warp`` of the
    pitch, then read back ``warp`` times faster. Formants and F0 rise, durations stay."""
    f0_mean: float = 0.0
    """Hz before the warp; 0 leaves the voice's own."""
    f0_deviation: float = 0.0
    """Hz before the warp; counts only with ``f0_mean``."""
    semitones: float = 0.0
    """F0 shift (hts only)."""
    all_pass: float = 0.0
    """Frequency warping of the spectrum (hts only); 0 leaves the voice's own."""


VOICES = (
    Voice("slt", "hts", "slt"),
    Voice("hank", "hts", "slt", semitones=-8.0, all_pass=0.51),
    Voice("rms", "flite", "rms"),
    Voice("awb", "flite", "awb"),
    Voice("isla", "flite", "awb", warp=1.15, f0_mean=165.0, f0_deviation=30.0),
    Voice("kal", "festival", "kal", f0_mean=105.0, f0_deviation=14.0),
    Voice("kay", "festival", "kal", warp=1.17, f0_mean=160.0, f0_deviation=22.0),
)
