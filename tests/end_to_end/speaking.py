"""How long from Ctrl+Return to the first sound, and from a word's sound to its mark, in the real window.

Not a test: ``python -m tests.end_to_end.speaking [--texts 50] [--marks 30]``, with a display. The null output
takes the sound where there is no sound card. A text that is not counted comes first: the model is there then.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import threading
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.actions import Actions
from app.bootstrap import SWITCH_S
from app.controller import Controller
from app.instrument import Instrument
from app.opening import make_application, make_window
from app.settings import AppSettings, settings_path
from engine.library.paths import ROOT
from engine.speech.features import FRAME_RATE
from engine.stream.session import Session
from engine.stream.states import State

SENTENCES = ROOT / "docs" / "lab" / "sentences.txt"
PRESET = "heart"
LONGEST_WORDS = 5000
LOOK_S = 0.001
WARM_S = 4.0
END_S = 20.0


class FirstSound(threading.Thread):
    """Waits until samples of the next request are taken by the output."""

    def __init__(self, session: Session, before: int) -> None:
        super().__init__(daemon=True)
        self._session, self._before = session, before
        self.at = 0.0

    def run(self) -> None:
        """Look every millisecond."""
        deadline = time.monotonic() + END_S
        while time.monotonic() < deadline:
            status = self._session.status()
            if status.request_id != self._before and status.played > 0:
                self.at = time.monotonic() - status.played / status.sample_rate
                return
            time.sleep(LOOK_S)


class Marks(QObject):
    """Notes when each word was marked and painted, and where the sound is then."""

    def __init__(self, controller: Controller, session: Session) -> None:
        super().__init__()
        self._text, self._session = controller.window.stage.text, session
        self._speech, self._last = controller.player.speech, None
        self.late_ms: list[float] = []
        controller.display.looked.connect(self._looked)

    @Slot()
    def _looked(self) -> None:
        if self._text.word != self._last:
            self._last = self._text.word
            QTimer.singleShot(0, self, self._painted)  # what was asked to be painted comes before

    @Slot()
    def _painted(self) -> None:
        running = self._speech.running
        if self._last is None or running is None:
            return
        status = self._session.status()
        place = status.played / status.sample_rate
        begun = [word.first for word in running.timeline.words if word.start == self._last[0]]
        self.late_ms += [1000.0 * (place - first / FRAME_RATE) for first in begun[:1]]


def main() -> None:
    """Print one figure a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=50, help="from 1 word to 5,000")
    parser.add_argument(
        "--part", type=int, nargs=2, default=(1, 1), metavar=("N", "OF"), help="say only every OF-th of them"
    )
    parser.add_argument("--marks", type=float, default=30.0, help="seconds in which marked words are watched")
    arguments = parser.parse_args()
    part, parts = arguments.part
    gc.disable()
    sys.setswitchinterval(SWITCH_S)
    settings = AppSettings(settings_path())
    make_application()
    actions = Actions()
    window = make_window(actions, settings)
    instrument = Instrument.open(settings)
    controller = Controller(window, actions, instrument, settings)
    controller.begin()
    controller.player.choose(instrument.catalogue.find(PRESET))
    gc.freeze()
    gc.enable()
    _wait(WARM_S)
    try:
        if arguments.texts:
            _say_texts(controller, instrument.session, _texts(arguments.texts)[part - 1 :: parts])
        if arguments.marks:
            _watch_marks(controller, instrument.session, arguments.marks)
    finally:
        controller.close()
        instrument.close()


def _texts(count: int) -> list[str]:
    rng = random.Random(1)
    lengths = np.unique(np.rint(np.geomspace(1, LONGEST_WORDS, count)).astype(int)).tolist()
    lengths += [rng.randrange(1, LONGEST_WORDS) for _ in range(count - len(lengths))]
    return [_text(rng, words) for words in lengths]


def _say_texts(controller: Controller, session: Session, texts: list[str]) -> None:
    delays: list[float] = []
    for number, text in enumerate((texts[0], *texts)):
        _type(controller, text)
        before = session.status().request_id
        watch = FirstSound(session, before)
        watch.start()
        pressed = time.monotonic()
        QTest.keyClick(
            controller.window.stage.text.box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
        )
        while watch.is_alive():
            _wait(0.005)
        if watch.at and number:
            delays.append(1000.0 * (watch.at - pressed))
        _stop(controller, session)
    sys.stdout.write(" ".join(f"{delay:.0f}" for delay in delays) + "\n")
    _say("texts said", len(delays))
    for name, share in (("median", 0.5), ("95th percentile", 0.95), ("longest", 1.0)):
        _say(f"Ctrl+Return to the first sound, ms: {name}", float(np.quantile(delays, share)))


def _watch_marks(controller: Controller, session: Session, seconds: float) -> None:
    _type(controller, _text(random.Random(2), 200))
    marks = Marks(controller, session)
    QTest.keyClick(controller.window.stage.text.box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    _wait(seconds)
    _stop(controller, session)
    _say("words marked", len(marks.late_ms))
    for name, share in (("median", 0.5), ("95th percentile", 0.95), ("longest", 1.0)):
        _say(f"a word's sound to its mark, ms: {name}", float(np.quantile(marks.late_ms, share)))


def _type(controller: Controller, text: str) -> None:
    box = controller.window.stage.text.box
    box.setPlainText(text)
    box.setFocus()
    _wait(0.15)


def _stop(controller: Controller, session: Session) -> None:
    controller.actions["stop"].trigger()
    deadline = time.monotonic() + END_S
    while session.status().state is not State.IDLE and time.monotonic() < deadline:
        _wait(0.02)
    _wait(0.1)


def _text(rng: random.Random, words: int) -> str:
    """So many words of ordinary sentences, some to a paragraph."""
    sentences = Path(SENTENCES).read_text("utf-8").splitlines()
    found: list[str] = []
    while len(found) < words:
        found += rng.choice(sentences).split()
        found[-1] += rng.choice(("", "", "", "\n\n"))
    return " ".join(found[:words]).strip()


def _wait(seconds: float) -> None:
    """Let the window go on."""
    until = time.monotonic() + seconds
    while True:
        QApplication.processEvents()
        rest = until - time.monotonic()
        if rest <= 0.0:
            return
        time.sleep(min(rest, 0.002))


def _say(what: str, figure: float) -> None:
    sys.stdout.write(f"{what:55} {figure:8.1f}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
