"""The walls of the house: what may import what, as pyproject.toml's contracts say, and that they can fail."""

from __future__ import annotations

import ast
import graphlib
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["name"]: contract for contract in SETTINGS["tool"]["importlinter"]["contracts"]}
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()"]

NEEDS_TORCH = (
    "engine.importing",
    "engine.kernels.reference",
    "engine.network",
    "engine.training",
)

IMPORTS = re.compile(r"^ *from ((?:app|engine)[\w.]*) import (\([^)]*\)|.*)$", re.MULTILINE)
"""Package or module, and what is taken from it."""

VIOLATIONS = {
    "Arrows point down: main, app, engine": ("engine/wavenet/config.py", "import app"),
    "A score knows no composer, a composer no corpus": (
        "engine/music/roll.py",
        "import engine.composing.plan",
    ),
    "The window's rooms: panels, plots and dialogs know only widgets and looks": (
        "app/panels/seed.py",
        "import app.plots.meter",
    ),
    "The engine's floors: what is below knows nothing of what is above": (
        "engine/wavenet/config.py",
        "import engine.kernels.base",
    ),
    "Panels never import each other": ("app/panels/seed.py", "import app.panels.tags"),
    "Nothing imports main": ("app/__init__.py", "import main"),
    "The engine knows no Qt": ("engine/generation/generator.py", "from PySide6 import QtCore"),
    "Torch stays with the network, the reference kernel and training": (
        "engine/generation/generator.py",
        "import torch",
    ),
    "Kernels are made of numpy, numba and llvmlite": ("engine/kernels/cpu.py", "import pydantic"),
    "One module plays sound": ("engine/generation/generator.py", "import sounddevice"),
    "One module opens MIDI ports, another writes MIDI files": (
        "engine/generation/generator.py",
        "import mido",
    ),
    "One module speaks OpenCL": ("engine/generation/generator.py", "import pyopencl"),
    "Whole audio files in one module, recordings read bit by bit in another": (
        "engine/generation/generator.py",
        "import soundfile",
    ),
    "The launcher's modules need no packages": ("engine/setup/environment.py", "import numpy"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in ("app", "engine"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "main.py"):
        shutil.copy(ROOT / file, tmp_path)
    return tmp_path


def lint(folder: Path) -> dict[str, str]:
    """Each contract's verdict, KEPT or BROKEN."""
    done = subprocess.run(LINT, cwd=folder, capture_output=True, text=True, check=False)
    return dict(re.findall(r"^(.+?) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE))


def test_every_contract_is_kept() -> None:
    assert lint(ROOT) == dict.fromkeys(CONTRACTS, "KEPT")


def test_every_contract_notices_when_it_is_broken(copy: Path) -> None:
    for file, line in VIOLATIONS.values():
        with (copy / file).open("a", encoding="utf-8") as module:
            module.write(f"\n{line}\n")
    verdicts = lint(copy)
    assert {name: verdicts[name] for name in VIOLATIONS} == dict.fromkeys(VIOLATIONS, "BROKEN")


def imports(root: Path) -> dict[str, set[str]]:
    """The files that each file takes something from, those for types only included."""
    files = {
        ".".join(file.relative_to(root).with_suffix("").parts): file
        for package in ("app", "engine")
        for file in root.glob(f"{package}/**/*.py")
    }
    found = {}
    for module, file in files.items():
        names = set()
        for package, taken in IMPORTS.findall(file.read_text(encoding="utf-8")):
            names |= {package, *(f"{package}.{name}" for name in re.findall(r"\w+", taken))}
        found[module] = names & files.keys()
    return found


def circle(root: Path) -> list[str]:
    """Files that import each other, in a circle; empty where none do."""
    try:
        graphlib.TopologicalSorter(imports(root)).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circle(ROOT) == []


def test_a_circle_of_files_is_found(tmp_path: Path) -> None:
    for package in ("app", "engine"):
        (tmp_path / package).mkdir()
    (tmp_path / "app" / "one.py").write_text(
        "if TYPE_CHECKING:\n    from engine.two import (\n        Two,\n    )\n"
    )
    (tmp_path / "engine" / "two.py").write_text("from engine import three\n")
    (tmp_path / "engine" / "three.py").write_text("")
    assert circle(tmp_path) == []
    (tmp_path / "engine" / "three.py").write_text("def late():\n    from app.one import One\n")
    assert set(circle(tmp_path)) == {"app.one", "engine.two", "engine.three"}


def test_the_kernels_contract_names_every_package_but_its_three() -> None:
    imported = set()
    for file in [*ROOT.glob("app/**/*.py"), *ROOT.glob("engine/**/*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(str(node.module).partition(".")[0])
    third_party = imported - sys.stdlib_module_names - {"app", "engine"}
    forbidden = set(CONTRACTS["Kernels are made of numpy, numba and llvmlite"]["forbidden_modules"])
    assert third_party - forbidden <= {"numpy", "numba", "llvmlite"}


def test_the_engine_starts_without_torch_and_without_qt() -> None:
    modules = [
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for file in sorted((ROOT / "engine").rglob("*.py"))
    ]
    modules = [module for module in modules if not module.startswith(NEEDS_TORCH)]
    code = f"""
import importlib, sys
for name in {modules}:
    importlib.import_module(name)
    heavy = {{"torch", "lightning", "PySide6"}} & sys.modules.keys()
    if heavy:
        sys.exit(f"{{name}} loads {{heavy}}")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
