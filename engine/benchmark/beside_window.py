"""Beside the app: its window open and playing in a process of its own, as it is in practice."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from engine.benchmark.models import RATE
from engine.benchmark.speed import Backend, make_kernel, sample_times
from engine.errors import StudioError
from engine.kernels.object_files import Progress
from engine.library.paths import ROOT
from engine.wavenet.model_file import ModelFile

START_S = 8.0
"""From the start of the process until it surely plays, its kernel being compiled already."""
END_S = 10.0


@dataclass(frozen=True)
class BesideWindow:
    """The CPU kernel's speed on one model, alone and beside the playing window."""

    model: str
    engine: str
    preset: str
    alone_microseconds: float
    """Median time of a sample with no window, µs."""
    microseconds: float
    """The same beside it, µs."""
    window_cores: float | None
    """Cores that the app kept busy meanwhile; None where the system does not tell."""
    underruns: int | None
    """The app's, from its start to its end; None where it does not tell."""

    @property
    def real_time_factor(self) -> float:
        """Seconds of 16 kHz audio per second of work, beside the window."""
        return 1e6 / (self.microseconds * RATE)

    @property
    def alone_factor(self) -> float:
        """The same without it."""
        return 1e6 / (self.alone_microseconds * RATE)


def measure_beside(
    models: Sequence[ModelFile], window: PlayingWindow, seconds: float, progress: Progress | None = None
) -> list[BesideWindow]:
    """Time the CPU kernel in int8 on each model, alone and then beside ``window``.

    Raises StudioError where the window does not open or does not stay.
    """
    backend = Backend("cpu", "int8")
    kernels = [make_kernel(model, backend, progress) for model in models]
    alone = [sample_times(kernel, seconds)[0] for kernel in kernels]
    with window:
        beside = [sample_times(kernel, seconds)[0] for kernel in kernels]
        used = window.cores_used()
    return [
        BesideWindow(model.header.name, str(backend), window.preset, before, after, used, window.underruns)
        for model, before, after in zip(models, alone, beside, strict=True)
    ]


class PlayingWindow:
    """Context: ``main.py --play PRESET`` runs inside it."""

    def __init__(self, preset: str, root: Path = ROOT, start_s: float = START_S) -> None:
        """Nothing is started yet. Raises StudioError where there is no display."""
        if not has_display():
            raise StudioError("--playing needs a display for the window; on a machine without one: xvfb-run")
        self.preset = preset
        self._command = [sys.executable, str(root / "main.py"), "--debug", "--play", preset]
        self._start_s = start_s
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._process: subprocess.Popen[str] | None = None
        self.underruns: int | None = None
        """What the app told of at its end; None until then, or where it told nothing."""
        self._started = 0.0
        self._used_before: float | None = None

    def __enter__(self) -> PlayingWindow:
        """Start, and wait until it plays. Raises StudioError with the app's own words where it ends."""
        self._process = subprocess.Popen(self._command, stderr=self._log, stdout=self._log, text=True)
        deadline = time.monotonic() + self._start_s
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                words = self._words()
                self._log.close()
                raise StudioError(f"the window closed at once: {words[-1] if words else 'it said nothing'}")
            time.sleep(0.1)
        self._started, self._used_before = time.monotonic(), self._used()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the window as the user would, and read what the app told."""
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        counts = re.findall(r"(\d+) underruns?\b", "\n".join(self._words()))
        self.underruns = int(counts[-1]) if counts else None
        self._log.close()

    def cores_used(self) -> float | None:
        """Cores that the app has kept busy since it began to play; None where the system does not tell.

        Raises StudioError where the app has ended.
        """
        assert self._process is not None
        if self._process.poll() is not None:
            raise StudioError("the window closed while it was being measured; run again and leave it open")
        used = self._used()
        if used is None or self._used_before is None:
            return None
        return (used - self._used_before) / (time.monotonic() - self._started)

    def _used(self) -> float | None:
        """Seconds of processor time so far, from Linux's description of the process."""
        assert self._process is not None
        try:
            text = Path(f"/proc/{self._process.pid}/stat").read_text()
        except OSError:
            return None
        user, system = text.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def _words(self) -> list[str]:
        self._log.seek(0)
        return [line.strip() for line in self._log if line.strip()]


def has_display() -> bool:
    """Whether Qt will find somewhere to draw."""
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if not sys.platform.startswith("linux") or platform not in ("", "xcb", "wayland"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
