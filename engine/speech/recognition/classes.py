"""The 39 classes of phones that recognisers are compared by, and what belongs to each.

Lee and Hon, Speaker-independent phone recognition using hidden Markov models (IEEE Transactions on Acoustics,
Speech, and Signal Processing 37, 1989), table I: TIMIT's 61 phones become 48, of which 39 are told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.speech.script import LONG, VOWELS

SILENCE = "sil"
CLASSES = (
    *"iy ih eh ae ah uw uh aa ey ay oy aw ow er l r w y m n ng".split(),
    *"v f dh th z s sh jh ch b p d dx t g k hh".split(),
    SILENCE,
)
"""By TIMIT's names; ``sh`` is zh too, ``aa`` is ao, ``ah`` is ax, ``dx`` the flap of an American water."""
NUMBERS = {name: number for number, name in enumerate(CLASSES)}
_TO_48 = {
    "ux": "uw", "ax-h": "ax", "axr": "er", "em": "m", "nx": "n", "eng": "ng", "hv": "hh",
    "pcl": "cl", "tcl": "cl", "kcl": "cl", "qcl": "cl", "bcl": "vcl", "dcl": "vcl", "gcl": "vcl",
    "h#": "sil", "pau": "sil", "#h": "sil",
}  # fmt: skip
_TO_39 = {
    "cl": "sil", "vcl": "sil", "epi": "sil", "el": "l", "en": "n", "zh": "sh", "ix": "ih", "ax": "ah",
    "ao": "aa",
}  # fmt: skip
LEFT_OUT = "q"
"""The glottal stop, which belongs to no class: Lee and Hon take it out."""
_OF_SYMBOLS = {
    "A": "ey", "I": "ay", "O": "ow", "Q": "ow", "W": "aw", "Y": "oy", "a": "ae", "i": "iy", "u": "uw",
    "æ": "ae", "ɐ": "ah", "ɑ": "aa", "ɒ": "aa", "ɔ": "aa", "ə": "ah", "ɛ": "eh", "ɜ": "er", "ɪ": "ih",
    "ʊ": "uh", "ʌ": "ah", "ᵊ": "ah", "ᵻ": "ih", "b": "b", "d": "d", "f": "f", "h": "hh", "j": "y", "k": "k",
    "l": "l", "m": "m", "n": "n", "p": "p", "s": "s", "t": "t", "v": "v", "w": "w", "z": "z", "ð": "dh",
    "ŋ": "ng", "ɡ": "g", "ɹ": "r", "ʃ": "sh", "ʒ": "sh", "ʤ": "jh", "ʧ": "ch", "θ": "th", "T": "dx",
}  # fmt: skip


def of_timit(phone: str) -> str | None:
    """The class of one of TIMIT's phones, or of a phone of the CMU set; None for the glottal stop.

    Raises KeyError where it is none of them.
    """
    if phone == LEFT_OUT:
        return None
    of_48 = _TO_48.get(phone, phone)
    name = _TO_39.get(of_48, of_48)
    return CLASSES[NUMBERS[name]]


def of_symbols(symbols: Sequence[str]) -> list[tuple[str, int]]:
    """The classes of phones in the letters of ``speech.script``, each with how many letters it takes.

    A schwa and the r behind it are ``er`` unless a vowel follows. What is no phone is silence.
    """
    result: list[tuple[str, int]] = []
    at = 0
    while at < len(symbols):
        letter = symbols[at].removesuffix(LONG)
        after, then = (symbols[n].removesuffix(LONG) if n < len(symbols) else "" for n in (at + 1, at + 2))
        coloured = after == "ɹ" and (letter == "ɜ" or (letter == "ə" and (not then or then not in VOWELS)))
        name = "er" if coloured else _OF_SYMBOLS.get(letter, SILENCE)
        result.append((name, 2 if coloured else 1))
        at += result[-1][1]
    return result


def merged(classes: Iterable[str]) -> tuple[str, ...]:
    """The same without a silence behind another: closures and pauses are one, as in the usual scoring."""
    result: list[str] = []
    for name in classes:
        if name != SILENCE or not result or result[-1] != SILENCE:
            result.append(name)
    return tuple(result)
