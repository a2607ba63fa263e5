"""The first three minutes of a user who has read the manual, by mouse and keys; heard at the sound card.

What is done here is told in docs/first-use.md, step by step.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.end_to_end.card import RATE, Recorder, VirtualCard
from tests.end_to_end.desktop import ROOT, Desktop, Hand, wait_until, what_is_missing

pytestmark = [pytest.mark.alone, pytest.mark.soak]

LOUD = 3e-3
"""Root mean square of what is no silence."""
MOST_S, MOST_ACTIONS = 180.0, 40
# Places on the window as it opens, 1280 x 800.
FLUTE, TEMPERATURE, HOTTER = (1127, 367), (1116, 160), (1150, 160)
TAKES, SEARCH = (213, 93), (127, 137)
FIRST_TAKE, SECOND_TAKE, EARLY = (130, 182), (130, 226), (340, 262)


@pytest.fixture
def desktop(card: VirtualCard, tmp_path: Path) -> Iterator[Desktop]:
    missing = what_is_missing()
    if missing:
        pytest.fail(missing)
    home = tmp_path / "home"
    home.mkdir()
    environment = {name: text for name, text in card.environment.items() if not name.startswith("XDG_DATA")}
    for kind in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_MUSIC_DIR"):
        environment.pop(kind, None)
    opened = Desktop({**environment, "HOME": str(home)})
    yield opened
    opened.close()


@pytest.fixture
def hand(desktop: Desktop, tmp_path: Path) -> Iterator[Hand]:
    hand = Hand(desktop, tmp_path / "stderr.txt")
    yield hand
    hand.stop()


class Ear:
    """Hears what the sound card plays."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def loudness(self, seconds: float) -> float:
        """Root mean square of the last so many seconds."""
        heard = self._recorder.samples()[-round(seconds * RATE) :]
        return float(np.sqrt(np.mean(np.square(heard, dtype=np.float64))))

    def until_sound(self) -> None:
        wait_until(lambda: self.loudness(0.3) > LOUD)

    def until_silence(self) -> None:
        wait_until(lambda: self.loudness(0.5) < LOUD / 10)


@pytest.fixture
def takes(desktop: Desktop) -> Callable[[], list[dict[str, Any]]]:
    """What ``./studio takes`` says, newest first."""

    def ask() -> list[dict[str, Any]]:
        command = [sys.executable, str(ROOT / "main.py"), "takes", "--json"]
        done = subprocess.run(command, cwd=ROOT, env=desktop.environment, capture_output=True, check=True)
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found

    return ask


def test_the_first_use_takes_less_than_three_minutes_and_forty_actions(
    hand: Hand, recorder: Recorder, takes: Callable[[], list[dict[str, Any]]], tmp_path: Path
) -> None:
    ear = Ear(recorder)
    hand.launch()
    hand.wait(2.0)
    hand.key("space", "press Space: it plays")
    ear.until_sound()
    hand.wait(5.0)
    hand.click(*FLUTE, "click the tag “flute”: a flute joins in")
    hand.drag(TEMPERATURE, HOTTER, "pull Temperature to the right: it plays more freely")
    hand.wait(4.0)
    ear.until_sound()
    hand.key("BackSpace", "press Backspace: three seconds back, and on another way")
    hand.wait(4.0)
    ear.until_sound()
    hand.key("space", "press Space: it stops, and is kept as a take")
    ear.until_silence()
    wait_until(lambda: len(takes()) == 2)
    rewound, first = takes()
    assert rewound["parent"] == first["id"]
    hand.click(*EARLY, "click into the wave, at its left: it is heard from there")
    ear.until_sound()
    hand.key("f", "press F: it goes on from there as a new take")
    hand.wait(4.0)
    ear.until_sound()
    hand.key("space", "press Space: stop")
    ear.until_silence()
    wait_until(lambda: len(takes()) == 3)
    assert takes()[0]["parent"] == rewound["id"]
    hand.click(*TAKES, "click “Takes”: there are all three")
    hand.click(*FIRST_TAKE, "click the first of them")
    hand.key("ctrl+shift+a", "press Ctrl+Shift+A: it is A")
    hand.click(*SECOND_TAKE, "click the second")
    hand.key("ctrl+shift+b", "press Ctrl+Shift+B: it is B")
    hand.key("x", "press X: one of them is heard")
    ear.until_sound()
    hand.wait(1.0)
    hand.key("x", "press X: the other, at the same place")
    hand.wait(0.5)
    ear.until_sound()
    hand.key("k", "press K: it is kept as a file")
    wait_until(lambda: bool(list((tmp_path / "home").rglob("*.wav"))))
    hand.key("Escape", "press Escape: silence")
    ear.until_silence()
    hand.click(*FIRST_TAKE, "click the take that is liked best")
    hand.key("F2", "press F2: it can be named")
    hand.write("evening song\n", "write its name, and Return")
    hand.key("ctrl+q", "press Ctrl+Q: the program ends")
    assert hand.ended() == 0
    hand.launch()
    hand.wait(1.0)
    hand.key("ctrl+shift+f", "press Ctrl+Shift+F: takes can be searched")
    hand.write("evening", "write a part of its name: the take is found")
    hand.wait(0.5)
    hand.click(*FIRST_TAKE, "click it")
    hand.key("shift+space", "press Shift+Space: it is heard again")
    ear.until_sound()
    hand.key("ctrl+q", "press Ctrl+Q")
    assert hand.ended() == 0
    steps = "\n".join(hand.steps)
    (tmp_path / "steps.txt").write_text(steps)
    print(f"\n{steps}\n{hand.actions} actions, {hand.seconds:.0f} s")  # noqa: T201
    assert hand.actions <= MOST_ACTIONS
    assert hand.seconds <= MOST_S
    assert [take["name"] for take in takes()].count("evening song") == 1
    assert len(takes()) == 3
    (kept,) = (tmp_path / "home").rglob("*.wav")
    sound, rate = soundfile.read(kept)
    assert rate == 16_000
    assert np.sqrt(np.mean(np.square(sound))) > LOUD
    assert "Traceback" not in (tmp_path / "stderr.txt").read_text()
