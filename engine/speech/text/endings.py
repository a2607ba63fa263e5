"""Words that are another word with an ending or a beginning: walks, stopped, happier, unkindly.

What English adds sounds by rule (Jespersen 1909), so the dictionary need not list it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.speech.script import VOWELS

Find = Callable[[str], str | None]
"""The phones of a word, or None."""

VOICELESS = "ptkfθʃsʧ"
SIBILANTS = "szʃʒʧʤ"
DOUBLED = "bdfgklmnprstvz"
"""Letters that English doubles before an ending: stopped, running."""
AMERICAN = {"er": "əɹ", "ers": "əɹz", "est": "əst", "ness": "nəs", "less": "ləs"}
BRITISH = {"er": "ə", "ers": "əz", "est": "ɪst", "ness": "nəs", "less": "ləs"}
SHARED = {"ly": "li", "ful": "fᵊl", "able": "əbᵊl", "ish": "ɪʃ", "like": "lˌIk", "man": "mən", "men": "mən"}
PREFIXES = {
    "un": ("ʌn", "ʌn"),
    "non": ("nˌɑn", "nˌɒn"),
    "re": ("ɹi", "ɹiː"),
    "over": ("ˌOvəɹ", "ˌQvə"),
    "under": ("ˌʌndəɹ", "ˌʌndə"),
    "out": ("ˌWt", "ˌWt"),
    "mis": ("mɪs", "mɪs"),
    "dis": ("dɪs", "dɪs"),
    "super": ("sˌupəɹ", "sˌuːpə"),
    "inter": ("ˌɪntəɹ", "ˌɪntə"),
    "anti": ("ˌænti", "ˌanti"),
    "pre": ("pɹi", "pɹiː"),
    "sub": ("sˌʌb", "sˌʌb"),
}
"""American, British."""


def derived(word: str, find: Find, british: bool) -> str | None:
    """The phones of a lower-case ``word`` made of one that ``find`` knows; None where there is none."""
    for ending, sound in _sounded(british).items():
        if word.endswith(ending):
            for stem in _stems(word, ending):
                phones = find(stem)
                if phones:
                    return sound(phones, stem)
    for prefix, sounds in PREFIXES.items():
        rest = word.removeprefix(prefix)
        phones = find(rest) if rest != word and len(rest) > 3 else None
        if phones and "ˈ" in phones:
            return _prefixed(sounds[british], phones, british)
    return None


def _prefixed(prefix: str, phones: str, british: bool) -> str:
    """``un`` and the like before a word: n is ŋ before k, British r is said before a vowel."""
    marks = [letter for letter in phones if letter in VOWELS + "ˈˌ"]
    if prefix == "ʌn" and marks[0] != "ˈ":
        prefix = "ˌʌn"
    if prefix[-1] == "n" and phones[0] in "kɡ":
        prefix = prefix[:-1] + "ŋ"
    if british and prefix[-1] == "ə" and _opens(phones):
        prefix += "ɹ"
    return prefix + phones


def with_s(phones: str, british: bool) -> str:
    """The plural, the possessive, or he says: cats, dogs, horses."""
    if phones[-1] in SIBILANTS:
        return phones + ("ɪz" if british else "ᵻz")
    return phones + ("s" if phones[-1] in VOICELESS else "z")


def with_ed(phones: str, british: bool) -> str:
    """The past: walked, loved, waited."""
    if phones[-1] in "td":
        return _flapped(phones, british) + ("ɪd" if british else "ᵻd")
    return phones + ("t" if phones[-1] in VOICELESS else "d")


def _sounded(british: bool) -> dict[str, Callable[[str, str], str]]:
    """What each ending does to the phones and the letters of its stem; longer endings first."""

    def joined(ending: str) -> Callable[[str, str], str]:
        if ending[0] not in VOWELS:
            return lambda phones, stem: phones + ending
        return lambda phones, stem: _flapped(_linked(phones, stem, british), british) + ending

    plain = {**(BRITISH if british else AMERICAN), **SHARED, "ing": "ɪŋ", "ings": "ɪŋz"}
    sounded = {ending: joined(sound) for ending, sound in plain.items()}
    sounded["ed"] = lambda phones, stem: with_ed(phones, british)
    sounded["ly"] = lambda phones, stem: phones + "li"[phones[-1] == "l" :]
    for ending in ("'s", "s"):
        sounded[ending] = lambda phones, stem: with_s(phones, british)
    return dict(sorted(sounded.items(), key=lambda item: -len(item[0])))


def _flapped(phones: str, british: bool) -> str:
    """An American t between vowels, or after r, is T."""
    before = phones[-2:-1]
    if not british and phones[-1] == "t" and before and before in VOWELS + "ɹ":
        return phones[:-1] + "T"
    return phones


def _linked(phones: str, stem: str, british: bool) -> str:
    """A British r that is silent at the end of a word is said before a vowel: hear, hearing."""
    return phones + "ɹ" if british and phones[-1] in "əː" and stem.endswith(("r", "re")) else phones


def _opens(phones: str) -> bool:
    """Whether it begins with a vowel."""
    return phones.lstrip("ˈˌ")[:1] in VOWELS


def _stems(word: str, ending: str) -> Iterator[str]:
    """What a word may be without its ending: stopped is stop, loved love, happier happy; likelier first."""
    bare = word[: -len(ending)]
    if len(bare) < 2:
        return
    if ending == "s":
        if bare.endswith("ie"):
            yield bare[:-2] + "y"
        if not bare.endswith(("s", "'", "u")):
            yield bare
        if bare.endswith(("se", "xe", "ze", "che", "she", "oe")):
            yield bare[:-1]
        return
    if bare[-1] == "i" and ending not in ("ing", "ings", "man", "men", "like"):
        yield bare[:-1] + "y"
    if ending[0] not in "aeiou":
        yield bare
        return
    short = bare[-2] in "aeiouy" and bare[-3:-2] not in tuple("aeiou")
    candidates = [bare + "e", bare] if short or bare[-1] in "cgsvz" else [bare, bare + "e"]
    if bare[-1] == bare[-2] and bare[-1] in DOUBLED:
        candidates = [bare, bare[:-1]]
    yield from candidates
