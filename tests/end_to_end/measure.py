"""How long until a change is heard, how long until the first sound, and how many gaps: on the virtual card.

Not a test: ``python -m tests.end_to_end.measure [--beside spin|busy] [--size standard] [--seconds 60]``.
"""

from __future__ import annotations

import argparse
import json
import os
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
    parser.add_argument("--size", default="tiny", help="tiny, lite, standard or large: the model's")
    parser.add_argument(
        "--beside",
        choices=("nothing", "spin", "busy"),
        default="nothing",
        help="spin: a Python thread in the same process; busy: a process for each core",
    )
    parser.add_argument(
        "--device-ms", type=float, help="the card's own way, if it is known (default: measured)"
    )
    arguments = parser.parse_args()
    missing = what_is_missing()
    if missing:
        parser.error(missing)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_loudness_model(folder / "loudness.safetensors", arguments.size)
        card = VirtualCard(folder)
        others = _others() if arguments.beside == "busy" else []
        first = ["spin"] if arguments.beside == "spin" else []
        try:
            device = arguments.device_ms or _device(card, folder)
            _changes(card, folder, first, device)
            _gaps(card, folder, first, arguments.seconds)
        finally:
            card.close()
            for other in others:
                other.kill()


def _others() -> list[subprocess.Popen[bytes]]:
    """As many busy processes as there are cores."""
    return [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]


def _device(card: VirtualCard, folder: Path) -> float:
    """Milliseconds from the ring to the recorder, median."""
    recorder = Recorder(card, RECORDER_MS)
    command = [sys.executable, "-m", "tests.end_to_end.click", str(folder / "clicks.json")]
    subprocess.run(command, env=card.environment, check=True, stderr=subprocess.DEVNULL)
    taken = json.loads((folder / "clicks.json").read_text())
    delays = _delays(recorder, taken)
    recorder.close()
    _say("the card's own way, ms: median", float(np.median(delays)))
    _say("the card's own way, ms: longest", max(delays))
    return float(np.median(delays))


def _delays(recorder: Recorder, moments: list[float]) -> list[float]:
    """Milliseconds from each moment to the next audible sample."""
    loud = np.flatnonzero(np.abs(recorder.samples()) > AUDIBLE)
    times = np.array([recorder.time_of(int(sample)) for sample in loud])
    return [1000.0 * (times[np.searchsorted(times, at)] - at) for at in moments]


def _changes(card: VirtualCard, folder: Path, first: list[str], device: float) -> None:
    recorder = Recorder(card, RECORDER_MS)
    chance = random.Random(0)
    script = [*first, "0.0", "seed:1", "=2"]
    for _ in range(CHANGES):
        script += [str(SILENT), f"={chance.uniform(0.4, 0.6)}", str(NOISY), f"={chance.uniform(0.3, 0.4)}"]
    report = _perform(card, folder, script)
    time.sleep(0.5)
    delays = _delays(recorder, [at for word, at in report["actions"] if word == str(NOISY)])
    recorder.close()
    _say("temperature change to audible, ms: median", float(np.median(delays)))
    _say("temperature change to audible, ms: longest", max(delays))
    _say("  above the card's own way: median", float(np.median(delays)) - device)
    _say("  above the card's own way: longest", max(delays) - device)
    _say("  of the last one the session says, ms", report["status"].get("hand_to_ear_ms", 0.0))
    _say("  underruns meanwhile", report["status"]["underruns"])


def _gaps(card: VirtualCard, folder: Path, first: list[str], seconds: float) -> None:
    recorder = Recorder(card)
    started = time.monotonic()
    report = _perform(card, folder, [*first, "seed:1", f"={seconds}"])
    heard = recorder.time_of(int(np.flatnonzero(np.abs(recorder.samples()) > AUDIBLE)[0]))
    recorder.close()
    _say("first sound after process start, s", heard - started)
    _say(f"underruns in {seconds:g} s", report["status"]["underruns"])
    _say("  real-time factor", report["status"]["real_time_factor"])
    _say("  made ahead at the end, ms", report["status"]["buffered_ms"])


def _perform(card: VirtualCard, folder: Path, script: list[str]) -> dict[str, Any]:
    model = folder / "loudness.safetensors"
    command = [sys.executable, "-m", "tests.end_to_end.perform", str(model), str(folder), *script]
    subprocess.run(command, env=card.environment, check=True, stderr=subprocess.DEVNULL)
    report: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return report


def _say(what: str, figure: float) -> None:
    sys.stdout.write(f"{what:45} {figure:8.2f}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
