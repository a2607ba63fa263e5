from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import main

ROOT = Path(__file__).parents[1]

HEAVY = ("torch", "numba", "PySide6", "sounddevice", "soundfile", "tqdm")

PROBE = """
import sys
from engine.cli import main
try:
    main(sys.argv[1:])
finally:
    print(*sorted(set(sys.modules) & {heavy!r}), file=sys.stderr)
"""


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [sys.executable, ROOT / "main.py", *arguments], capture_output=True, text=True, check=False, **options
    )


def test_a_command_runs_as_a_program_from_any_folder(tmp_path: Path) -> None:
    done = run("presets", "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "piano" in {preset["id"] for preset in json.loads(done.stdout)}


def test_bad_arguments_leave_the_program_with_2_and_one_line() -> None:
    done = run("frobnicate")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_a_failure_leaves_the_program_with_1_and_one_line() -> None:
    done = run("render", "no such preset", "-o", "out.wav")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1


def test_a_reader_who_has_seen_enough_gets_no_complaint() -> None:
    program = subprocess.Popen(
        [sys.executable, ROOT / "main.py", "presets"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdout.close()
    assert program.stderr.read() == ""
    program.stderr.close()
    assert program.wait() == 1


@pytest.mark.parametrize("arguments", [["--help"], ["presets"], ["models", "--json"], ["render", "--help"]])
def test_what_needs_no_engine_starts_without_the_heavy_packages(arguments: list[str]) -> None:
    code = PROBE.format(heavy=set(HEAVY))
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stderr.strip() == ""


def test_no_command_hands_over_to_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str | None, bool]] = []

    def run_app(play: str | None = None, debug: bool = False) -> int:
        asked.append((play, debug))
        return 5

    monkeypatch.setitem(sys.modules, "app.bootstrap", SimpleNamespace(run=run_app))
    assert main.open_app("piano", True) == 5
    assert asked == [("piano", True)]
