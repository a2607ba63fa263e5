"""Times as people read them."""

from __future__ import annotations


def format_time(seconds: float, decimals: int = 0) -> str:
    """``m:ss``, with so many decimals; what is left over is cut off, so that no time is shown too early."""
    scale = 10**decimals
    units = int(seconds * scale + 1e-6)
    text = f"{units // (60 * scale)}:{units // scale % 60:02d}"
    return f"{text}.{units % scale:0{decimals}d}" if decimals else text
