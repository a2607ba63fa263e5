"""How many times real time a text is said, front end and nets included, and what each part takes.

Not a test: ``python -m tests.end_to_end.speech_speed [--sentences 24] [--model FILE]``. On one core, by the
processor time of the one thread that does it all: other programs lengthen that little.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.generation.backends import select_kernel
from engine.generation.conditions import StreamConditions
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.library.frames import frame_condition
from engine.library.paths import ROOT
from engine.library.spoken_texts import SpokenText
from engine.library.text_recordings import say_text
from engine.speech.features import hop_of
from engine.speech.spoken import Manner
from engine.stream.narration.equipment import Equipment, find_equipment
from engine.stream.one_thread import one_thread
from engine.stream.sources import BLOCK
from engine.wavenet.config import GenerationParams
from engine.wavenet.model_file import ModelFile, load_model

SENTENCES = ROOT / "docs" / "lab" / "sentences.txt"
MODEL = ROOT / "assets" / "models" / "voices.safetensors"
VOICES = ("heart", "michael", "bella", "fenrir", "george", "emma")


class Timer:
    """Adds up the processor time of each part."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """What is done within is a part of the whole."""
        begun = time.thread_time()
        yield
        self.seconds[name] += time.thread_time() - begun


def main() -> None:
    """Print one figure a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=24)
    parser.add_argument("--model", type=Path, default=MODEL)
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    equipment = find_equipment()
    if equipment is None:
        sys.exit("the speech nets are not there")
    model = load_model(arguments.model)
    kernel = select_kernel(model, "cpu")
    lines = SENTENCES.read_text("utf-8").splitlines()[: arguments.sentences]
    _say_line(lines[0], VOICES[0], equipment, model, kernel, Timer())  # loads what the others find
    timer, said_s = Timer(), 0.0
    with one_thread():
        for number, line in enumerate(lines):
            said_s += _say_line(line, VOICES[number % len(VOICES)], equipment, model, kernel, timer)
    _tell("seconds of speech", said_s)
    for part, seconds in timer.seconds.items():
        _tell(f"{part}, ms for a second of speech", 1000.0 * seconds / said_s)
    _tell("times real time, all of it on one core", said_s / sum(timer.seconds.values()))


def _say_line(
    line: str, voice: str, equipment: Equipment, model: ModelFile, kernel: Kernel, timer: Timer
) -> float:
    """Say it; returns how many seconds it lasts."""
    rate = model.config.sample_rate
    with timer.part("reading"):
        script = equipment.read(line, voice)
    text = SpokenText.of(line, Manner(speakers=((voice, 1.0),)))
    with timer.part("speech nets"):
        recording, _ = say_text(text, script.phrases, equipment.nets(), rate)
    frames = recording.array()
    samples = len(frames) * hop_of(rate)
    with timer.part("frame net"):
        local = frame_condition(model, frames)
        local.rows(samples - 1, 1)
    with timer.part("WaveNet"):
        generator = Generator(kernel, GenerationParams(speaker=voice), 1, StreamConditions(local))
        for first in range(0, samples, BLOCK):
            generator.step(min(BLOCK, samples - first))
    return samples / rate


def _tell(what: str, figure: float) -> None:
    sys.stdout.write(f"{what:55} {figure:8.2f}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
