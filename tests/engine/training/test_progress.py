from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
import torch

from engine.training import progress
from engine.training.budget import Budget
from engine.training.progress import Speedometer, time_left
from engine.training.run import RunOptions, train
from engine.training.settings import read_recipe
from tests.engine.training.corpus import toy_corpus, toy_recipe


class Terminal(io.StringIO):
    """A terminal without block characters."""

    encoding = "ascii"

    def isatty(self) -> bool:
        return True


def run(tmp_path: Path, steps: int) -> None:
    torch.set_num_threads(1)
    corpus = toy_corpus(tmp_path / "corpus").folder
    options = RunOptions(corpus=corpus, folder=tmp_path / "run")
    train(read_recipe(toy_recipe(tmp_path)), Budget(steps=steps), options)


def test_in_a_file_a_run_leaves_plain_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "LINE_S", 0.0)  # instead of a minute
    run(tmp_path, 4)
    printed = capsys.readouterr().err
    assert "\r" not in printed
    assert printed.isascii()
    how, *lines = printed.splitlines()
    assert how == "training in float32, not compiled"
    assert [line.split()[0] for line in lines] == ["25%", "50%", "75%", "100%", "100%"]
    assert re.fullmatch(r" 50% \d\d:\d\d left, step 2, [\d,]+ samples/s, \d\.\d{3} bits.*", lines[1])
    assert re.search(r"\d\.\d{3} held-out bits$", lines[-1])


def test_a_line_a_minute_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, 6)
    _, *lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1  # the one at the validation in the end


def test_on_a_terminal_a_bar_shows_share_time_left_and_speed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(progress, "REDRAW_S", 0.0)
    run(tmp_path, 4)
    drawn = terminal.getvalue()
    assert "\r" in drawn
    assert drawn.isascii()
    assert re.search(r" 50%\|#+ *\| \d\d:\d\d left, step 2, [\d,]+ samples/s", drawn)


def test_speed_is_that_of_the_last_minute_without_pauses() -> None:
    speed = Speedometer(window=60.0)
    speed.mark(0.0, 0)
    assert speed.rate == 0.0
    speed.mark(10.0, 1000)
    assert speed.rate == 100.0
    speed.pause()
    speed.mark(500.0, 1000)
    assert speed.rate == 100.0
    for second in range(1, 101):
        speed.mark(500.0 + second, 1000 + 50 * second)
    assert speed.rate == 50.0


def test_time_left_follows_from_the_share_done() -> None:
    assert time_left(0.25, 0.75, 60.0) == 180.0
    assert time_left(0.0, 1.0, 60.0) is None
