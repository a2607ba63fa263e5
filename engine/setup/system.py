"""The system libraries that Python packages cannot bring along, and how Debian and Ubuntu provide them.

Standard library only: the launcher asks before anything is installed, `doctor` asks again later.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Literal

Purpose = Literal["window", "sound", "test"]

QT_LIBRARIES = {
    "libegl1": "libEGL.so.1",
    "libgl1": "libGL.so.1",
    "libglib2.0-0": "libglib-2.0.so.0",
    "libfontconfig1": "libfontconfig.so.1",
    "libfreetype6": "libfreetype.so.6",
    "libxkbcommon0": "libxkbcommon.so.0",
    "libdbus-1-3": "libdbus-1.so.3",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-image0": "libxcb-image.so.0",
    "libxcb-render-util0": "libxcb-render-util.so.0",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxcb-xinerama0": "libxcb-xinerama.so.0",
    "libxcb-xkb1": "libxcb-xkb.so.1",
}
SOUND_LIBRARIES = {"libportaudio2": "libportaudio.so.2"}
TEST_PROGRAMS = {
    "xvfb": "Xvfb",
    "openbox": "openbox",
    "xdotool": "xdotool",
    "pulseaudio": "pulseaudio",
    "pulseaudio-utils": "pactl",
}
ALSA_PLUGINS = "libasound2-plugins"
ALSA_PULSE = "alsa-lib/libasound_module_pcm_pulse.so"
OPENCL_PROCESSOR = "pocl-opencl-icd"
OPENCL_DRIVERS = Path("/etc/OpenCL/vendors")
"""Where drivers of OpenCL are entered, each with a file."""

LIBRARIES: dict[Purpose, dict[str, str]] = {
    "window": QT_LIBRARIES,
    "sound": SOUND_LIBRARIES,
    "test": {**QT_LIBRARIES, **SOUND_LIBRARIES},
}


def missing_packages(*purposes: Purpose) -> list[str]:
    """Names the Debian packages that the purposes need and this machine lacks.

    Always empty outside Linux, where the Python packages bring everything along.
    """
    if not sys.platform.startswith("linux"):
        return []
    wanted = {package: soname for purpose in purposes for package, soname in LIBRARIES[purpose].items()}
    missing = [package for package, soname in wanted.items() if not _loads(soname)]
    if "test" in purposes:
        missing += [package for package, program in TEST_PROGRAMS.items() if not shutil.which(program)]
        if not any([*Path("/usr").glob(f"lib*/{ALSA_PULSE}"), *Path("/usr/lib").glob(f"*/{ALSA_PULSE}")]):
            missing.append(ALSA_PLUGINS)
        if not any(OPENCL_DRIVERS.glob("pocl*.icd")):
            missing.append(OPENCL_PROCESSOR)
    return missing


def apt_command(packages: list[str]) -> str:
    """The one command that a person who is not root would run for these packages."""
    return f"sudo apt-get install -y {' '.join(packages)}"


def apt_install(packages: list[str]) -> bool:
    """Installs Debian packages, quietly, if this process is root and the machine has apt.

    Returns False where it is not allowed or did not work; apt's own messages go to stderr.
    """
    apt = shutil.which("apt-get")
    if apt is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run([apt, "-qq", *command], env=environment, stdout=sys.stderr, check=False)
        if done.returncode:
            return False
    return True


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True
