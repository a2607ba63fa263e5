"""A program that finds its compiled code plays without the compiler, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.kernels.machine_code import loads_by_itself
from tests.models import save_tiny_model

ROOT = Path(__file__).parents[3]
PLAY = """
import sys
import time
from dataclasses import replace
from pathlib import Path
from engine.library.presets import Preset
from engine.stream.messages import Request
from engine.stream.session import Session
from engine.wavenet.model_file import load_model
from tests.engine.stream.fakes import FakeCards

preset = Preset(id="test", name="Test", category="user", model="tiny")
session = Session(on_event=lambda event: None, cards=FakeCards(*sys.argv[2:]))
session.play(Request(load_model(Path(sys.argv[1])), preset, preset.params(), 1, "cpu"))
end = time.monotonic() + 120
while session.status().played < 4000 and time.monotonic() < end:
    time.sleep(0.02)
session.set_params(replace(preset.params(), temperature=0.5))
while session.status().played < 12000 and time.monotonic() < end:
    time.sleep(0.02)
print(session.status().played >= 12000, *sorted({"numba", "llvmlite"} & set(sys.modules)))
session.close()
"""


def play(model: Path, *cards: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PLAY, str(model), *cards],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.skipif(not loads_by_itself(), reason="numba loads object files here")
def test_with_its_code_kept_a_program_plays_without_the_compiler(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_tiny_model(path)
    assert play(path, "Speakers, Fake")[0] == "True"  # here code may be compiled
    assert play(path, "Speakers, Fake") == ["True"]
    assert play(path) == ["True"]  # and where there is no card
