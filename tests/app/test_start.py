"""What the window waits for before it is seen, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LATER = {
    "pyqtgraph",
    "pydantic",
    "numba",
    "llvmlite",
    "scipy",
    "torch",
    "mido",
    "soundfile",
    "soxr",
    "sounddevice",
}
"""Packages that cost tens of milliseconds each and paint nothing."""

# Says what was imported when the window had been painted, and what once it is connected.
PROGRAM = """
import sys
from app import bootstrap, opening
from app.window import MainWindow

def note(self):
    print(*sorted(name for name in sys.modules if "." not in name))

def _connect(self):
    note(self)
    old(self)
    print("connected", self._instrument is not None)
    note(self)
    self._window.close()

old, opening.Start._connect = opening.Start._connect, _connect
sys.exit(bootstrap.run())
"""


def test_the_window_is_painted_before_what_is_behind_it_is_imported(tmp_path: Path) -> None:
    folders = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("DATA", "CONFIG", "STATE")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={**os.environ, **folders, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    imported, connected, behind, *_ = done.stdout.splitlines()
    assert "PySide6" in imported.split()
    assert sorted(LATER.intersection(imported.split())) == []
    assert connected == "connected True"
    assert {"scipy", "torch"}.isdisjoint(behind.split())  # 100 MB, and more, for what may never be asked


def test_a_preset_that_is_played_at_once_is_asked_for_before_the_window_is_imported(tmp_path: Path) -> None:
    program = """
import sys
from app import bootstrap
from engine.stream.session import Session

def play(self, request):
    print(request.preset.id, "PySide6.QtWidgets" in sys.modules, "app.window" in sys.modules)
    raise SystemExit(0)

Session.play = play
bootstrap.run(play="piano")
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.split() == ["piano", "False", "False"], done.stderr
