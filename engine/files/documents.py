"""JSON and TOML from anywhere: of bounded size and depth, whatever is in it; faults told in one line."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from engine.errors import StudioError, reason, shortened
from engine.files.reading import read_whole

DEPTH = 64
"""Tables and lists within each other."""
TOML_BYTES = 1 << 16
"""Of a TOML file: the time that one takes grows with the square of its longest dotted name."""
JSON_BYTES = 1 << 26


class NestedError(ValueError):
    """Tables or lists lie more than DEPTH deep within each other."""

    def __init__(self) -> None:
        super().__init__(f"it is nested more than {DEPTH} deep")


def read_toml(path: Path, what: str) -> dict[str, Any]:
    """The fields of a TOML file. Raises StudioError, naming ``path`` and ``what`` it should be."""
    try:
        return parse_toml(_text(path, what, TOML_BYTES))
    except ValueError as error:
        raise StudioError(f"{path}: not a TOML file: {_first(error)}") from None


def parse_toml(text: str) -> dict[str, Any]:
    """The fields of a TOML text. Raises ValueError."""
    try:
        fields = tomllib.loads(text)
    except RecursionError:
        raise NestedError from None
    _check_depth(fields)
    return fields


def parse_json(text: str | bytes) -> Any:
    """What a JSON text holds. Raises ValueError, also on half a surrogate pair, which no file can keep."""
    try:
        text = text if isinstance(text, str) else text.decode("utf-8")
        value = json.loads(text)
    except RecursionError:
        raise NestedError from None
    _check_depth(value)
    if "\\ud" in text.lower():
        json.dumps(value, ensure_ascii=False).encode()  # fails on a half
    return value


def _text(path: Path, what: str, most: int) -> str:
    try:
        return read_whole(path, most).decode("utf-8")
    except UnicodeDecodeError:
        raise  # a fault of the content
    except (OSError, ValueError) as error:
        raise StudioError(f"{path}: cannot read {what}: {reason(error)}") from None


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEPTH):
        level = [
            child
            for node in level
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return
    raise NestedError


def _first(error: ValueError) -> str:
    return shortened(str(error).partition("\n")[0], 120)
