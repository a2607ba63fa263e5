"""How long the machine itself held things up: a program that only sleeps, and tells when it overslept."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

NAP_S = 0.002
WORTH_S = 0.01
"""Oversleeping less than this is not worth a line."""


class Stalls:
    """While it is entered, the other program runs; afterwards it can be asked."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "stalls.txt"
        self._found: list[tuple[float, float]] = []

    def __enter__(self) -> Stalls:
        with self._path.open("wb") as file:
            self._process = subprocess.Popen([sys.executable, "-S", __file__], stdout=file)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait()
        lines = [line.split() for line in self._path.read_text().splitlines()]
        self._found = [(float(words[0]), float(words[1])) for words in lines if len(words) == 2]

    @property
    def longest(self) -> float:
        """Seconds."""
        return max((late for _, late in self._found), default=0.0)

    def between(self, start: float, end: float) -> float:
        """The seconds that it overslept most, among naps that touch this stretch of ``time.monotonic``."""
        return max((late for at, late in self._found if at - late < end and at > start), default=0.0)


class Waiting:
    """How long this thread could have run and was not let, as Linux counts it; 0 elsewhere."""

    def __init__(self) -> None:
        self._file = Path("/proc/thread-self/schedstat")
        self._known = self._file.exists()

    def seconds(self) -> float:
        """Since the thread began."""
        return int(self._file.read_text().split()[1]) / 1e9 if self._known else 0.0


def main() -> None:
    """Never returns."""
    while True:
        before = time.monotonic()
        time.sleep(NAP_S)
        now = time.monotonic()
        if now - before - NAP_S > WORTH_S:
            sys.stdout.write(f"{now:.6f} {now - before - NAP_S:.6f}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
