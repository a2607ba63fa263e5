"""What a sound card is really given, beside what was generated."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.wavenet import mulaw
from tests.end_to_end.card import RATE, Recorder, VirtualCard
from tests.end_to_end.compare import compare

pytestmark = pytest.mark.alone

TAIL_S = 0.5
LISTED = "import json, dataclasses; from engine.stream.output.portaudio import list_devices; "


class Stage:
    """Performs scripts on the card and reads what they left."""

    def __init__(self, card: VirtualCard, model: Path, folder: Path) -> None:
        self._card, self._model, self._folder = card, model, folder

    def perform(self, *script: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "tests.end_to_end.perform", str(self._model), str(self._folder)]
        done = subprocess.run(
            [*command, *script], env=self._card.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        time.sleep(TAIL_S)
        report: dict[str, Any] = json.loads((self._folder / "report.json").read_text())
        return report

    def made(self, take: int = 0) -> NDArray[np.float32]:
        return mulaw.decode(np.load(self._folder / f"take{take}.npy"))


@pytest.fixture
def stage(card: VirtualCard, loudness_model: Path, tmp_path: Path) -> Stage:
    return Stage(card, loudness_model, tmp_path)


def test_what_is_played_is_what_was_generated(stage: Stage, recorder: Recorder) -> None:
    report = stage.perform("seed:1", "=3.0")
    assert report["status"]["device"].startswith("default")
    made = stage.made()
    assert len(made) / 16_000 > 2.9
    inner = made[1600:-1600]  # without the fades
    found = compare(recorder.samples(), RATE, inner, 16_000)
    assert found.correlation > 0.99
    assert found.level_db == pytest.approx(0.0, abs=0.5)
    assert found.breaks <= 2 * report["status"]["underruns"]  # a gap may lie in two windows


def test_nothing_else_is_played(stage: Stage, recorder: Recorder) -> None:
    stage.perform("seed:1", "=1.0")
    heard = np.flatnonzero(np.abs(recorder.samples()) > 1e-3)
    seconds = (heard[-1] - heard[0]) / RATE
    assert seconds == pytest.approx(len(stage.made()) / 16_000, abs=0.25)


def test_a_pause_is_silent_and_the_rest_follows_it(stage: Stage, recorder: Recorder) -> None:
    report = stage.perform("seed:2", "=1.5", "pause", "=1.0", "resume", "=1.5")
    made, heard = stage.made(), recorder.samples()
    loud = np.flatnonzero(np.abs(heard) > 1e-3)
    assert np.diff(loud).max() / RATE == pytest.approx(1.0, abs=0.3)
    allowed = 2 * report["status"]["underruns"]
    for part in (made[1600:16_000], made[-16_000:-1600]):
        found = compare(heard, RATE, part, 16_000)
        assert found.correlation > 0.99
        assert found.breaks <= allowed


def test_one_take_gives_way_to_the_next_in_one_go(stage: Stage, recorder: Recorder) -> None:
    report = stage.perform("seed:3", "=1.5", "seed:4", "=1.5")
    assert report["takes"] == 2
    heard = recorder.samples()
    for take in (0, 1):
        found = compare(heard, RATE, stage.made(take)[1600:-1600], 16_000)
        assert found.correlation > 0.99
        assert found.breaks <= 2 * report["status"]["underruns"]


def test_the_cards_output_is_listed(card: VirtualCard) -> None:
    code = LISTED + "print(json.dumps([dataclasses.asdict(d) for d in list_devices()]))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=card.environment, capture_output=True, text=True, check=True
    )
    devices = json.loads(done.stdout)
    assert [(d["host_api"], d["is_default"]) for d in devices if d["name"] == "default"] == [("ALSA", True)]
