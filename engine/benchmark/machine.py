"""What this machine allows: its caches' bandwidth and its multiply-adds' throughput, measured by probes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from engine.benchmark.timing import time_calls
from engine.benchmark.work import Work
from engine.kernels.object_files import Progress

CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
ASSUMED_L2 = 1 << 20
"""Bytes, where the system does not tell."""
PROBE_S = 1e-3
"""About as long as one call of a probe takes: long against the clock, short against interruptions."""
UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


@dataclass(frozen=True)
class Limit:
    """The least time that a sample can take: all its weights read, or all its operations done."""

    level: str
    """Cache that the model's weights fit in: L2, L3 or memory."""
    home_gigabytes: float
    """Read bandwidth at the size of the weights, GB/s."""
    microseconds: float
    """By the bandwidth at the size of the weights and the throughput, µs a sample."""
    l2_microseconds: float
    """The same as if all the weights lay in L2, µs a sample."""
    bound: str
    """What takes longer: ``reading`` or ``operations``."""


@dataclass
class Machine:
    """Of one core, as measured now by ``measure_machine``."""

    caches: dict[int, int]
    """Bytes by level, of data: what the system tells."""
    l2_bytes: int
    """Size that counts as L2's."""
    l2_assumed: bool
    """Whether that is ``ASSUMED_L2`` for want of knowledge."""
    l2_gigabytes: float
    """Read bandwidth of a buffer of half the L2, GB/s."""
    int8_gigaops: float
    """Multiplications and additions, 10^9 a second: of int8 weights, widened to int16 pairs, into int32 …"""
    int16_gigaops: float
    """… of int16 weights …"""
    float32_gigaops: float
    """… and of float32."""
    seconds: float
    """That each probe ran."""
    bandwidths: dict[int, float] = field(default_factory=dict)
    """GB/s by bytes read again and again, of the sizes that were asked for."""

    def level(self, size: int) -> str:
        """The nearest cache from L2 on that ``size`` bytes fit in."""
        levels = {**{n: s for n, s in self.caches.items() if n > 2}, 2: self.l2_bytes}
        return next((f"L{n}" for n, capacity in sorted(levels.items()) if size <= capacity), "memory")

    def bandwidth(self, size: int) -> float:
        """GB/s of reading ``size`` bytes again and again; not more than half the L2 counts as that."""
        if size <= self.l2_bytes // 2:
            return self.l2_gigabytes
        if size not in self.bandwidths:
            self.bandwidths[size] = read_bandwidth(size, self.seconds)
        return self.bandwidths[size]

    def limit(self, work: Work, precision: str) -> Limit:
        """The limit of ``work`` in the CPU kernel's ``precision``."""
        rates = {"int8": self.int8_gigaops, "int16": self.int16_gigaops, "float32": self.float32_gigaops}
        rate = rates[precision]
        home = self.bandwidth(work.stored)
        operations, reading = work.operations / rate / 1e3, work.read / home / 1e3
        return Limit(
            level=self.level(work.stored),
            home_gigabytes=home,
            microseconds=max(operations, reading),
            l2_microseconds=max(operations, work.read / self.l2_gigabytes / 1e3),
            bound="operations" if operations >= reading else "reading",
        )


def measure_machine(seconds: float, progress: Progress | None = None) -> Machine:
    """Run each probe for ``seconds``. ``progress`` is told before a compilation."""
    caches = cache_sizes(CACHES)
    l2 = caches.get(2, ASSUMED_L2)
    return Machine(
        caches=caches,
        l2_bytes=l2,
        l2_assumed=2 not in caches,
        l2_gigabytes=read_bandwidth(l2 // 2, seconds, progress),
        int8_gigaops=throughput("int8", seconds, progress),
        int16_gigaops=throughput("int16", seconds, progress),
        float32_gigaops=throughput("float32", seconds, progress),
        seconds=seconds,
    )


def cache_sizes(folder: Path) -> dict[int, int]:
    """Bytes of the data caches by level, from Linux's description; empty where there is none."""
    found: dict[int, int] = {}
    for index in folder.glob("index*"):
        try:
            kind, level, size = ((index / name).read_text().strip() for name in ("type", "level", "size"))
            if kind in ("Data", "Unified"):
                found[int(level)] = int(size.rstrip("KMG")) * UNITS.get(size[-1:], 1)
        except (OSError, ValueError):
            continue
    return found


def read_bandwidth(size: int, seconds: float, progress: Progress | None = None) -> float:
    """GB/s of one core reading ``size`` bytes over and over: the best of many runs."""
    from engine.kernels.probes import Reader

    reader = Reader(size, progress)
    passes = _passes(reader.run)
    return passes * reader.bytes / min(time_calls(lambda: reader.run(passes), seconds)) / 1e9


def throughput(precision: str, seconds: float, progress: Progress | None = None) -> float:
    """10^9 operations a second of one core's multiply-adds: the best of many runs."""
    from engine.kernels.probes import Multiplier

    multiplier = Multiplier(precision, progress)
    passes = _passes(multiplier.run)
    return 2 * passes * multiplier.products / min(time_calls(lambda: multiplier.run(passes), seconds)) / 1e9


def _passes(run: Callable[[int], object]) -> int:
    """How many passes take about ``PROBE_S``."""
    passes = 1
    while (taken := min(time_calls(partial(run, passes), 0.0))) < PROBE_S / 4:
        passes *= 2
    return max(1, round(passes * PROBE_S / taken))
