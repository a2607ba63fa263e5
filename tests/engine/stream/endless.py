"""A program that plays and steers a tiny model for ever, to be killed: ``FOLDER MODEL TAKE_S``.

Now and then it tells the number of the take that sounds, which is its seed, and how much of it was played.
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import replace
from pathlib import Path

from engine.library.presets import Preset
from engine.library.take_folder import TakeFolder
from engine.library.take_writer import TakeWriter
from engine.stream.messages import Event, Request
from engine.stream.session import Session
from engine.wavenet.model_file import load_model
from tests.engine.stream.fakes import FakeCards

PRESET = Preset(id="test", name="Test", category="user", model="tiny", temperature=0.9)


def tell(*words: object) -> None:
    """A line at once."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(folder: Path, model_file: Path, take_s: float) -> None:
    """Never returns."""
    model = load_model(model_file)

    def report(text: str) -> None:
        tell("said", text)

    def note(event: Event) -> None:
        """Events do not matter here."""

    writer = TakeWriter(TakeFolder(folder), lambda take: tell("ended", take.seed), report)
    session = Session(on_event=note, cards=FakeCards("Speakers, Fake"), writer=writer)
    rng = random.Random(5)
    seed, until = 0, 0.0
    while True:
        if time.monotonic() > until:
            seed, until = seed + 1, time.monotonic() + take_s * rng.uniform(0.5, 1.5)
            session.play(Request(model, PRESET, PRESET.params(), seed, "cpu"))
        if rng.random() < 0.2:
            session.set_params(replace(PRESET.params(), temperature=rng.choice([0.5, 0.8, 1.2])))
        status = session.status()
        tell("plays", status.request_id, status.played)
        time.sleep(0.02)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
