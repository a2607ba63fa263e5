from __future__ import annotations

import pytest

from engine.cli.output import print_table, samples_bar, say, warn


def test_columns_are_as_wide_as_their_widest_cell(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([("A", "B", "C"), ("long", "x", ""), ("y", "longer", "z")])
    assert capsys.readouterr().out == "A     B       C\nlong  x\ny     longer  z\n"


def test_warnings_go_to_stderr_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    warn(["first", "second"])
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "warning: first\nwarning: second\n"


def test_what_goes_on_is_told_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    say("compiling")
    assert capsys.readouterr() == ("", "compiling\n")


def test_no_bar_is_drawn_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with samples_bar(10) as bar:
        bar.update(10)
    assert capsys.readouterr().err == ""
