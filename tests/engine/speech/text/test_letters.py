"""Words that are in no list are said as their letters are said in others."""

from __future__ import annotations

import zlib

import pytest

from engine.speech.script import LONG, VOWELS
from engine.speech.text.dictionary import Accent, dictionary, read_packed
from engine.speech.text.letters import context, letter_rules, one_primary

HELD_OUT = 199
"""No word whose CRC-32 is a multiple of it was learnt from."""


def split(phones: str) -> list[str]:
    """Phones without stress; a vowel's length belongs to it."""
    result: list[str] = []
    for letter in phones.replace("ˈ", "").replace("ˌ", ""):
        if letter == LONG:
            result[-1] += letter
        else:
            result.append(letter)
    return result


def distance(one: list[str], other: list[str]) -> int:
    """Levenshtein's, as its definition has it."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one):
        row = [i + 1]
        for j, b in enumerate(other):
            row.append(min(row[j] + 1, rows[-1][j + 1] + 1, rows[-1][j] + (a != b)))
        rows.append(row)
    return rows[-1][-1]


@pytest.mark.parametrize("accent", ["american", "british"])
def test_at_most_an_eighth_of_the_phones_of_five_hundred_held_out_words_is_wrong(accent: Accent) -> None:
    words = [line.split(b"\t")[0].decode() for line in read_packed(accent).split(b"\n")[1:-1]]
    held = [word for word in words if zlib.crc32(word.lower().encode()) % HELD_OUT == 0]
    held = [word for word in held if word[1:].isalpha() and word[1:].islower() and word.isascii()][:500]
    rules, listed = letter_rules(accent), dictionary(accent)
    wrong = total = 0
    for word in held:
        forms = listed.forms(word)
        assert forms is not None
        phones = split(forms[""])
        wrong += distance(split(rules.say(word)), phones)
        total += len(phones)
    assert len(held) == 500
    assert wrong / total <= 0.12


@pytest.mark.parametrize(
    ("word", "phones"),
    [("blick", "blˈɪk"), ("glimp", "ɡlˈɪmp"), ("Shumber", "ʃˈʌmbəɹ"), ("", ""), ("123", "")],
)
def test_words_that_there_are_not_are_said(word: str, phones: str) -> None:
    assert letter_rules("american").say(word) == phones


def test_a_word_has_one_primary_stress() -> None:
    assert one_primary("bˈAkˈO") == "bˌAkˈO"
    assert one_primary("bˌAkO") == "bˈAkO"
    assert one_primary("bAkO") == "bˈAkO"
    assert one_primary("bk") == "bk"


def test_every_word_of_any_letters_has_a_vowel_to_stress_where_it_has_a_vowel() -> None:
    for word in ("xylaroni", "zzyzx", "aaaa", "strengthsful"):
        said = letter_rules("british").say(word)
        assert said.count("ˈ") == any(letter in VOWELS for letter in said)


def test_a_letter_is_looked_up_with_its_neighbours_nearest_first() -> None:
    assert context("abcdef", 1) == "bcad_e_f___"
