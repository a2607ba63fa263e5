"""Locks between processes: held by one, free once it is gone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from engine.files.lock import try_lock

HOLD = "import sys; from pathlib import Path; from engine.files.lock import try_lock\n"
HOLD += "held = try_lock(Path(sys.argv[1])); print(held is not None, flush=True); sys.stdin.read()"
ROOT = Path(__file__).parents[3]


def test_a_lock_is_had_by_one_at_a_time(tmp_path: Path) -> None:
    first = try_lock(tmp_path / "lock")
    assert first is not None
    assert try_lock(tmp_path / "lock") is None
    first.close()
    second = try_lock(tmp_path / "lock")
    assert second is not None
    second.close()


def test_the_lock_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "lock")]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        assert try_lock(tmp_path / "lock") is None
        process.kill()
        process.wait()
    handle = try_lock(tmp_path / "lock")
    assert handle is not None
    handle.close()
