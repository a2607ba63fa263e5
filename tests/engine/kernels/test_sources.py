"""What compiled code is made of: all that its module imports, and nothing else."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from engine.kernels.sources import digest, sources

ROOT = Path(__file__).parents[3]
COMPILED = [
    "engine.kernels.step",
    "engine.kernels.probes",
    "engine.stream.live.loop",
    "engine.stream.dsp.compiled",
]


def imports_by_the_parser(module: str) -> set[str]:
    """Every module of ours that ``module`` needs, as Python's own parser reads imports."""
    found: set[str] = set()
    waiting = [module, "engine.kernels.compiling"]
    while waiting:
        name = waiting.pop()
        place = ROOT.joinpath(*name.split("."))
        file = place.with_suffix(".py") if place.with_suffix(".py").is_file() else place / "__init__.py"
        if name in found or not file.is_file():
            continue
        found.add(name)
        waiting.append(name.rpartition(".")[0])
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                waiting += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                waiting += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found - {""}


@pytest.mark.parametrize("module", COMPILED)
def test_the_sources_are_all_that_the_parser_finds_to_be_imported(module: str) -> None:
    assert sources(module) == imports_by_the_parser(module)


def test_the_step_is_made_of_its_layers_and_not_of_the_loop_that_plays_it() -> None:
    found = sources("engine.kernels.step")
    assert {"engine.kernels.layers", "engine.kernels.simd_products", "engine.wavenet.philox"} <= found
    assert not [name for name in found if name.startswith("engine.stream")]


def test_the_loop_knows_neither_the_step_nor_what_else_live_playing_takes() -> None:
    found = sources("engine.stream.live.loop")
    assert "engine.stream.dsp.compiled" in found
    assert not found & {"engine.kernels.layers", "engine.stream.priming", "engine.stream.live.player"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "engine", tmp_path / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.fixture
def before(copy: Path) -> dict[str, str]:
    """Digests of the sources as they are; the copy below them may be changed by the test."""
    return {module: digest(module, ROOT) for module in COMPILED}


CHANGES = [
    ("kernels/simd_values.py", {"engine.kernels.step"}),
    ("kernels/simd.py", set(COMPILED)),
    ("kernels/compiling.py", set(COMPILED)),
    ("wavenet/philox.py", {"engine.kernels.step", "engine.stream.live.loop"}),
    ("stream/dsp/compiled.py", {"engine.stream.live.loop", "engine.stream.dsp.compiled"}),
    ("stream/live/ports.py", {"engine.stream.live.loop"}),
    ("kernels/cpu.py", set()),
    ("stream/priming.py", set()),
    ("stream/live/player.py", set()),
]


@pytest.mark.parametrize(("file", "expected"), CHANGES)
def test_a_changed_module_makes_other_code_of_what_imports_it_and_of_nothing_else(
    copy: Path, before: dict[str, str], file: str, expected: set[str]
) -> None:
    changed = copy / "engine" / file
    changed.write_text(changed.read_text("utf-8") + "\n# changed\n", "utf-8")
    assert {module for module in COMPILED if digest(module, copy) != before[module]} == expected


def test_a_module_that_is_imported_anew_counts_wherever_the_import_stands(tmp_path: Path) -> None:
    package = tmp_path / "mine"
    package.mkdir()
    texts = {
        "__init__": "'''A package.'''\n",
        "top": "import numpy\nfrom mine import (\n    inner,\n    other as another,\n)\n",
        "inner": "def f():\n    from mine.late import value\n    return value\n",
        "other": "from mine.circle import x\n",
        "circle": "import mine.other\nx = 1\n",
        "late": "value = 1\n",
        "unrelated": "from mine.top import inner\n",
    }
    for name, text in texts.items():
        (package / f"{name}.py").write_text(text, "utf-8")
    names = {"mine", *(f"mine.{name}" for name in ("top", "inner", "other", "circle", "late"))}
    assert sources("mine.top", tmp_path) == names
