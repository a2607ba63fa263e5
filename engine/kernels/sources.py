"""What compiled code is made of: the sources of its function's module, of all that it imports, and so on.

Found by reading, not by importing: code that is compiled already needs no compiler, nor what is made for it.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMPILER = "engine.kernels.compiling"
"""Takes part in all code, and so does what it imports."""
IMPORT = re.compile(r"^[ \t]*(?:from +([\w.]+) +import +(\([^)]*\)|.*)|import +([\w.]+))", re.MULTILINE)
NAME = re.compile(r"\w+")


@cache
def digest(module: str, root: Path = ROOT) -> str:
    """SHA-256 of the sources that code of ``module``, by its full name, is made of."""
    found = hashlib.sha256()
    for name in sorted(sources(module, root)):
        content = _read(name, root).encode()
        found.update(f"{name} {len(content)}\n".encode() + content)
    return found.hexdigest()


def sources(module: str, root: Path = ROOT) -> set[str]:
    """The full names of the modules below ``root`` that take part in code of ``module``."""
    found: set[str] = set()
    waiting = [module, COMPILER]
    while waiting:
        name = waiting.pop()
        if name not in found and _read(name, root):
            found.add(name)
            waiting += [name.rpartition(".")[0], *_imported(name, root)]
    return found


@cache
def _imported(name: str, root: Path) -> list[str]:
    """What a module imports anywhere: of a package's names, each might be a module."""
    found: list[str] = []
    for package, names, module in IMPORT.findall(_read(name, root)):
        whole: str = package or module
        if _is_package(whole.partition(".")[0], root):
            found.append(whole)
            found += [f"{whole}.{part}" for part in NAME.findall(names) if _is_package(whole, root)]
    return found


@cache
def _is_package(name: str, root: Path) -> bool:
    return root.joinpath(*name.split(".")).is_dir()


@cache
def _read(name: str, root: Path) -> str:
    """A module's source; empty where none of that name lies below ``root``."""
    place = root.joinpath(*name.split("."))
    for file in (place.with_suffix(".py"), place / "__init__.py"):
        if file.is_file():
            return file.read_text("utf-8")
    return ""
