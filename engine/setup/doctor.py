"""What this machine offers the studio and what it lacks, each with a remedy: for `./studio doctor`.

Whatever might crash, hang or take long to import is asked in a process of its own.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from llvmlite import binding

from engine.setup.system import Purpose, apt_command, missing_packages

SUPPORTED_PYTHONS = ((3, 11), (3, 14))
VECTOR_EXTENSIONS = (
    "sse4.2",
    "avx",
    "avx2",
    "fma",
    "avx512f",
    "avx512vnni",
    "amx-int8",
    "neon",
    "dotprod",
    "sve",
)
PROBE_TIMEOUT_S = 60.0
SEQUENCER = Path("/dev/snd/seq")
UNBUILT_RTMIDI = (3, 13)
"""From this Python on nobody offers python-rtmidi built."""
SET_UP_AGAIN = "delete the folder .venv and run ./studio"

_TORCH = """
import torch
cards = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
print(torch.__version__ + ", " + (", ".join(cards) or "no CUDA card"))
"""
_CARDS = """
import pyopencl
found = [device for platform in pyopencl.get_platforms() for device in platform.get_devices()]
print(", ".join(f"{device.name.strip()} ({device.driver_version.strip()})" for device in found))
"""
_MIDI = """
import mido
print(", ".join(mido.Backend("mido.backends.rtmidi").get_input_names()))
"""
_QT = """
from PySide6 import QtWidgets, __version__
print(__version__)
"""
_SOUND = """
import json, sounddevice
version = sounddevice.get_portaudio_version()[1].split(",")[0]
names = [device["name"] for device in sounddevice.query_devices() if device["max_output_channels"]]
print(json.dumps({"version": version, "outputs": names}))
"""


@dataclass(frozen=True)
class Check:
    """One finding; `remedy` says what would mend or better it and is empty where nothing would."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def diagnose(models: Path, user_data: Path, *, start_torch: bool = False) -> list[Check]:
    """Looks at everything the studio depends on; changes nothing.

    Args:
        models: the folder of the shipped models.
        user_data: the folder for the user's takes and presets; it need not exist yet.
        start_torch: also start torch and ask for its CUDA cards, which takes seconds.
    """
    return [
        check_python(),
        check_processor(),
        check_torch(start=start_torch),
        check_card(),
        check_sound(),
        check_midi(),
        check_window(),
        check_user_data(user_data),
        check_models(models),
    ]


def check_python() -> Check:
    """Whether the pinned packages support this Python."""
    low, high = SUPPORTED_PYTHONS
    ok = low <= sys.version_info[:2] <= high
    remedy = "" if ok else f"run ./studio with Python {low[0]}.{low[1]} to {high[0]}.{high[1]}"
    return Check("Python", ok, f"{platform.python_version()} on {platform.platform()}", remedy)


def check_processor() -> Check:
    """Names the processor, the cores this process may use and the vector extensions kernels can use."""
    features = binding.get_host_cpu_features()
    vectors = [name for name in VECTOR_EXTENSIONS if features.get(name)]
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    model = _processor_model() or binding.get_host_cpu_name()
    remedy = "" if vectors else "this processor has no vector unit we know: expect slow generation"
    return Check(
        "Processor", bool(vectors), f"{model}, {cores} cores, {' '.join(vectors) or 'scalar'}", remedy
    )


def check_torch(*, start: bool = False) -> Check:
    """Which torch is installed and, with `start`, whether it starts and which cards it sees.

    A light set-up without torch is sound.
    """
    try:
        version = importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        return Check(
            "torch", True, "left out (light set-up); only training needs it", "./studio --full adds it"
        )
    if not start:
        return Check("torch", True, version)
    ok, said = _probe(_TORCH)
    return Check("torch", ok, said, "" if ok else SET_UP_AGAIN)


def check_card() -> Check:
    """Which devices OpenCL finds to play on. Without any the studio is sound: the processor plays."""
    try:
        importlib.metadata.version("pyopencl")
    except importlib.metadata.PackageNotFoundError:
        remedy = "to play on one: .venv/bin/python -m pip install -c requirements.lock pyopencl"
        return Check("Graphics card", True, "not asked for, pyopencl is left out", remedy)
    ok, said = _probe(_CARDS)
    if ok and said:
        return Check("Graphics card", True, said, "./studio prepare measures whether it is faster")
    driver = "to play on one, install its driver for OpenCL"
    return Check("Graphics card", True, "none that OpenCL finds; the processor plays", driver)


def check_sound() -> Check:
    """Whether PortAudio is there, and the sound devices it can play on."""
    ok, said = _probe(_SOUND)
    if not ok:
        return Check("Sound", False, said, _remedy("sound", SET_UP_AGAIN))
    found = json.loads(said)
    outputs = ", ".join(found["outputs"])
    remedy = "" if outputs else "connect or switch on a sound device; until then nothing is heard"
    return Check("Sound", bool(outputs), f"{found['version']}: {outputs or 'no output device'}", remedy)


def check_midi() -> Check:
    """Which MIDI inputs there are. Without any the studio is sound: the computer's keys play, too."""
    try:
        importlib.metadata.version("python-rtmidi")
    except importlib.metadata.PackageNotFoundError:
        remedy = (
            "to play on a MIDI keyboard: .venv/bin/python -m pip install -c requirements.lock python-rtmidi"
        )
        if sys.version_info[:2] >= UNBUILT_RTMIDI:
            remedy += " (for this Python it is compiled, with a C++ compiler and ALSA's headers)"
        return Check("MIDI", True, "python-rtmidi is left out", remedy)
    if sys.platform == "linux" and not SEQUENCER.exists():
        return Check("MIDI", True, f"no inputs, there is no {SEQUENCER}", "run: sudo modprobe snd-seq")
    ok, said = _probe(_MIDI)
    return Check("MIDI", ok, said or "no input is plugged in", "" if ok else SET_UP_AGAIN)


def check_window() -> Check:
    """Whether Qt can be loaded with all the system libraries it opens windows with."""
    ok, said = _probe(_QT)
    missing = missing_packages("window")
    if ok and not missing:
        return Check("Window", True, f"Qt {said}")
    detail = f"Qt {said}, but missing {', '.join(missing)}" if ok else said
    return Check("Window", False, detail, _remedy("window", SET_UP_AGAIN))


def check_user_data(folder: Path) -> Check:
    """Whether takes and presets can be saved: writes and removes a file in the nearest existing folder."""
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=existing) as file:
            file.write(bytes(4096))
    except OSError as error:
        reason = f"{folder}: {error.strerror}"
        return Check(
            "User data", False, reason, f"make {existing} a folder that you can write to, with space left"
        )
    return Check("User data", True, str(folder))


def check_models(folder: Path) -> Check:
    """Whether there is a model to play; what is in the files is `./studio models`' business."""
    names = sorted(file.stem for file in folder.glob("*.safetensors"))
    if names:
        return Check("Models", True, ", ".join(names))
    return Check("Models", False, f"none in {folder}", "fetch the project again with its assets folder")


def _remedy(purpose: Purpose, otherwise: str) -> str:
    missing = missing_packages(purpose)
    return f"run: {apt_command(missing)}" if missing else otherwise


def _probe(code: str) -> tuple[bool, str]:
    """Runs `code` in a fresh interpreter. Returns whether it worked, and the last line that it said."""
    command = [sys.executable, "-c", code]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        return False, f"no answer within {PROBE_TIMEOUT_S:.0f} s"
    said = (done.stderr if done.returncode else done.stdout).strip().splitlines()
    return done.returncode == 0, said[-1] if said else f"ended with {done.returncode}"


def _processor_model() -> str:
    """The processor's name for people; empty where the system does not tell it."""
    if sys.platform != "linux":
        return platform.processor()
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
