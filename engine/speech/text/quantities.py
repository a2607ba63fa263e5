"""Money, percentages, measures, fractions, ranges and what else begins with a digit."""

from __future__ import annotations

import re

from engine.speech.text.numbers import digits, ordinal, ordinal_word, plural, year
from engine.speech.text.rules import DASH, NUMBER, Reading, Rule

CURRENCIES = {
    "$": ("dollar", "cent"),
    "£": ("pound", "penny"),
    "€": ("euro", "cent"),
    "¥": ("yen", ""),
    "₹": ("rupee", "paisa"),
    "₩": ("won", ""),
    "₽": ("rouble", "kopeck"),
    "₺": ("lira", ""),
    "₪": ("shekel", ""),
    "₿": ("bitcoin", ""),
}
CODES = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
COUNTRIES = {
    "US": ["U S"],
    "A": ["australian"],
    "AU": ["australian"],
    "C": ["canadian"],
    "CA": ["canadian"],
    "": [],
}
UNCHANGED = frozenset(
    "yen won lira pence hertz celsius fahrenheit kelvin percent siemens feet inches".split()
)
IRREGULAR = {"penny": "pence", "foot": "feet", "inch": "inches", "century": "centuries"}
SCALES = {
    "k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million", "mln": "million",
    "b": "billion", "B": "billion", "bn": "billion", "tn": "trillion", "T": "trillion", "trn": "trillion",
}  # fmt: skip
SCALE = r"(?:\s?(thousand|million|billion|trillion|mln|mn|bn|tn|trn|[kKmMbBT])(?![^\W_]))"
SIGNS = "[" + "".join(CURRENCIES) + "]"
VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}  # fmt: skip
SET_PHRASES = {
    "24/7": "twenty four seven",
    "9/11": "nine eleven",
    "50/50": "fifty fifty",
    "20/20": "twenty twenty",
}


DATING = (("in",), ("since",), ("until",), ("by",), ("year",), ("before",), ("after",))
"""What stands before a year."""


def many(name: str) -> str:
    """More than one of it."""
    return name if name in UNCHANGED else IRREGULAR.get(name) or plural([name])[0]


def money(match: re.Match[str], reading: Reading) -> list[str] | None:
    """$3.50, £3.2bn, €5-10, US$5m, a $5 bill."""
    country, sign, amount, other, scale = match.groups()
    unit, small = CURRENCIES[sign]
    single = reading.counts_a_noun(match.end())
    words = reading.number(amount)
    whole, _, cents = amount.replace(",", "").partition(".")
    name = COUNTRIES.get(country or "", [])
    if not other and not scale and len(cents) == 2 and small and not single:
        parts = []
        if int(whole or 0):
            parts = [*reading.number(whole), *name, unit if int(whole) == 1 else many(unit)]
        if int(cents):
            parts += ["and"] if parts else []
            parts += [*reading.number(str(int(cents))), small if int(cents) == 1 else many(small)]
        return parts or ["zero", *name, many(unit)]
    if other:
        words += ["to", *reading.number(other)]
    if scale:
        words.append(SCALES.get(scale, scale))
    one = not other and not scale and words == ["one"]
    return [*words, *name, unit if one or single else many(unit)]


def money_after(match: re.Match[str], reading: Reading) -> list[str] | None:
    """5 €, 20 USD, 99¢, 50p."""
    amount, scale, sign = match.groups()
    words = [*reading.number(amount), *([SCALES.get(scale, scale)] if scale else [])]
    if sign in ("¢", "p"):
        unit = "cent" if sign == "¢" else "penny"
        return [*words, unit if words == ["one"] else many(unit)]
    unit = CURRENCIES[CODES.get(sign, sign)][0]
    return [*words, unit if words == ["one"] else many(unit)]


def money_code(match: re.Match[str], reading: Reading) -> list[str] | None:
    """EUR 5m."""
    code, amount, scale = match.groups()
    unit = CURRENCIES[CODES[code]][0]
    words = [*reading.number(amount), *([SCALES.get(scale, scale)] if scale else [])]
    return [*words, unit if words == ["one"] else many(unit)]


def percent(match: re.Match[str], reading: Reading) -> list[str] | None:
    """5%, 5-10 %, -0.5%."""
    amount, other = match.groups()
    return [*reading.number(amount), *(["to", *reading.number(other)] if other else []), "percent"]


def degrees(match: re.Match[str], reading: Reading) -> list[str] | None:
    """-5°, 20 °C, 20-25°F."""
    amount, other, sign, scale = match.groups()
    scale = {"℃": "C", "℉": "F"}.get(sign, scale)
    names = {"C": ["celsius"], "F": ["fahrenheit"]}
    words = [*reading.number(amount), *(["to", *reading.number(other)] if other else [])]
    return [*words, "degree" if words == ["one"] else "degrees", *names.get(scale or "", [])]


def fraction_words(top: int, bottom: int, reading: Reading) -> list[str]:
    """Three quarters, one half; seven over two hundred."""
    if bottom < 2 or bottom > 100:
        return [*reading.number(str(top)), "over", *reading.number(str(bottom))]
    *start, last = reading.number(str(bottom))
    name = {2: "half", 4: "quarter"}.get(bottom) or ordinal_word(last)
    many_names = "halves" if bottom == 2 else plural([name])[0]
    return [*reading.number(str(top)), *start, name if top == 1 else many_names]


def fraction(match: re.Match[str], reading: Reading) -> list[str] | None:
    """1/2, 2 3/4, 24/7."""
    whole, top, bottom = match.groups()
    if not whole and match[0] in SET_PHRASES:
        return SET_PHRASES[match[0]].split()
    if int(bottom) == 0 or int(top) > 99 or (whole and int(top) >= int(bottom)):
        return [
            *(reading.number(whole) if whole else []),
            *reading.number(top),
            "over",
            *reading.number(bottom),
        ]
    return mixed(whole, int(top), int(bottom), reading)


def vulgar(match: re.Match[str], reading: Reading) -> list[str] | None:
    """½, 2½."""
    return mixed(match[1], *VULGAR[match[2]], reading)


def mixed(whole: str | None, top: int, bottom: int, reading: Reading) -> list[str]:
    """Two and a half."""
    words = fraction_words(top, bottom, reading)
    if not whole or not int(whole):
        return words
    if top == 1:
        words[0] = "an" if words[1].startswith("eigh") else "a"
    return [*reading.number(whole), "and", *words]


def nth(match: re.Match[str], reading: Reading) -> list[str] | None:
    """21st, 1,000th."""
    return ordinal(int(match[1].replace(",", "")), reading.british)


def span(match: re.Match[str], reading: Reading) -> list[str] | None:
    """10-20, 3–5: ten to twenty."""
    first, second = match.groups()
    return [*plain_number(first, reading), "to", *plain_number(second, reading)]


def feet_and_inches(match: re.Match[str], reading: Reading) -> list[str] | None:
    """5'11"."""
    feet, inches = match.groups()
    return [*reading.number(feet), "foot" if feet == "1" else "feet", *reading.number(inches), "inches"]


def times(match: re.Match[str], reading: Reading) -> list[str] | None:
    """1920x1080, 3×4; 10x is ten times."""
    first, sign, second = match.groups()
    if not second:
        return [*reading.number(first), "times"] if sign == "x" else None
    return [*reading.number(first), "by" if sign in "xX" else "times", *reading.number(second)]


def version(match: re.Match[str], reading: Reading) -> list[str] | None:
    """1.2.3: one point two point three; an address of four numbers has dots."""
    parts = match[0].split(".")
    joint = "dot" if len(parts) == 4 else "point"
    return [word for part in parts for word in [joint, *reading.number(part)]][1:]


def telephone(match: re.Match[str], reading: Reading) -> list[str] | None:
    """+44 20 7946 0958: digit by digit."""
    zero = "oh" if reading.british else "zero"
    if len(re.sub(r"\D", "", match[0])) < 7:
        return None
    return [*(["plus"] if match[0][0] == "+" else []), *digits(match[0], zero)]


def number(match: re.Match[str], reading: Reading) -> list[str] | None:
    """A number alone: a year where it looks like one."""
    return plain_number(match[0], reading)


def plain_number(text: str, reading: Reading) -> list[str]:
    """1984 is a year; a number of eleven digits or more is told by its digits unless it is round."""
    dated = text.isdecimal() and 1010 < int(text) < 1100 and reading.before[-1:] in DATING
    if dated or re.fullmatch(r"1[1-9]\d\d|20\d\d", text):
        return year(int(text), reading.british)
    if text.isdecimal() and len(text) > 10 and not text.endswith("000"):
        return digits(text)
    return reading.number(text)


SIGNED = rf"[-+]?(?:{NUMBER})"
RULES: tuple[Rule, ...] = (
    (re.compile(rf"(US|AU?|CA?)?({SIGNS})\s?({NUMBER})(?:{DASH}{SIGNS}?({NUMBER}))?{SCALE}?"), money),
    (re.compile(rf"(USD|EUR|GBP|JPY|INR)\s({NUMBER}){SCALE}?"), money_code),
    (re.compile(rf"({NUMBER}){SCALE}?\s?({SIGNS}|¢|USD\b|EUR\b|GBP\b|JPY\b|INR\b)"), money_after),
    (re.compile(rf"({NUMBER})()(p)(?![^\W_])"), money_after),
    (re.compile(rf"({SIGNED})(?:{DASH}({NUMBER}))?\s?(?:%|pct\b)"), percent),
    (re.compile(rf"({SIGNED})(?:{DASH}({NUMBER}))?\s?([°℃℉])\s?([CF]\b)?"), degrees),
    (re.compile(r"(\d+)'\s?(\d+)(?:\"|'')"), feet_and_inches),
    (re.compile(r"(?:\+\d{1,3}|1|0)[-. (]+\d[\d() .-]{5,}\d(?!\w)"), telephone),
    (re.compile(r"\(?\d{3}\)?[-. ]+\d{3}[-. ]\d{4}(?!\w)"), telephone),
    (re.compile(r"\d{3}-\d{4}(?![\w-])"), telephone),
    (re.compile(r"0\d{2,4}[ -]?(?:\d{6}|\d{3,4} \d{3,4})(?!\w)"), telephone),
    (re.compile(r"(?:(\d{1,9})[ -])?(\d{1,9})/(\d{1,9})(?![\w/])"), fraction),
    (re.compile(rf"(\d{{1,9}})?\s?([{''.join(VULGAR)}])"), vulgar),
    (re.compile(r"\d{1,9}(?:\.\d{1,9}){2,20}"), version),
    (re.compile(r"(\d{1,3}(?:,\d{3}){1,11}|\d{1,36})(?:st|nd|rd|th|ST|ND|RD|TH)(?![^\W_])"), nth),
    (re.compile(rf"({NUMBER})\s?([xX×])\s?({NUMBER})?(?![^\W_])"), times),
    (re.compile(rf"({NUMBER})(?:\s?–\s?|-)({NUMBER})(?![^\W_]|-\d)"), span),
)
"""Before measures; ``number`` comes last of all."""
LAST: tuple[Rule, ...] = ((re.compile(SIGNED), number),)
