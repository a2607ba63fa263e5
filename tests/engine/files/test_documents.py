from __future__ import annotations

import json
import os
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import StudioError
from engine.files.documents import NestedError, parse_json, parse_toml, read_toml

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


@given(VALUES)
def test_whatever_json_can_say_is_read(value: Any) -> None:
    assert parse_json(json.dumps(value)) == value
    assert parse_json(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize("depth", [65, 500, 100_000])
def test_deep_nesting_is_refused_in_json(depth: int) -> None:
    for text in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
        with pytest.raises(NestedError, match="nested more than 64 deep"):
            parse_json(text)


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 9000, f"a = {'[' * 65}{']' * 65}", f"[{'.'.join('a' * 70)}]"]
)
def test_deep_nesting_is_refused_in_toml(text: str) -> None:
    with pytest.raises(ValueError, match=r"nested more than 64 deep|Invalid value|Unclosed array"):
        parse_toml(text)


def test_sixty_four_levels_are_read() -> None:
    assert parse_json("[" * 64 + "]" * 64)[0][0][0]
    assert parse_toml("a = " + "[" * 63 + "]" * 63)["a"][0][0]


def test_half_of_a_pair_is_no_text() -> None:
    assert parse_json(r'"\ud83c\udfb9"') == "🎹"
    with pytest.raises(ValueError, match="surrogates"):
        parse_json(r'["\uD83C"]')


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_value_error(content: bytes) -> None:
    with suppress(ValueError):
        parse_json(content)


def test_what_cannot_be_read_is_one_line_that_names_the_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "text").write_bytes(b"\xff\xfe")
    (tmp_path / "deep").write_text("a = " + "[" * 9000)
    (tmp_path / "large").write_bytes(b" " * 70_000)
    for name, why in {
        "none": "cannot read the thing: No such file or directory",
        ".": "cannot read the thing: Is a directory",
        "pipe": "cannot read the thing: it is a device or a pipe; give a file",
        "loop": "cannot read the thing: Too many levels of symbolic links",
        "a\0b": "cannot read the thing: no name of a file",
        "a" * 300: "cannot read the thing: File name too long",
        "large": "cannot read the thing: it is larger than 65536 bytes",
        "text": " file: 'utf-8' codec can't decode byte",
        "deep": " file: ",
    }.items():
        with pytest.raises(StudioError) as caught:
            read_toml(tmp_path / name, "the thing")
        assert why in str(caught.value)
        assert str(tmp_path) in str(caught.value) or len(name) == 300


def test_a_toml_file_is_read(tmp_path: Path) -> None:
    text = 'name = "x"\n[tags]\npiano = 1.0\n'
    (tmp_path / "a.toml").write_text(text)
    assert read_toml(tmp_path / "a.toml", "the thing") == tomllib.loads(text)
