"""Phones are read from this program's letters and from the International Phonetic Alphabet's."""

from __future__ import annotations

import pytest

from engine.speech.script import Phone
from engine.speech.text.phones import opens_with_vowel, phone_text, phones_of, stressed


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("həlˈO", "h ə l ˈO"),
        ("həˈloʊ", "h ə l ˈO"),
        ("ˈhjuːmən", "h j ˈuː m ə n"),
        ("tʃˈiːz", "ʧ ˈiː z"),
        ("dʒ ʌ dʒ", "ʤ ʌ ʤ"),
        ("ˌʌn.dəˈstænd", "ˌʌ n d ə s t ˈæ n d"),
        ("gr'iːn", "ɡ ɹ ˈiː n"),
        ("bɝd", "b ɜ ɹ d"),
    ],
)
def test_phones_are_read(text: str, phones: str) -> None:
    assert " ".join(phone_text(phone) for phone in phones_of(text)) == phones


@pytest.mark.parametrize("text", ["", " ", "ˈ", "q", "ː", "bː", "5", "?"])
def test_what_is_no_phone_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"phone|vowel"):
        phones_of(text)


def test_stress_goes_on_the_first_vowel_of_what_has_none() -> None:
    assert stressed("ðɪs", "ˌ") == "ðˌɪs"
    assert stressed("kˈæt", "ˌ") == "kˈæt"
    assert stressed("m", "ˌ") == "m"


def test_an_article_opens_with_no_vowel() -> None:
    assert [opens_with_vowel(text) for text in ("ˈæpᵊl", "kˈæt", "ɐ", "")] == [True, False, False, False]


def test_a_phone_has_its_stress_before_it() -> None:
    assert phone_text(Phone("A", 1)) == "ˈA"
