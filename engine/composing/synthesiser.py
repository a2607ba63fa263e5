"""Scores to sound through FluidSynth and the FluidR3 soundfont, as a separate program."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.music.score import Score, write_midi

SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
_INSTALL = "install it with: sudo apt-get install fluidsynth fluid-soundfont-gm"
_RENDER_RATE = 48000  # the synthesiser does not band-limit what it pitches up; soxr does, on the way down
_GAIN = 0.3


def find(soundfont: Path = SOUNDFONT) -> Path:
    """The FluidSynth program.

    Raises StudioError where it or the soundfont is missing, naming the command that installs both.
    """
    program = shutil.which("fluidsynth")
    if program is None:
        raise StudioError(
            f"FluidSynth, which plays the scores of the music corpus, is not installed; {_INSTALL}"
        )
    if not soundfont.is_file():
        raise StudioError(f"{soundfont}, the sounds of the music corpus, is missing; {_INSTALL}")
    return Path(program)


def play(score: Score, sample_rate: int, soundfont: Path = SOUNDFONT) -> NDArray[np.float32]:
    """The score as [n_samples] float32 mono, dry (no reverb, no chorus), not normalised.

    Raises StudioError where FluidSynth is missing or fails.
    """
    program = find(soundfont)
    with tempfile.TemporaryDirectory() as folder:
        midi, raw = Path(folder, "score.mid"), Path(folder, "score.raw")
        write_midi(score, midi)
        command = [str(program), "-ni", "-q", "-R", "0", "-C", "0", "-g", str(_GAIN), "-r", str(_RENDER_RATE)]
        command += ["-o", "synth.cpu-cores=1", "-o", "synth.dynamic-sample-loading=1"]
        command += ["-T", "raw", "-O", "float", "-F", str(raw), str(soundfont), str(midi)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        frames = np.fromfile(raw, "<f4").reshape(-1, 2) if raw.exists() else np.zeros((0, 2), np.float32)
    if done.returncode != 0 or len(frames) < score.seconds * _RENDER_RATE:
        reason = (done.stderr or done.stdout).strip().splitlines()
        raise StudioError(
            f"FluidSynth could not play a score: {reason[-1] if reason else 'too short'}; {_INSTALL}"
        )
    mono = frames.mean(axis=1, dtype=np.float64)
    wanted = round(score.seconds * sample_rate)
    return np.asarray(soxr.resample(mono, _RENDER_RATE, sample_rate)[:wanted], np.float32)
