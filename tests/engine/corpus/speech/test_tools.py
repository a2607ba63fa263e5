"""Finding the synthesisers, and what is said when they are missing or fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.corpus.speech.tools import (
    LICENCES,
    build_flite_helper,
    installed_tools,
    parse_dpkg_query,
    run_tool,
)
from engine.errors import StudioError


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of made-up programs, the only ones that can be found."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def _program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_only_packages_that_are_installed_count() -> None:
    text = "festival installed 1:2.5.0-9\nhtsengine config-files 1.10-6\ngcc not-installed \n"
    assert parse_dpkg_query(text) == {"festival": "1:2.5.0-9"}


def test_all_missing_packages_are_named_in_one_apt_command(programs: Path) -> None:
    _program(programs, "dpkg-query", "echo 'festival installed 1:2.5.0-9'; exit 1")
    with pytest.raises(StudioError) as caught:
        installed_tools()
    message = str(caught.value)
    command = message.split("run: sudo apt-get install --no-install-recommends ")[1]
    assert command.split() == [name for name in LICENCES if name != "festival"]
    assert "\n" not in message


def test_installed_packages_are_listed_with_version_and_licence(programs: Path) -> None:
    lines = "; ".join(f"echo '{name} installed 1.{len(name)}'" for name in LICENCES)
    _program(programs, "dpkg-query", lines)
    tools = installed_tools()
    assert [(tool["name"], tool["version"]) for tool in tools] == [(n, f"1.{len(n)}") for n in LICENCES]
    assert all(tool["licence"] for tool in tools)


def test_elsewhere_than_on_debian_it_says_where_the_recipe_runs(programs: Path) -> None:
    with pytest.raises(StudioError, match="Debian"):
        installed_tools()


def test_a_tool_that_fails_is_quoted_in_one_line(programs: Path) -> None:
    _program(programs, "festival", "echo warming up >&2; echo 'no voice kal' >&2; exit 3")
    with pytest.raises(StudioError) as caught:
        run_tool([str(programs / "festival"), "-b", "x"])
    assert str(caught.value).startswith("festival failed (3): no voice kal; ")
    assert "\n" not in str(caught.value)


def test_a_tool_is_given_its_input(programs: Path, tmp_path: Path) -> None:
    _program(programs, "tool", 'read line; echo "$line" > "$1"')
    run_tool([str(programs / "tool"), str(tmp_path / "heard")], stdin="two words\n")
    assert (tmp_path / "heard").read_text() == "two words\n"


def test_the_helper_is_compiled_from_its_source_against_both_voices(programs: Path, tmp_path: Path) -> None:
    _program(programs, "gcc", 'echo "$@" > "$3.arguments"')
    program = build_flite_helper(tmp_path)
    arguments = (tmp_path / "flite_batch.arguments").read_text().split()
    assert program == tmp_path / "flite_batch"
    assert {"-lflite_cmu_us_rms", "-lflite_cmu_us_awb", "-lflite"} <= set(arguments)
    assert [Path(a).is_file() for a in arguments if a.endswith(".c")] == [True]
