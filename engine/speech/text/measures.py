"""Units of measurement after a number: 5 km, 60 mph, 9.8 m/s², 16GB."""

from __future__ import annotations

import re

from engine.speech.text.quantities import SIGNED, many
from engine.speech.text.rules import DASH, NUMBER, Reading, Rule

PREFIXES = {
    "k": "kilo",
    "M": "mega",
    "G": "giga",
    "T": "tera",
    "m": "milli",
    "c": "centi",
    "µ": "micro",
    "μ": "micro",
}
UNITS = {
    "m": "meter", "g": "gram", "l": "liter", "L": "liter", "s": "second", "sec": "second", "secs": "second",
    "min": "minute", "mins": "minute", "h": "hour", "hr": "hour", "hrs": "hour", "yr": "year", "yrs": "year",
    "ft": "foot", "yd": "yard", "yds": "yard", "mi": "mile", "lb": "pound", "lbs": "pound", "oz": "ounce",
    "t": "ton", "gal": "gallon", "pt": "pint", "ha": "hectare",
    "V": "volt", "W": "watt", "A": "amp", "Ah": "amp hour", "Wh": "watt hour", "J": "joule", "N": "newton",
    "Pa": "pascal", "Hz": "hertz", "B": "byte", "b": "bit", "bit": "bit", "Ω": "ohm",
    "cal": "calorie", "eV": "electron volt", "bar": "bar", "px": "pixel", "dB": "decibel", "rpm": "R P M",
    "fps": "frame per second", "mph": "mile per hour", "kph": "kilometer per hour", "bpm": "beat per minute",
    "kmh": "kilometer per hour", "hp": "horsepower", "mol": "mole", "acre": "acre",
}  # fmt: skip
WITH_PREFIX = "m g l L s V W A Ah Wh J N Pa Hz B b bit cal eV".split()
CROWDED = frozenset("V W J N Ah Wh t bar acre in".split())
"""Which must touch their number, because a word or a name may stand there."""
PREFIXED = frozenset("A B b".split())
"""Which are units only with a prefix: 4A is no current."""
NAMES = UNITS | {
    prefix + unit: f"{name}{UNITS[unit]}"
    for unit in WITH_PREFIX
    for prefix, name in PREFIXES.items()
    if prefix + unit not in UNITS
} | {"in": "inch"}  # fmt: skip
POWERS = {"2": "square", "²": "square", "3": "cubic", "³": "cubic"}
BRITISH_SPELLING = {"meter": "metre", "liter": "litre"}
UNIT = "|".join(sorted(map(re.escape, NAMES), key=len, reverse=True))
INVARIABLE = frozenset({"hertz", "kelvin", "horsepower", "R P M"})


def measure(match: re.Match[str], reading: Reading) -> list[str] | None:
    """5 km, 5-10 km, a 5 km run, a 5-km run, 60 km/h, 20 m², 9.8 m/s²."""
    amount, other, gap, square, unit, power, below, below_power = match.groups()
    crowded = unit in CROWDED and not (unit == "in" and reading.text[match.end() - 1] == ".")
    if (crowded and gap.isspace()) or unit in PREFIXED:
        return None
    if unit == "s" and not gap and amount.isdecimal() and reading.several:
        return None
    words = [*reading.number(amount), *(["to", *reading.number(other)] if other else [])]
    one = words in (["one"], ["minus", "one"]) or "-" in gap or reading.counts_a_noun(match.end())
    kind = [{"sq": "square", "cu": "cubic"}[square[:2]]] if square else [POWERS[power]] if power else []
    words += [*kind, *named(unit, one, reading.british)]
    if below:
        words += ["per", *named(below, True, reading.british)]
        words += [{"square": "squared", "cubic": "cubed"}[POWERS[below_power]]] if below_power else []
    return words


def named(unit: str, one: bool, british: bool) -> list[str]:
    """Its name: "kilometers per hour", or with ``one`` "kilometer per hour"."""
    name = NAMES[unit]
    if british:
        for american, spelled in BRITISH_SPELLING.items():
            name = name.replace(american, spelled)
    if name in INVARIABLE or one:
        return [name] if name == "R P M" else name.split()
    head, *tail = name.split(" per ")
    *first, last = head.split()
    last = last if last.endswith("hertz") else many(last)
    return [*first, "feet" if last == "foots" else last, *(["per", *tail] if tail else [])]


RULES: tuple[Rule, ...] = (
    (
        re.compile(
            rf"({SIGNED})(?:{DASH}({NUMBER}))?(\s|-|)(?:(sq\.?|cu\.?)\s)?({UNIT})([²³23])?"
            rf"(?:/({UNIT})([²³23])?)?(?![^\W_]|'|-\w)(?:\.(?=\s[a-z]))?"
        ),
        measure,
    ),
)
