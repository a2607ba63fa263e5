"""How long until a change is heard, how long until the first sound, and how many gaps: on the virtual card.

Not a test; on a quiet machine: ``python -m tests.end_to_end.measure [--seconds 60] [--model FILE]``.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.end_to_end.card import Recorder, VirtualCard, what_is_missing
from tests.end_to_end.loudness_model import NOISY, SILENT, save_loudness_model

CHANGES = 20
AUDIBLE = 1e-3
RECORDER_MS = 5


def main() -> None:
    """Print one figure a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to listen for gaps")
    parser.add_argument("--model", type=Path, help="model for the gaps (default: a small random one)")
    arguments = parser.parse_args()
    missing = what_is_missing()
    if missing:
        parser.error(missing)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_loudness_model(folder / "loudness.safetensors")
        card = VirtualCard(folder)
        try:
            _changes(card, folder)
            _gaps(card, folder, arguments.model or folder / "loudness.safetensors", arguments.seconds)
        finally:
            card.close()


def _changes(card: VirtualCard, folder: Path) -> None:
    recorder = Recorder(card, RECORDER_MS)
    chance = random.Random(0)
    script = ["0.0", "seed:1", "=2"]
    for _ in range(CHANGES):
        script += [str(SILENT), f"={chance.uniform(0.4, 0.6)}", str(NOISY), f"={chance.uniform(0.3, 0.4)}"]
    report = _perform(card, folder, folder / "loudness.safetensors", script)
    time.sleep(0.5)
    loud = np.flatnonzero(np.abs(recorder.samples()) > AUDIBLE)
    times = np.array([recorder.time_of(int(sample)) for sample in loud])
    recorder.close()
    changes = [at for word, at in report["actions"] if word == str(NOISY)]
    delays = [1000.0 * (times[np.searchsorted(times, at)] - at) for at in changes]
    _say("temperature change to audible, ms: median", float(np.median(delays)))
    _say("temperature change to audible, ms: longest", max(delays))
    _say("  of which the session says, ms", report["status"]["latency_ms"])


def _gaps(card: VirtualCard, folder: Path, model: Path, seconds: float) -> None:
    recorder = Recorder(card)
    started = time.monotonic()
    report = _perform(card, folder, model, ["seed:1", f"={seconds}"])
    first = recorder.time_of(int(np.flatnonzero(np.abs(recorder.samples()) > AUDIBLE)[0]))
    recorder.close()
    _say("first sound after process start, s", first - started)
    _say(f"underruns in {seconds:g} s", report["status"]["underruns"])
    _say("  real-time factor", report["status"]["real_time_factor"])


def _perform(card: VirtualCard, folder: Path, model: Path, script: list[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.end_to_end.perform", str(model), str(folder), *script]
    subprocess.run(command, env=card.environment, check=True, stderr=subprocess.DEVNULL)
    report: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return report


def _say(what: str, figure: float) -> None:
    sys.stdout.write(f"{what:45} {figure:8.2f}  \n")


if __name__ == "__main__":
    main()
