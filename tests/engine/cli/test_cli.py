from __future__ import annotations

import errno
import re
import shlex

import pytest

from engine.cli import guarded, main, make_parser
from engine.errors import StudioError
from tests.engine.cli.conftest import Studio

NAMES = (
    *("render", "audition", "presets", "models", "score", "bench"),
    *("devices", "doctor", "prepare", "corpus", "train", "evaluate"),
)


def fails(error: BaseException) -> int:
    raise error


def test_the_help_names_every_command(studio: Studio) -> None:
    result = studio("--help")
    assert result.code == 0
    assert all(f"\n    {name} " in result.out for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_commands_help_has_an_example(studio: Studio, name: str) -> None:
    result = studio(name, "--help")
    assert result.code == 0
    assert "example" in result.out
    assert f"./studio {name} " in result.out


def test_every_example_in_the_help_is_understood(studio: Studio) -> None:
    helps = [studio("--help").out, *(studio(name, "--help").out for name in NAMES)]
    lines = re.findall(
        r"^(?:example: |  )\./studio (?!COMMAND)(\S.*?)(?:   .*)?$", "\n".join(helps), re.MULTILINE
    )
    assert len(lines) >= len(NAMES) + 2
    for line in lines:
        make_parser().parse_args(shlex.split(line))


@pytest.mark.parametrize(
    "arguments", [["frobnicate"], ["render"], ["--play"], ["--nonsense"], ["presets", "x"], []]
)
def test_arguments_that_make_no_sense_exit_with_2_and_one_line(studio: Studio, arguments: list[str]) -> None:
    result = studio(*arguments)
    assert result.code == 2
    assert result.out == ""
    assert len(result.err.splitlines()) == 1
    assert "--help says more" in result.err


def test_without_a_command_the_app_is_opened() -> None:
    opened: list[tuple[str | None, bool]] = []

    def open_app(play: str | None, debug: bool) -> int:
        opened.append((play, debug))
        return 7

    assert main([], open_app) == 7
    assert main(["--play", "piano"], open_app) == 7
    assert main(["--debug", "--play", "piano"], open_app) == 7
    assert opened == [(None, False), ("piano", False), ("piano", True)]


def test_play_does_not_go_with_a_command(studio: Studio) -> None:
    result = studio("--play", "piano", "presets")
    assert result.code == 2
    assert "--play opens the app; it does not go with presets" in result.err


def test_the_version_is_the_projects(studio: Studio) -> None:
    result = studio("--version")
    assert result.code == 0
    assert result.out.startswith("WaveNet Studio 0.")


def test_a_failure_is_told_in_one_line_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: fails(StudioError("x.wav: it is broken")), debug=False) == 1
    assert capsys.readouterr().err == "error: x.wav: it is broken\n"


def test_a_fault_of_our_own_is_told_in_one_line_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: fails(KeyError("first\nsecond")), debug=False) == 1
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1
    assert "KeyError" in error
    assert "--debug" in error


LOOP = OSError(errno.ELOOP, "Too many levels of symbolic links", "/home/me/loop.wav")
LONG = OSError(errno.ENAMETOOLONG, "File name too long", "a" * 10_000)


@pytest.mark.parametrize(
    ("error", "reported"),
    [
        (LOOP, "error: /home/me/loop.wav: Too many levels of symbolic links; give another path"),
        (LONG, "aaa: File name too long; give another path"),
        (PermissionError(errno.EACCES, "Permission denied", b"x.wav"), "error: x.wav: Permission denied;"),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "/tmp"), "error: /tmp: Is a directory; give"),
        (OSError(errno.EROFS, "Read-only file system", "/x"), "error: /x: Read-only file system; give"),
        (OSError(errno.EIO, "Input/output error"), "error: the system refuses: Input/output error; --debug"),
        (ValueError("embedded null byte"), "error: a path cannot hold a NUL byte; give another"),
    ],
)
def test_a_path_that_the_system_refuses_is_no_fault_of_ours(
    capsys: pytest.CaptureFixture[str], error: Exception, reported: str
) -> None:
    assert guarded(lambda: fails(error), debug=False) == 1
    shown = capsys.readouterr().err
    assert reported in shown
    assert "fault in the program" not in shown
    assert len(shown) <= len("error: ") + 300 + 1


def test_a_fault_that_quotes_a_whole_file_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: fails(KeyError("x" * 10_000)), debug=False) == 1
    shown = capsys.readouterr().err
    assert len(shown) <= len("error: ") + 300 + 1
    assert shown.endswith("--debug shows where\n")


@pytest.mark.parametrize("error", [StudioError("it is broken"), ZeroDivisionError("it is broken")])
def test_debug_shows_where(capsys: pytest.CaptureFixture[str], error: Exception) -> None:
    assert guarded(lambda: fails(error), debug=True) == 1
    shown = capsys.readouterr().err
    assert "Traceback" in shown
    assert "in fails" in shown
    assert "it is broken" in shown.splitlines()[-1]


@pytest.mark.parametrize("arguments", [["--debug", "render", "nonsense"], ["render", "nonsense", "--debug"]])
def test_debug_may_stand_before_and_after_the_command(studio: Studio, arguments: list[str]) -> None:
    result = studio(*arguments, "-o", "out.wav")
    assert result.code == 1
    assert "Traceback" in result.err


def test_an_interruption_exits_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: fails(KeyboardInterrupt()), debug=False) == 130
    assert capsys.readouterr().err == "interrupted\n"
