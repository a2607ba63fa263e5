"""From a text to units: its words as they are said, one by one, and the breaks between them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from engine.speech.text import abbreviations, addresses, dates, measures, quantities
from engine.speech.text.dictionary import Dictionary
from engine.speech.text.lexicon import NO_WORDS, Lexicon
from engine.speech.text.rules import AHEAD, Reading, Rule
from engine.speech.text.source import Source, unaccented
from engine.speech.text.to_say import PLAIN, Tone, Unit

RULES: tuple[Rule, ...] = (
    *addresses.RULES, *dates.RULES, *measures.RULES, *quantities.RULES, *abbreviations.RULES,
    *quantities.LAST,
)  # fmt: skip
NAME = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
"""What a user's lexicon may have."""
PLAIN_WORD = re.compile(r"[a-z]+(?=[\s,;]|$)")
"""Which no rule begins with, but for PLAIN_RULED."""
PLAIN_RULED = frozenset("et w b c etc vs approx dept".split())
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*'?")
HYPHENED = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)+")
APOSTROPHED = re.compile(r"'[^\W\d_]+")
SPACE = re.compile(r"\s+")
BULLET = re.compile(r"[-*•·‣]\s+")
STOP = re.compile(r"[.?!,;:…—–()\[\]\"]+|--+|-(?=\s|$)")
SIGNS = {
    "&": "and", "+": "plus", "=": "equals", "@": "at", "%": "percent", "#": "hash", "<": "less than",
    "÷": "divided by",
    ">": "greater than", "±": "plus or minus", "×": "times", "≤": "at most", "≥": "at least",
    "≠": "is not equal to",
    "≈": "approximately", "°": "degrees", "§": "section", "©": "copyright", "√": "square root of",
    "∞": "infinity",
    "$": "dollar", "£": "pound", "€": "euro", "¥": "yen", "→": "to", "∑": "sum", "∂": "partial",
    "¶": "paragraph",
}  # fmt: skip
SILENT = frozenset("'\"*_|^~`\\/{}<>-–®™•·‣†‡¿¡¨´ºª⁰¹²³\u2028\u2029")
"""Signs that are left out without a word: quotes, emphasis, frames."""
GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψω",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau "
        "upsilon phi "
        "chi psi omega".split(),
        strict=True,
    )
)
STARTERS = frozenset(
    "The A An It He She We They This That These Those In But And I You There If When At On".split()
)
"""Words that after an abbreviation's full stop begin a sentence."""
BEFORE = 3
"""Words that rules may look back on."""


class Normaliser:
    """Takes texts apart, in one accent, and collects notes on what cannot be said."""

    def __init__(self, dictionary: Dictionary, own: Lexicon = NO_WORDS) -> None:
        self._dictionary = dictionary
        self._own = own
        self._foreign: dict[str, None] = {}
        self._unsaid: dict[str, None] = {}

    def notes(self) -> list[str]:
        """What was left out so far."""
        notes = []
        if self._foreign:
            notes.append(
                f"left out {_listed(self._foreign)}: other letters than English ones; only English is read"
            )
        if self._unsaid:
            notes.append(f"left out {_listed(self._unsaid)}: nobody can say it")
        return notes

    def units(self, source: Source, tone: Tone = PLAIN, before: Sequence[str] = ()) -> Iterator[Unit]:
        """The units of a text without markup, in order; ``before`` are the words said last."""
        text, at, last = source.text, 0, list(before)
        while at < len(text):
            end, words, breaks = self._next(text, at, tuple(last[-BEFORE:]))
            if words or breaks:
                place = source.place(at, end)
                for word in words:
                    yield Unit(*place, spelled=word, tone=tone)
                for stop, ends_sentence in breaks:
                    yield Unit(*place, stop=stop, ends_sentence=ends_sentence)
            last += [word.lower() for word in words]
            at = end

    def _next(
        self, text: str, at: int, before: tuple[str, ...]
    ) -> tuple[int, list[str], list[tuple[str, bool]]]:
        """Where what stands at ``at`` ends, its words, its breaks: stop, whether a sentence ends."""
        if space := SPACE.match(text, at):
            bullet = "\n" in space[0] and BULLET.match(text, space.end())
            ends = space[0].count("\n") > 1 or bullet
            return bullet.end() if bullet else space.end(), [], [(".", True)] if ends and at else []
        named = NAME.match(text, at) if self._own.words else None
        if named and self._own.find(named[0]):
            return named.end(), [named[0]], []
        plain = PLAIN_WORD.match(text, at)
        if plain and plain[0] not in PLAIN_RULED:
            return plain.end(), [plain[0]], []
        if not (at and text[at] in "-+'." and (text[at - 1].isalnum() or text[at + 1 : at + 2].isspace())):
            reading = Reading(self._dictionary.british, text, before, self._knows)
            for pattern, handler in RULES:
                match = pattern.match(text, at)
                words = handler(match, reading) if match else None
                if match and words is not None:
                    return match.end(), words, _full_stop(match, handler)
        return self._word(text, at) or self._sign(text, at)

    def _word(self, text: str, at: int) -> tuple[int, list[str], list[tuple[str, bool]]] | None:
        """A word by its letters; several where hyphens join what the dictionary has only apart."""
        hyphened = HYPHENED.match(text, at) or APOSTROPHED.match(text, at)
        if hyphened and self._dictionary.lists(hyphened[0]):
            return hyphened.end(), [hyphened[0]], []
        word = WORD.match(text, at)
        if word is None:
            return None
        letters = word[0].strip("'")
        if all(letter in "'ª" or unicodedata.name(letter, "").startswith("LATIN") for letter in letters):
            return word.end(), [letters], []
        if letters.lower() in GREEK:
            return word.end(), [GREEK[letters.lower()]], []
        self._foreign[letters] = None
        return word.end(), [], []

    def _sign(self, text: str, at: int) -> tuple[int, list[str], list[tuple[str, bool]]]:
        """Punctuation, a sign with a name, or one that nobody can say."""
        if stop := STOP.match(text, at):
            joins = stop[0] in "–-" and at > 0 and stop.end() < len(text) and not text[at - 1].isspace()
            inside = joins and not text[stop.end()].isspace()
            return stop.end(), [], [] if inside else _stop(stop[0])
        sign = text[at]
        if sign in "<>" and not text[at + 1 : at + 2].isspace():
            return at + 1, [], []
        if sign == "/" and text[at - 1 : at] == " " and text[at + 1 : at + 2] == " ":
            return at + 1, ["slash"], []
        if sign in SIGNS:
            return at + 1, SIGNS[sign].split(), []
        if sign not in SILENT and not sign.isspace() and unicodedata.category(sign)[0] not in "CM":
            self._unsaid[sign] = None
        return at + 1, [], []

    def _knows(self, word: str) -> bool:
        return self._dictionary.lists(word) or (
            word.islower() and self._dictionary.forms(unaccented(word)) is not None
        )


def _full_stop(match: re.Match[str], handler: Callable[..., object]) -> list[tuple[str, bool]]:
    """Whether an abbreviation's full stop ends the sentence as well."""
    if not match[0].endswith(".") or handler in (abbreviations.title, abbreviations.counted):
        return []
    after = match.string[match.end() : match.end() + AHEAD]
    if not after.strip() or re.match(r"\s*\n\s*\n", after):
        return [(".", True)]
    following = re.match(r"\s+[\"'(]?([A-Z]\w*)", after)
    if following is None or (handler is abbreviations.initials and following[1] not in STARTERS):
        return []
    return [(".", True)]


def _stop(signs: str) -> list[tuple[str, bool]]:
    """The break that punctuation makes: the strongest of its signs."""
    for letter in "?!….;:":
        if letter in signs:
            return [("…" if "..." in signs and letter == "." else letter, letter not in ";:")]
    if "—" in signs or "–" in signs or "-" in signs:
        return [("—", False)]
    return [(",", False)] if set(signs) & set(",()[]") else []


def _listed(names: dict[str, None]) -> str:
    """The first few."""
    few = ", ".join(list(names)[:5])
    return few + (f" and {len(names) - 5} more" if len(names) > 5 else "")
