"""Phones as text, ``həlˈO``, and as the script's: with stress on a vowel."""

from __future__ import annotations

from engine.speech.script import CONSONANTS, LONG, VOWELS, Phone

STRESS = {"ˈ": 1, "ˌ": 2, "'": 1}
SAME = str.maketrans({"g": "ɡ", "r": "ɹ", ":": "ː", "ɾ": "T", "ʔ": "t", "e": "ɛ", "o": "ɔ"})
"""What people write on a keyboard, and what it is here."""
PAIRS = {
    "tʃ": "ʧ",
    "dʒ": "ʤ",
    "eɪ": "A",
    "aɪ": "I",
    "oʊ": "O",
    "əʊ": "Q",
    "aʊ": "W",
    "ɔɪ": "Y",
    "ɚ": "əɹ",
    "ɝ": "ɜɹ",
}
"""How the International Phonetic Alphabet has them."""
IGNORED = " .-‿͡"
"""Between syllables; ties."""


def phones_of(text: str) -> tuple[Phone, ...]:
    """The phones that ``text`` tells in this set's letters or in the International Phonetic Alphabet's.

    A stress mark may stand right before its vowel or before its syllable. Raises ValueError, saying which
    letter, where one is no phone, and where there is none.
    """
    for pair, letter in PAIRS.items():
        text = text.replace(pair, letter)
    phones: list[Phone] = []
    stress = 0
    for letter in text.translate(SAME):
        if letter in STRESS:
            stress = STRESS[letter]
        elif letter == LONG:
            if not phones or phones[-1].symbol not in VOWELS:
                raise ValueError(f"{LONG!r} stands after no vowel")
            phones[-1] = Phone(phones[-1].symbol + LONG, phones[-1].stress)
        elif letter in VOWELS:
            phones.append(Phone(letter, stress))
            stress = 0
        elif letter in CONSONANTS:
            phones.append(Phone(letter))
        elif letter not in IGNORED:
            raise ValueError(f"{letter!r} is no phone; phones are {VOWELS} and {CONSONANTS}")
    if not phones:
        raise ValueError("there are no phones")
    return tuple(phones)


def phone_text(phone: Phone) -> str:
    """A phone with its stress mark before it."""
    return ("", "ˈ", "ˌ")[phone.stress] + phone.symbol


def stressed(text: str, mark: str) -> str:
    """With ``mark`` on its first vowel, where nothing has stress."""
    if "ˈ" in text or "ˌ" in text:
        return text
    at = next((index for index, letter in enumerate(text) if letter in VOWELS), None)
    return text if at is None else text[:at] + mark + text[at:]


def opens_with_vowel(text: str) -> bool:
    """Whether its first sound is a vowel. An article's ɐ is none to the voices: tə ɐ fˈɑðəɹ."""
    first = text.lstrip("ˈˌ")[:1]
    return first != "" and first in VOWELS and first != "ɐ"
