"""Dates, years, decades and times of day."""

from __future__ import annotations

import re

from engine.speech.text.numbers import ONES, cardinal, ordinal, plural, year
from engine.speech.text.rules import MONTHS, Reading, Rule

SHORT = {name[:3]: name for name in MONTHS} | {"Sept": "September"}
MONTH = "(" + "|".join([*MONTHS, r"Sept\.?", *(f"{name[:3]}\\.?" for name in MONTHS if name != "May")]) + ")"
NTH = r"(?:st|nd|rd|th)?"
YEAR = r"(\d{4})(?!\d|[,.]\d|-\d)"
ERA = r"(BCE?|CE|AD|B\.C\.(?:E\.)?|A\.D\.)"
HALF_DAY = r"([ap])\.?m\b\.?"


def month(text: str) -> str:
    """Jan. is January."""
    plain = text.rstrip(".")
    return SHORT.get(plain, plain).lower()


def day_words(day: int, british: bool) -> list[str]:
    """The first, in British; first, in American."""
    return [*(["the"] if british else []), *ordinal(day)]


def month_day(match: re.Match[str], reading: Reading) -> list[str] | None:
    """March 15, March 15th, 2024."""
    name, day, years = match.groups()
    if not 1 <= int(day) <= 31:
        return None
    return [
        month(name),
        *day_words(int(day), reading.british),
        *(year(int(years), reading.british) if years else []),
    ]


def month_year(match: re.Match[str], reading: Reading) -> list[str] | None:
    """March 2024."""
    return [month(match[1]), *year(int(match[2]), reading.british)]


def day_month(match: re.Match[str], reading: Reading) -> list[str] | None:
    """15 March 2024, the 15th of March."""
    day, name, years = match.groups()
    if not 1 <= int(day) <= 31:
        return None
    article = [] if reading.before[-1:] == ("the",) else ["the"]
    words = [*article, *ordinal(int(day)), "of", month(name)]
    return [*words, *(year(int(years), reading.british) if years else [])]


def iso(match: re.Match[str], reading: Reading) -> list[str] | None:
    """2024-03-15."""
    years, months, days = map(int, match.groups())
    return calendar(years, months, days, reading)


def slashed(match: re.Match[str], reading: Reading) -> list[str] | None:
    """3/15/2024 in American, 15/3/2024 in British; as it must be where one is above 12."""
    first, _, second, text = match.groups()
    years = int(text)
    if len(text) == 2:
        years += 2000 if years < 50 else 1900
    dotted = match[2] == "."
    if dotted and len(text) == 2:
        return None
    days, months = (int(first), int(second)) if reading.british or dotted else (int(second), int(first))
    return calendar(years, months, days, reading) or calendar(years, days, months, reading)


def calendar(years: int, months: int, days: int, reading: Reading) -> list[str] | None:
    """None where there is no such day."""
    if not (1 <= months <= 12 and 1 <= days <= 31):
        return None
    name = MONTHS[months - 1].lower()
    when = year(years, reading.british)
    return ["the", *ordinal(days), "of", name, *when] if reading.british else [name, *ordinal(days), *when]


def decade(match: re.Match[str], reading: Reading) -> list[str] | None:
    """1980s, '90s, 2000s, the 80s; 30s elsewhere are seconds."""
    text = match[1]
    number = int(text)
    if len(text) == 2:
        if match[0] == f"{text}s" and not reading.several:
            return None
        return plural(cardinal(number)) if number >= 20 and number % 10 == 0 else None
    return plural(year(number, reading.british))


def short_year(match: re.Match[str], reading: Reading) -> list[str] | None:
    """'68."""
    tens, ones = divmod(int(match[1]), 10)
    return cardinal(int(match[1])) if tens else ["oh", ONES[ones]]


def era(match: re.Match[str], reading: Reading) -> list[str] | None:
    """44 BC."""
    return [*year(int(match[1].replace(",", "")), reading.british), " ".join(match[2].replace(".", ""))]


def era_first(match: re.Match[str], reading: Reading) -> list[str] | None:
    """AD 79."""
    return ["A D", *year(int(match[1]), reading.british)]


def years_span(match: re.Match[str], reading: Reading) -> list[str] | None:
    """1990-95, 1914–1918."""
    first, second = match.groups()
    later = year(int(second), reading.british) if len(second) == 4 else short(int(second))
    return [*year(int(first), reading.british), "to", *later]


def short(number: int) -> list[str]:
    """A year's last two digits."""
    return cardinal(number) if number > 9 else ["oh", ONES[number]]


def time_of_day(match: re.Match[str], reading: Reading) -> list[str] | None:
    """3:30, 3:05 pm, 15:45, 10:15:30; 3:00 is three o'clock."""
    hours, minutes, seconds, half = match.groups()
    if int(hours) > 24 or int(minutes) > 59:
        return None
    words = cardinal(int(hours))
    if int(minutes):
        words += short(int(minutes))
    elif not half:
        words += ["o'clock"] if 1 <= int(hours) <= 12 else ["hundred"]
    if seconds:
        words += ["and", *cardinal(int(seconds)), "second" if int(seconds) == 1 else "seconds"]
    return [*words, *([f"{half.upper()} M"] if half else [])]


def half_day(match: re.Match[str], reading: Reading) -> list[str] | None:
    """3 pm, 9-5 pm."""
    first, last, half = match.groups()
    if int(last) > 12 or (first and int(first) > 12):
        return None
    start = [*cardinal(int(first)), "to"] if first else []
    return [*start, *cardinal(int(last)), f"{half.upper()} M"]


def ratio(match: re.Match[str], reading: Reading) -> list[str] | None:
    """3:1."""
    return [*reading.number(match[1]), "to", *reading.number(match[2])]


RULES: tuple[Rule, ...] = (
    (re.compile(rf"{MONTH}\s(\d{{1,2}}){NTH}(?![\d:]|[.,]\d|\s?[-–]\s?\d|\s?%)(?:,?\s{YEAR})?"), month_day),
    (re.compile(rf"{MONTH},?\s{YEAR}"), month_year),
    (re.compile(rf"(\d{{1,2}}){NTH}\s(?:of\s)?{MONTH}(?![^\W_])(?:,?\s{YEAR})?"), day_month),
    (re.compile(r"(\d{4})-(\d\d)-(\d\d)(?!\d)"), iso),
    (re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{4}|\d\d)(?![\d/.]*\d)"), slashed),
    (re.compile(r"'?(\d0|\d\d\d0)'?s(?![^\W_])"), decade),
    (re.compile(r"'(\d\d)(?![^\W_])"), short_year),
    (re.compile(rf"(\d{{1,2}},\d{{3}}|\d{{1,4}})\s?{ERA}(?![^\W_])"), era),
    (re.compile(r"AD\s(\d{1,4})(?!\d)"), era_first),
    (re.compile(r"(1[1-9]\d\d|20\d\d)\s?[-–]\s?(\d{4}|\d\d)(?![\w-])"), years_span),
    (re.compile(rf"(\d{{1,2}}):(\d\d)(?::(\d\d))?(?![\d:])(?:\s?{HALF_DAY})?"), time_of_day),
    (re.compile(rf"(?:(\d{{1,2}})\s?[-–]\s?)?(\d{{1,2}})\s?{HALF_DAY}"), half_day),
    (re.compile(r"(\d{1,9}):(\d{1,9})(?![\d:])"), ratio),
)
