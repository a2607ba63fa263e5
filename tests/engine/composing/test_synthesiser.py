"""Calling FluidSynth: a stand-in program plays its part, so that it need not be installed."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from engine.composing import synthesiser
from engine.errors import StudioError
from engine.music.score import Note, Part, Score

SCORE = Score(0.5, (Part(0, (Note(0.0, 0.5, 69, 100),)),))

# Left plays 440 Hz at twice 0.2, right is silent: mono must be 440 Hz at 0.2.
SINE = """
import math, struct, sys
out = sys.argv[sys.argv.index("-F") + 1]
with open(out, "wb") as file:
    for n in range(48000):
        file.write(struct.pack("<ff", 0.4 * math.sin(2 * math.pi * 440 * n / 48000), 0.0))
"""


@pytest.fixture
def soundfont(tmp_path: Path) -> Path:
    path = tmp_path / "font.sf2"
    path.touch()
    return path


def _install(folder: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "bin" / "fluidsynth"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\n{code}")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))


def test_a_missing_synthesiser_is_named_with_the_command_that_installs_it(
    soundfont: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StudioError, match="sudo apt-get install fluidsynth fluid-soundfont-gm") as error:
        synthesiser.play(SCORE, 16_000, soundfont)
    assert "\n" not in str(error.value)


def test_a_missing_soundfont_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, SINE, monkeypatch)
    with pytest.raises(StudioError, match=r"nowhere\.sf2.*sudo apt-get install"):
        synthesiser.play(SCORE, 16_000, tmp_path / "nowhere.sf2")


def test_both_channels_are_mixed_resampled_and_cut_to_the_score(
    soundfont: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, SINE, monkeypatch)
    samples = synthesiser.play(SCORE, 16_000, soundfont)
    expected = 0.2 * np.sin(2 * np.pi * 440 * np.arange(8000) / 16_000)
    assert samples.shape == (8000,)
    assert samples[200:-200] == pytest.approx(expected[200:-200], abs=1e-3)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import sys; sys.exit('no memory left')", "no memory left"),
        ("import sys; open(sys.argv[sys.argv.index('-F') + 1], 'wb').write(bytes(800))", "too short"),
        ("", "too short"),
    ],
)
def test_a_failing_synthesiser_is_reported_in_one_line(
    soundfont: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, reason: str
) -> None:
    _install(tmp_path, code, monkeypatch)
    with pytest.raises(StudioError, match=reason) as error:
        synthesiser.play(SCORE, 16_000, soundfont)
    assert "\n" not in str(error.value)
