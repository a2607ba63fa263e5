"""A text as it is to be said: phrases of words of phones, each word with its place in the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

VOWELS = "AIOQWYaiuæɐɑɒɔəɛɜɪʊʌᵊᵻ"
"""Diphthongs have a letter of their own: A as in day, I by, O go, Q British go, W how, Y boy."""
CONSONANTS = "bdfhjklmnpstvwzðŋɡɹʃʒʤʧθT"
"""T is the flap of an American water."""
LONG = "ː"
"""After a British vowel that is long."""
STOPS = ".?!,;:…—"
"""What a phrase may end with; nothing where it was only cut."""


@dataclass(frozen=True)
class Phone:
    """A speech sound, in the letters of misaki's phone set (Apache-2.0), which Kokoro's voices are told."""

    symbol: str
    """A letter of VOWELS or CONSONANTS, or a vowel followed by LONG."""
    stress: int = 0
    """1 on the vowel of a syllable with primary stress, 2 with secondary, 0 elsewhere."""


@dataclass(frozen=True)
class Word:
    """A word as it is said, and how the text asks for it to be said."""

    start: int
    """The first of its characters in the text, markup included."""
    end: int
    """The character after its last. Several words may come from one place: those of "42" do."""
    phones: tuple[Phone, ...]
    speed: float = 1.0
    """How many times as fast as the rest (SSML prosody rate, emphasis)."""
    semitones: float = 0.0
    """How much higher than the rest (SSML prosody pitch, emphasis)."""


@dataclass(frozen=True)
class Phrase:
    """Words that are said in one breath: at most about twelve."""

    words: tuple[Word, ...]
    sentence: int
    """The number of the sentence that it belongs to, from 0 up."""
    stop: str = ""
    """One letter of STOPS, or nothing."""
    pause_s: float | None = None
    """Seconds of silence after it where the text asks for them; None for what the stop calls for."""
    breath: bool = False
    """Whether a breath is taken after it though no stop stands there."""

    @property
    def phones(self) -> tuple[Phone, ...]:
        """Those of all words, in order."""
        return tuple(phone for word in self.words for phone in word.phones)


def neighbours(phrases: Sequence[Phrase], number: int) -> tuple[Phrase | None, Phrase | None]:
    """What is said before and after a phrase, in its sentence."""
    beside = (phrases[n] if 0 <= n < len(phrases) else None for n in (number - 1, number + 1))
    own = phrases[number].sentence
    before, after = (phrase if phrase and phrase.sentence == own else None for phrase in beside)
    return before, after


@dataclass(frozen=True)
class Script:
    """What is said for a text."""

    text: str
    phrases: tuple[Phrase, ...]
    notes: tuple[str, ...] = ()
    """What was left out, and why: a line each."""
