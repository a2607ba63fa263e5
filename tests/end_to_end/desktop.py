"""A desktop of its own: an X server without a screen, a window manager, and a hand with mouse and keys."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEEDED = {"Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool"}
SIZE = "1400x900x24"
"""The window opens as 1280 x 800 on it."""
PATIENCE_S = 60.0


def what_is_missing() -> str | None:
    """What to do before there can be a desktop; None where nothing is missing."""
    packages = [package for program, package in NEEDED.items() if not shutil.which(program)]
    return f"the first use needs: sudo apt-get install -y {' '.join(packages)}" if packages else None


class Desktop:
    """Runs until ``close``; programs started with ``environment`` open their windows on it."""

    def __init__(self, environment: dict[str, str]) -> None:
        """``environment``: of everything that runs on it, the user's folders included."""
        read, write = os.pipe()
        silent = subprocess.DEVNULL
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", SIZE, "-nolisten", "tcp"],
            pass_fds=(write,),
            stdout=silent,
            stderr=silent,
        )
        os.close(write)
        with os.fdopen(read) as told:
            display = told.readline().strip()
        self.environment = {**environment, "DISPLAY": f":{display}", "QT_QPA_PLATFORM": "xcb"}
        self._manager = subprocess.Popen(["openbox"], env=self.environment, stdout=silent, stderr=silent)

    def close(self) -> None:
        """Stop everything."""
        for process in (self._manager, self._server):
            process.terminate()
            process.wait(timeout=10.0)

    def do(self, *words: str) -> str:
        """One command of xdotool; returns what it says."""
        done = subprocess.run(
            ["xdotool", *words], env=self.environment, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()


class Hand:
    """What a user does to the program, counted: sees the window, and knows the manual."""

    def __init__(self, desktop: Desktop, log: Path) -> None:
        self.actions = 0
        self.steps: list[str] = []
        self._desktop, self._log = desktop, log
        self._began = time.monotonic()
        self._window = ""
        self._program: subprocess.Popen[bytes] | None = None

    @property
    def seconds(self) -> float:
        """Since the hand began."""
        return time.monotonic() - self._began

    @property
    def title(self) -> str:
        """Of the window."""
        return self._desktop.do("getwindowname", self._window)

    def launch(self) -> None:
        """Start the program, and wait until its window shows a preset."""
        self._count("start the program")
        with self._log.open("ab") as log:
            self._program = subprocess.Popen(
                [sys.executable, str(ROOT / "main.py")], cwd=ROOT, env=self._desktop.environment, stderr=log
            )
        wait_until(self._found)
        wait_until(lambda: " – WaveNet Studio" in self.title)

    def ended(self) -> int:
        """Wait until the program ends by itself; returns its exit code."""
        assert self._program is not None
        return self._program.wait(timeout=PATIENCE_S)

    def stop(self) -> None:
        """End the program whatever it does."""
        if self._program is not None and self._program.poll() is None:
            self._program.kill()
            self._program.wait()

    def key(self, keys: str, why: str) -> None:
        """Press keys, as ``ctrl+q``."""
        self._count(why)
        self._desktop.do("key", keys)

    def click(self, x: int, y: int, why: str) -> None:
        """Click at a place of the window."""
        self._count(why)
        self._desktop.do("mousemove", "--window", self._window, str(x + 4), str(y + 3), "sleep", "0.1")
        self._desktop.do("mousemove", "--window", self._window, str(x), str(y), "sleep", "0.1", "click", "1")

    def drag(self, start: tuple[int, int], end: tuple[int, int], why: str) -> None:
        """Pull something from one place to another."""
        self._count(why)
        (x, y), (to_x, to_y) = start, end
        self._desktop.do("mousemove", "--window", self._window, str(x), str(y), "mousedown", "1")
        self._desktop.do("mousemove", "--window", self._window, str((x + to_x) // 2), str((y + to_y) // 2))
        self._desktop.do("mousemove", "--window", self._window, str(to_x), str(to_y), "mouseup", "1")

    def write(self, text: str, why: str) -> None:
        """Type into the field that has the keyboard."""
        self._count(why)
        self._desktop.do("type", text)

    def wait(self, seconds: float) -> None:
        """Listen."""
        time.sleep(seconds)

    def _count(self, why: str) -> None:
        self.actions += 1
        self.steps.append(f"{self.actions:2}. {self.seconds:5.1f} s  {why}")

    def _found(self) -> bool:
        self._window = self._desktop.do("search", "--onlyvisible", "--name", "WaveNet Studio").split("\n")[-1]
        return bool(self._window)


def wait_until(condition: object) -> None:
    """Give up, failing, after PATIENCE_S."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)
