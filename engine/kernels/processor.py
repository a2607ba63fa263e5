"""Which processor this is: what machine code may use, and how wide its vector registers are.

On Linux the kernel says so, of x86-64; elsewhere LLVM is asked, which takes a while to import.
"""

from __future__ import annotations

import platform
import sys
from functools import cache
from pathlib import Path

CPU_INFO = Path("/proc/cpuinfo")
NAMES = ("vendor_id", "cpu family", "model", "model name", "stepping", "flags")
"""What tells processors apart, for whoever makes code for them."""


def reported_by_linux() -> dict[str, str] | None:
    """The first processor's entries of ``NAMES``; None where this is no Linux on x86-64."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return None
    try:
        first = CPU_INFO.read_text("utf-8", "replace").partition("\n\n")[0]
    except OSError:
        return None
    pairs = (line.partition(":") for line in first.splitlines())
    found = {name.strip(): value.strip() for name, _, value in pairs}
    return {name: found.get(name, "") for name in NAMES} if found.get("flags") else None


@cache
def features() -> frozenset[str]:
    """What the processor can, and the system lets it, by the names that are usual for x86."""
    found = reported_by_linux()
    if found is not None:
        return frozenset(found["flags"].split())
    from llvmlite import binding

    return frozenset(name for name, there in binding.get_host_cpu_features().items() if there)


@cache
def identity() -> str:
    """A text that is another one for another processor."""
    found = reported_by_linux()
    if found is not None:
        return repr(found)
    from llvmlite import binding

    return f"{binding.get_host_cpu_name()} {sorted(features())}"


def vector_lanes() -> int:
    """How many 32-bit lanes one vector register has: 16, 8 or 4."""
    if features() >= {"avx512bw", "avx512vl"}:
        return 16
    return 8 if "avx2" in features() else 4


LANES = vector_lanes()
PAD = max(LANES, 8)
"""Every width in packed weights is a multiple of this."""
