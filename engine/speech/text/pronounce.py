"""From words to phones: the user's lexicon, the dictionary, letters to sounds, what the neighbours change."""

from __future__ import annotations

from collections.abc import Sequence

from engine.speech.script import Word
from engine.speech.text.dictionary import Accent, Dictionary
from engine.speech.text.endings import with_s
from engine.speech.text.homographs import form_of
from engine.speech.text.letters import letter_rules
from engine.speech.text.lexicon import Lexicon
from engine.speech.text.phones import opens_with_vowel, phones_of, stressed
from engine.speech.text.source import unaccented
from engine.speech.text.to_say import Unit

AMERICAN_LETTERS = "A bi si di i ɛf ʤi Aʧ I ʤA kA ɛl ɛm ɛn O pi kju ɑɹ ɛs ti ju vi dʌbᵊlju ɛks wI zi".split()
BRITISH_LETTERS = (
    "A biː siː diː iː ɛf ʤiː Aʧ I ʤA kA ɛl ɛm ɛn Q piː kjuː ɑː ɛs tiː juː viː dʌbᵊljuː ɛks wI zɛd".split()
)


def is_spelled_out(spelled: str) -> bool:
    """Whether it is letters that are told one by one, "F B I"; I and A alone are words."""
    return " " in spelled or spelled == "A." or (len(spelled) == 1 and spelled not in "AIai")


class Speller:
    """Says the words of sentences, in one accent."""

    def __init__(self, dictionary: Dictionary, own: Lexicon) -> None:
        self._dictionary = dictionary
        self._own = own
        names = BRITISH_LETTERS if dictionary.british else AMERICAN_LETTERS
        self._letters = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", names, strict=True))

    def words(self, units: Sequence[Unit]) -> list[Word | None]:
        """The word of each of a sentence's ``units``; None for a break, and for what has no sound."""
        plain = [unit.spelled.lower() for unit in units if unit.is_word]
        number, following = len(plain), ""  # phones of the next word, or nothing before a break
        said: list[Word | None] = []
        for unit in reversed(units):
            if not unit.is_word:
                following = ""
                said.append(None)
                continue
            number -= 1
            following = unit.phones or self._said(unit.spelled, plain, number, following)
            tone = unit.tone
            word = (
                Word(unit.start, unit.end, phones_of(following), tone.speed, tone.semitones)
                if following
                else None
            )
            said.append(word)
        return said[::-1]

    def _said(self, spelled: str, words: Sequence[str], number: int, following: str) -> str:
        """The phones of the word ``number`` of a sentence, which is written as ``spelled``."""
        own = self._own.find(spelled)
        if own:
            return own
        if is_spelled_out(spelled):
            return self.letters(spelled)
        lower = spelled.lower()
        special = self._special(lower, following)
        if special:
            return special
        forms = self._dictionary.forms(spelled) or self._dictionary.forms(unaccented(spelled))
        if forms is None:
            return self._unknown(spelled)
        phones = forms[""]
        if len(forms) > 1:
            ends = "END" in forms and not following
            phones = forms["END" if ends else form_of(words, number, forms)]
        return stressed(phones, "ˌ") if spelled[:1].isupper() else phones

    def _special(self, word: str, following: str) -> str:
        """Small words whose sound hangs on what comes next."""
        vowel = opens_with_vowel(following)
        british = self._dictionary.british
        match word:
            case "the":
                return "ði" if vowel else "ðə"
            case "a":
                return "ɐ"
            case "an":
                return "ɐn"
            case "to":
                return ("tʊ" if vowel else "tə") if following else ("tuː" if british else "tu")
            case "i":
                return "ˌI"
            case "am" if following:
                return "ɐm"
            case "in":
                return "ɪn" if following else "ˈɪn"
        return ""

    def letters(self, spelled: str) -> str:
        """F B I: each letter by its name, the last one stressed; 's after them as after a word."""
        bare = spelled.removesuffix(" 's")
        names = [self._letters[letter] for letter in unaccented(bare).upper() if letter in self._letters]
        said = "".join(
            [stressed(name, "ˌ") for name in names[:-1]] + [stressed(name, "ˈ") for name in names[-1:]]
        )
        return with_s(said, self._dictionary.british) if said and bare != spelled else said

    def _unknown(self, spelled: str) -> str:
        """A word that no list has: by how its letters are said in others."""
        accent: Accent = "british" if self._dictionary.british else "american"
        return letter_rules(accent).say(unaccented(spelled))
