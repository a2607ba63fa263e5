"""Whole numbers, ordinals, decimals, years and digits as words."""

from __future__ import annotations

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SCALES = (
    "thousand million billion trillion quadrillion quintillion sextillion septillion octillion nonillion "
    "decillion"
).split()
LARGEST = 10**36 - 1
"""From there on digits are told one by one."""
IRREGULAR = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def cardinal(number: int, british: bool = False) -> list[str]:
    """Two hundred (and) five: the British say and. Digit by digit above LARGEST."""
    if number < 0:
        return ["minus", *cardinal(-number, british)]
    if number > LARGEST:
        return digits(str(number))
    if number < 1000:
        return _below_thousand(number, british)
    words: list[str] = []
    for power in range(len(SCALES), 0, -1):
        count, number = divmod(number, 1000**power)
        if count:
            words += [*_below_thousand(count, british), SCALES[power - 1]]
    if number:
        words += ["and"] if british and number < 100 else []
        words += _below_thousand(number, british)
    return words


def _below_thousand(number: int, british: bool) -> list[str]:
    if number < 20:
        return [ONES[number]]
    if number < 100:
        return [TENS[number // 10 - 2], *([ONES[number % 10]] if number % 10 else [])]
    rest = _below_thousand(number % 100, british) if number % 100 else []
    return [ONES[number // 100], "hundred", *(["and"] if british and rest else []), *rest]


def ordinal(number: int, british: bool = False) -> list[str]:
    """Twenty first, one hundredth."""
    *words, last = cardinal(number, british)
    return [*words, ordinal_word(last)]


def ordinal_word(word: str) -> str:
    """Third for three, twentieth for twenty."""
    return IRREGULAR.get(word) or (word[:-1] + "ieth" if word.endswith("y") else word + "th")


def year(number: int, british: bool = False) -> list[str]:
    """Nineteen eighty four, nineteen oh five, two thousand (and) nine, twenty twenty, eighteen hundred."""
    century, rest = divmod(number, 100)
    if number >= 10000 or number < 1000 or number // 10 % 100 == 0:  # 2000 … 2009, too
        return cardinal(number, british)
    if rest == 0:
        return [*cardinal(century), "hundred"]
    return [*cardinal(century), *(["oh"] if rest < 10 else []), *cardinal(rest)]


def digits(text: str, zero: str = "zero") -> list[str]:
    """Each digit on its own; what is none is left out."""
    return [ONES[int(digit)] if digit != "0" else zero for digit in text if digit in "0123456789"]


def number_words(text: str, british: bool = False) -> list[str]:
    """``-1,234.50``: minus one thousand two hundred thirty four point five zero.

    Digit by digit where it begins with a 0 that says no nothing: 007.
    """
    plain = text.replace(",", "").replace(" ", "")
    if plain[:1] in "-−":
        return ["minus", *number_words(plain[1:], british)]
    whole, _, decimals = plain.removeprefix("+").partition(".")
    leading = ["zero"] if not whole else digits(whole) if len(whole) > 1 and whole[0] == "0" else []
    words = leading or cardinal(int(whole), british) if len(whole) <= 36 else digits(whole)
    words = ["plus", *words] if plain[0] == "+" else words
    return [*words, "point", *digits(decimals)] if decimals else words


def plural(words: list[str]) -> list[str]:
    """Nineteen eighties, sixes, hundreds."""
    last = words[-1]
    ending = last[:-1] + "ies" if last.endswith("y") else last + ("es" if last.endswith(("x", "ss")) else "s")
    return [*words[:-1], ending]


def roman(text: str) -> int | None:
    """XIV is 14; None where it is not written as Romans numbers are, or above 3999."""
    number = 0
    for letter, following in zip(text, text[1:] + " ", strict=True):
        value = ROMAN.get(letter, 0)
        number += -value if value < ROMAN.get(following, 0) else value
    return number if number > 0 and to_roman(number) == text else None


def to_roman(number: int) -> str:
    """14 is XIV."""
    if number > 3999:
        return ""
    steps = dict(
        zip(
            "M CM D CD C XC L XL X IX V IV I".split(),
            (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
            strict=True,
        )
    )
    letters = ""
    for sign, value in steps.items():
        count, number = divmod(number, value)
        letters += sign * count
    return letters
