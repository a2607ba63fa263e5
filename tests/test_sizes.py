"""Modules and functions stay short enough to be read in one go."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "engine", "examples")

MODULE_LINES = 300
FUNCTION_LINES = 80
KERNEL_LINES = 100
PARAMETERS = 8
"""Beside ``self``, ``cls`` and the ``ctx`` of torch's own functions."""
OWNERS = {"self", "cls", "ctx"}
COMPILED = ("njit", "operation")
"""Decorators of kernels: a call within them is compiled away, so they take each array on its own."""

NOT_YET: set[str] = set()
"""What still has to be cut; an entry goes with its cause."""


def compiled(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a decorator makes it a kernel."""
    return any(ast.unparse(decorator).startswith(COMPILED) for decorator in function.decorator_list)


def too_large(source: str, name: str) -> list[str]:
    """What of a module is beyond the limits, the module itself included."""
    lines = len(source.splitlines())
    found = [f"{name} has {lines} lines"] if lines > MODULE_LINES else []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        kernel = compiled(node)
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > (KERNEL_LINES if kernel else FUNCTION_LINES):
            found.append(f"{name}: {node.name} has {lines} lines")
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        count = len([argument for argument in arguments if argument.arg not in OWNERS])
        if count > PARAMETERS and not kernel:
            found.append(f"{name}: {node.name} has {count} parameters")
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_and_no_function_is_too_large(package: str) -> None:
    found = []
    for file in sorted((ROOT / package).rglob("*.py")):
        found += too_large(file.read_text("utf-8"), str(file.relative_to(ROOT).as_posix()))
    assert set(found) - NOT_YET == set()


def test_what_is_too_large_is_found() -> None:
    body = "    pass\n"
    assert too_large(f"def f():\n{body * 79}", "m") == []
    assert too_large(f"def f():\n{body * 80}", "m") == ["m: f has 81 lines"]
    assert too_large(f"@njit(nogil=True)\ndef f():\n{body * 99}", "m") == []
    assert too_large(f"@njit(nogil=True)\ndef f():\n{body * 100}", "m") == ["m: f has 101 lines"]
    assert too_large("def f(a, b, c, d, *, e, f, g, h): ...", "m") == []
    assert too_large("class A:\n def f(self, a, b, c, d, e, f, g, h, *, i): ...", "m") == [
        "m: f has 9 parameters"
    ]
    assert too_large("\n" * 301, "m") == ["m has 301 lines"]
