"""The user's words: a line each, and an error that names the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import StudioError
from engine.speech.text.lexicon import Lexicon, read_lexicon


def test_a_word_a_space_and_its_phones_on_each_line(tmp_path: Path) -> None:
    file = tmp_path / "lexicon.txt"
    file.write_text("# mine\nGIF ʤˈɪf\n\nwavenet  wˈAv nˌɛt  # two parts\n", "utf-8")
    lexicon = read_lexicon(file)
    assert lexicon.find("GIF") == "ʤˈɪf"
    assert lexicon.find("WaveNet") == "wˈAvnˌɛt"
    assert lexicon.find("gif") is None


def test_no_file_is_no_words(tmp_path: Path) -> None:
    assert read_lexicon(tmp_path / "lexicon.txt").words == {}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("cat kˈæt\ndog dˈ%ɡ\n", "lexicon.txt, line 2: '%' is no phone"),
        ("cat\n", "lexicon.txt, line 1: there are no phones"),
        ("cat ːk\n", "lexicon.txt, line 1: 'ː' stands after no vowel"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, content: str, complaint: str) -> None:
    file = tmp_path / "lexicon.txt"
    file.write_text(content, "utf-8")
    with pytest.raises(StudioError, match=complaint):
        read_lexicon(file)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "lexicon.txt"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StudioError, match=r"it is no UTF-8 text; save it as UTF-8"):
        read_lexicon(file)


def test_the_later_of_two_lines_counts() -> None:
    assert Lexicon.parse("a ˈA\na ˈæ").find("a") == "ˈæ"
