from __future__ import annotations

import argparse

import pytest

from engine.cli.parser import StudioParser, add_engine, number, tag_weight, whole
from engine.generation.backends import ENGINES


@pytest.mark.parametrize("text", ["0", "7", "10"])
def test_a_whole_number_in_range_is_taken(text: str) -> None:
    assert whole(0, 10)(text) == int(text)


@pytest.mark.parametrize("text", ["-1", "11", "1.5", "", "x", "1e3", "inf"])
def test_anything_but_a_whole_number_in_range_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"is not (between 0 and 10|a whole number)"):
        whole(0, 10)(text)


@pytest.mark.parametrize("text", ["0", "0.5", "4", "1e-3"])
def test_a_number_in_range_is_taken(text: str) -> None:
    assert number(0.0, 4.0)(text) == float(text)


@pytest.mark.parametrize("text", ["-0.1", "4.1", "nan", "inf", "", "hot"])
def test_anything_but_a_number_in_range_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"is not (between 0 and 4|a number)"):
        number(0.0, 4.0)(text)


def test_a_bound_can_be_left_out() -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="0 is not more than 0 and at most 1"):
        number(0.0, 1.0, above=True)("0")


def test_a_tag_and_its_weight_are_read() -> None:
    assert tag_weight("electric guitar=0.5") == ("electric guitar", 0.5)


@pytest.mark.parametrize(
    "text", ["piano", "=1", "piano=", "piano=loud", "piano=-1", "piano=2.5", "piano=nan"]
)
def test_a_tag_without_a_sensible_weight_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        tag_weight(text)


def test_every_engine_that_can_be_selected_can_be_asked_for() -> None:
    parser = StudioParser()
    add_engine(parser)
    for engine in ENGINES:
        assert parser.parse_args(["--engine", engine]).engine == engine
    with pytest.raises(SystemExit):
        parser.parse_args(["--engine", "steam"])


def test_words_are_not_completed(capsys: pytest.CaptureFixture[str]) -> None:
    parser = StudioParser()
    add_engine(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["--eng", "cpu"])
