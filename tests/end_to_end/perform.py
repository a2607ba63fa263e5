"""Plays a session as a script says, in a process of its own: PortAudio finds the sound card there.

Usage: python -m tests.end_to_end.perform MODEL FOLDER [WORD …]
"""

from __future__ import annotations

import json
import sys
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from app.bootstrap import SWITCH_S
from engine.library.presets import Preset
from engine.stream.messages import Event, Finished, Request
from engine.stream.session import Session
from engine.wavenet.model_file import load_model


def main(model_path: str, folder: str, *script: str) -> None:
    """Do what the words say, in order.

    ``=2.5`` waits, ``1.2`` sets the temperature, ``seed:7`` plays anew, ``pause`` and ``resume`` do so;
    ``spin`` starts a thread that keeps the interpreter busy from then on. Threads take turns as in the app.
    """
    sys.setswitchinterval(SWITCH_S)
    started = time.monotonic()
    events: list[Event] = []
    actions: list[tuple[str, float]] = []
    session = Session(on_event=events.append, volume=1.0)
    model = load_model(Path(model_path))
    preset = Preset(id="card", name="Card", category="user", model=model.header.name, temperature=2.0)
    params = preset.params()
    for word in script:
        actions.append((word, time.monotonic()))
        if word.startswith("="):
            time.sleep(float(word[1:]))
        elif word.startswith("seed:"):
            session.play(Request(model, preset, params, int(word[5:]), "cpu"))
            while session.status().played == 0:
                time.sleep(0.005)
        elif word in ("pause", "resume"):
            getattr(session, word)()
        elif word == "spin":
            threading.Thread(target=_spin, daemon=True).start()
        else:
            params = replace(params, temperature=float(word))
            session.set_params(params)
    status = session.status()
    session.stop()
    session.close()
    takes = [event.take for event in events if isinstance(event, Finished)]
    for number, take in enumerate(takes):
        np.save(Path(folder) / f"take{number}.npy", take.codes)
    report = {"started": started, "actions": actions, "status": asdict(status), "takes": len(takes)}
    (Path(folder) / "report.json").write_text(json.dumps(report))


def _spin() -> None:
    while True:
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
