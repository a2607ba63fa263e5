"""A program that plays is killed, or its disk fills: what was heard is there afterwards, to a second."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.generation.backends import select_kernel
from engine.kernels.base import Kernel
from engine.library.replay import replay
from engine.library.take_files import StoredTake
from engine.library.take_folder import TakeFolder
from engine.wavenet.model_file import ModelFile
from tests.models import save_tiny_model

ROOT = Path(__file__).parents[3]
RATE = 16_000
START_S = 60.0
KILLS = [pytest.param(3, id="few"), pytest.param(20, id="many", marks=pytest.mark.soak)]


class Endless:
    """The program, and what it told."""

    def __init__(self, folder: Path, model: Path, take_s: float) -> None:
        self.lines: list[list[str]] = []
        command = [sys.executable, "-m", "tests.engine.stream.endless", str(folder), str(model), str(take_s)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self.lines.append(line.split())

    def wait_for_sound(self) -> None:
        deadline = time.monotonic() + START_S
        while not self.played():
            assert time.monotonic() < deadline, self.lines
            assert self._process.poll() is None
            time.sleep(0.005)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()

    def played(self) -> dict[int, int]:
        """The most that was told to be played of each take, by its seed."""
        most: dict[int, int] = {}
        for line in list(self.lines):
            if line[0] == "plays" and int(line[2]):
                most[int(line[1])] = max(most.get(int(line[1]), 0), int(line[2]))
        return most

    def said(self) -> list[str]:
        return [" ".join(line[1:]) for line in self.lines if line[0] == "said"]


@pytest.fixture(scope="module")
def model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("model") / "tiny.safetensors"


@pytest.fixture(scope="module")
def model(model_path: Path) -> ModelFile:
    return save_tiny_model(model_path)


@pytest.fixture(scope="module")
def kernel(model: ModelFile) -> Kernel:
    return select_kernel(model, "cpu")


def takes_in(path: Path) -> list[StoredTake]:
    """All takes, those included that are recovered now; every one can be read."""
    folder = TakeFolder(path)
    try:
        folder.recover()
        assert folder.problems == []
        return [folder.read(row.id) for row in folder.rows()]
    finally:
        folder.close()


@pytest.mark.parametrize("kills", KILLS)
def test_a_kill_at_any_moment_costs_at_most_a_second_and_no_file_is_damaged(
    tmp_path: Path, model_path: Path, kernel: Kernel, kills: int
) -> None:
    rng = random.Random(11)
    for number in range(kills):
        path = tmp_path / f"takes-{number}"
        program = Endless(path, model_path, take_s=1.5)
        try:
            program.wait_for_sound()
            time.sleep(rng.uniform(0.0, 4.0))
        finally:
            program.kill()
        found = {take.seed: take for take in takes_in(path)}
        for seed, played in program.played().items():
            made = found[seed].length if seed in found else 0
            assert made >= played - RATE, f"take {seed}: {made} of {played} samples"
        for take in found.values():
            np.testing.assert_array_equal(replay(take, kernel), take.codes)
        assert program.said() == []


@contextlib.contextmanager
def small_disk(path: Path, size: int) -> Iterator[None]:
    """Lets ``path`` be a file system of its own of ``size`` bytes. Needs root."""
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(path)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


@pytest.mark.soak
def test_a_disk_that_fills_at_any_moment_leaves_what_was_written_and_says_so_once(
    tmp_path: Path, model_path: Path, kernel: Kernel
) -> None:
    assert os.geteuid() == 0, "a small disk can only be mounted by root"
    rng = random.Random(12)
    filled = 0
    for number in range(20):
        path = tmp_path / f"disk-{number}"
        with small_disk(path, size=4096 * rng.randrange(8, 32)):
            program = Endless(path / "takes", model_path, take_s=60.0)
            try:
                program.wait_for_sound()
                deadline = time.monotonic() + 20.0
                while not program.said() and time.monotonic() < deadline:
                    time.sleep(0.05)
                before = max(program.played().values())
                time.sleep(0.5)
                assert max(program.played().values()) > before + RATE // 4  # it plays on
            finally:
                program.kill()
            (told,) = program.said()
            assert "is no longer saved while it plays: " in told
            assert "No space left on device. Make room" in told
            subprocess.run(["mount", "-o", "remount,size=16m", str(path)], check=True)
            for take in takes_in(path / "takes"):
                filled += 1
                np.testing.assert_array_equal(replay(take, kernel), take.codes)
                assert take.length > 0
    assert filled >= 15
