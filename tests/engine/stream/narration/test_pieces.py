"""A text is cut into sentences: all of it, and never within markup or after an abbreviation."""

from __future__ import annotations

import pytest

from engine.stream.narration.pieces import pieces


def cut(text: str) -> list[str]:
    return [text[piece.start : piece.end] for piece in pieces(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four", ["One. ", "Two! ", "Three? ", "Four"]),
        ("“Go.” He went.", ["“Go.” ", "He went."]),
        (
            "Dr. Smith and Mr. J. Doe came. Then Mrs. Roe.",
            ["Dr. Smith and Mr. J. Doe came. ", "Then Mrs. Roe."],
        ),
        ("It cost 3.50 in all. Cheap.", ["It cost 3.50 in all. ", "Cheap."]),
        ("A heading\n\nA paragraph.", ["A heading\n\n", "A paragraph."]),
        ("etc. and so on. Done.", ["etc. and so on. ", "Done."]),
        (
            "<prosody rate='slow'>One. Two.</prosody> Three.",
            ["<prosody rate='slow'>One. Two.</prosody> Three."],
        ),
        ("One <break time='1s'/>. Two.", ["One <break time='1s'/>. ", "Two."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_a_text_is_cut_after_its_sentences(text: str, sentences: list[str]) -> None:
    assert cut(text) == sentences


def test_nothing_is_lost_and_what_has_no_end_is_cut_between_words() -> None:
    text = "word " * 1000
    parts = cut(text)
    assert "".join(parts) == text
    assert max(map(len, parts)) <= 600
    assert all(part.startswith("word") and part.endswith("word ") for part in parts)


def test_a_long_text_is_cut_no_further_than_it_is_asked_for() -> None:
    text = "A sentence. " * 200_000
    assert next(iter(pieces(text))) == (0, 12)
