from __future__ import annotations

from app.look.tips import wrapped


def test_long_lines_are_broken_between_words_and_short_ones_stay() -> None:
    tip = "Low.\n" + " ".join(["word"] * 30) + "\nHigh: hot"
    lines = wrapped(tip).split("\n")
    assert (lines[0], lines[-1]) == ("Low.", "High: hot")
    assert len(lines) == 5
    assert max(map(len, lines)) <= 64
    assert wrapped(tip).split() == tip.split()


def test_a_path_that_is_longer_than_a_line_stays_whole() -> None:
    assert wrapped("/a" * 60) == "/a" * 60
    assert wrapped("") == ""
