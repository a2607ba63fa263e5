"""What was said when: phones and F0 read from the synthesisers' own output, warped and cut to size.

No aligner and no pitch tracker: each tool knows the phone times and the F0 it used. Which frames sound
voiced is another matter (``speech_voicing``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

F0_HOP = 0.005
PAUSE = "pau"
_PAUSES = frozenset({"pau", "sil", "h#", "ssil", "brth"})
_HTS_PHONE = re.compile(r"-([^+]+)\+")
_HTS_STRESS = re.compile(r"/B:([0-9])-")


class Phone(NamedTuple):
    """One phone: CMU name in lower case (``pau`` for silence), start and end in seconds, stress."""

    name: str
    start: float
    end: float
    stress: int
    """That of its syllable: 0 none, 1 primary."""


@dataclass(frozen=True)
class Labels:
    """Phones of a sentence and its F0."""

    phones: tuple[Phone, ...]
    f0: NDArray[np.float64]
    """[n_frames] Hz, 0 where unvoiced; frame i stands at i * ``F0_HOP`` seconds."""

    def warped(self, factor: float) -> Labels:
        """The labels of the same audio played ``factor`` times faster (times / factor, F0 * factor)."""
        phones = tuple(
            phone._replace(start=phone.start / factor, end=phone.end / factor) for phone in self.phones
        )
        frames = max(1, round(len(self.f0) / factor))
        nearest = np.minimum(np.round(np.arange(frames) * factor).astype(int), len(self.f0) - 1)
        return Labels(phones, self.f0[nearest] * factor)

    def cut(self, start: float, end: float) -> Labels:
        """The part between two times in seconds, its time counted from ``start``.

        ``start`` lies on the F0 grid. Phones are clipped to the part; those outside vanish.
        """
        phones = tuple(
            phone._replace(start=max(phone.start, start) - start, end=min(phone.end, end) - start)
            for phone in self.phones
            if phone.end > start and phone.start < end
        )
        first = round(start / F0_HOP)
        count = int(np.ceil((end - start) / F0_HOP - 1e-6))
        part = self.f0[first : first + count]
        return Labels(phones, np.pad(part, (0, count - len(part))))

    def spoken(self) -> tuple[float, float]:
        """Start of the first and end of the last phone that is not a pause, in seconds.

        Raises ValueError where there are only pauses.
        """
        sounds = [phone for phone in self.phones if phone.name != PAUSE]
        if not sounds:
            raise ValueError("only pauses")
        return sounds[0].start, sounds[-1].end

    def details(self) -> dict[str, Any]:
        """Compact JSON: phones as [name, start, end, stress], F0 in whole Hz."""
        return {
            "phones": [[p.name, round(p.start, 4), round(p.end, 4), p.stress] for p in self.phones],
            "f0_hop": F0_HOP,
            "f0": [int(value) for value in np.round(self.f0)],
        }


def parse_segments(text: str) -> tuple[Phone, ...]:
    """Phones from lines ``phone end-seconds stress``, as our flite and Festival scripts write them.

    Raises ValueError on a malformed line, times that run backwards, or no phones at all.
    """
    phones = []
    start = 0.0
    for line in text.splitlines():
        name, end, stress = line.split()
        phones.append(_phone(name, start, float(end), int(stress)))
        start = phones[-1].end
    return _checked(phones)


def parse_hts(text: str) -> tuple[Phone, ...]:
    """Phones from hts_engine's label file: ``start end context`` with times in units of 100 ns.

    The context's ``-phone+`` is the phone and ``/B:stress-`` its syllable's stress (x in a pause).
    Raises ValueError on a malformed line, times that run backwards, or no phones at all.
    """
    phones = []
    for line in text.splitlines():
        start, end, context = line.split()
        name = _HTS_PHONE.search(context)
        if name is None:
            raise ValueError(f"no phone in {context!r}")
        stress = _HTS_STRESS.search(context)
        phones.append(_phone(name[1], int(start) * 1e-7, int(end) * 1e-7, int(stress[1]) if stress else 0))
    return _checked(phones)


def parse_f0(text: str) -> NDArray[np.float64]:
    """F0 in Hz from one number a line, one line a 5 ms frame."""
    return np.array([float(line) for line in text.split()], dtype=np.float64)


def f0_from_logarithm(raw: bytes) -> NDArray[np.float64]:
    """F0 in Hz from hts_engine's float32 log F0 track; its marker for unvoiced (-1e10) becomes 0."""
    return np.exp(np.frombuffer(raw, dtype="<f4").astype(np.float64))


def f0_from_targets(text: str, seconds: float) -> NDArray[np.float64]:
    """F0 in Hz, straight lines between Festival's pitch targets (lines ``seconds hertz``)."""
    pairs = np.array([line.split() for line in text.splitlines()], dtype=np.float64)
    times = np.arange(0.0, seconds, F0_HOP)
    f0: NDArray[np.float64] = np.interp(times, pairs[:, 0], pairs[:, 1])
    return f0


def _phone(name: str, start: float, end: float, stress: int) -> Phone:
    return Phone(PAUSE if name in _PAUSES else name, start, end, stress)


def _checked(phones: list[Phone]) -> tuple[Phone, ...]:
    if not phones:
        raise ValueError("no phones")
    for phone in phones:
        if phone.end < phone.start:
            raise ValueError(f"phone {phone.name} ends at {phone.end:.3f} s before it starts")
    return tuple(phones)
