"""Abbreviations, acronyms, Roman numerals, and names made of letters and digits."""

from __future__ import annotations

import re

from engine.speech.text.addresses import letters, sayable
from engine.speech.text.numbers import cardinal, digits, ordinal, plural, roman
from engine.speech.text.rules import AHEAD, Reading, Rule

TITLES = {
    "Mr": "mister", "Mrs": "missus", "Ms": "miz", "Messrs": "messrs", "Prof": "professor", "Gen": "general",
    "Col": "colonel", "Capt": "captain", "Lt": "lieutenant", "Sgt": "sergeant", "Maj": "major",
    "Rev": "reverend",
    "Hon": "honorable", "Gov": "governor", "Sen": "senator", "Rep": "representative", "Pres": "president",
    "Cpl": "corporal", "Cmdr": "commander", "Adm": "admiral", "Supt": "superintendent", "Fr": "father",
    "Mt": "mount", "Ft": "fort",
}  # fmt: skip
"""Before a name."""
ALWAYS = {
    "etc": "etcetera", "vs": "versus", "approx": "approximately", "dept": "department", "Dept": "department",
    "est": "established", "Inc": "incorporated", "Ltd": "limited", "Corp": "corporation", "Bros": "brothers",
    "Ave": "avenue", "Blvd": "boulevard", "Rd": "road", "Ln": "lane", "Hwy": "highway", "Pkwy": "parkway",
    "Jr": "junior", "Sr": "senior", "Esq": "esquire", "cf": "compare", "viz": "namely", "ca": "circa",
    "max": "maximum", "min": "minimum", "misc": "miscellaneous", "govt": "government", "tel": "telephone",
    "Tel": "telephone", "ext": "extension", "Ext": "extension", "eds": "editors", "al": "al", "Co": "company",
    "Sun": "Sunday", "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday",
    "Thu": "Thursday",
    "Thur": "Thursday", "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday",
    "Jan": "January", "Feb": "February", "Mar": "March", "Apr": "April", "Jun": "June", "Jul": "July",
    "Aug": "August", "Sept": "September", "Sep": "September", "Oct": "October", "Nov": "November",
    "Dec": "December",
}  # fmt: skip
"""With their full stop."""
BARE = frozenset(
    "Mr Mrs Ms Prof Dr St vs etc Ltd Inc Jr Sr Blvd Ave Sgt Lt Capt Messrs Corp Bros Gov Col Rev approx "
    "dept Thurs Tues "
    "Sept".split()
)
"""Which are abbreviations without their full stop as well."""
ENGLISH = frozenset("max min est al Sun Sat Mar ext ca".split())
"""Which are words of their own, too."""
BEFORE_NUMBER = {
    "No": "number", "no": "number", "Nos": "numbers", "nos": "numbers", "p": "page", "pp": "pages",
    "vol": "volume",
    "Vol": "volume", "fig": "figure", "Fig": "figure", "figs": "figures", "Figs": "figures", "ch": "chapter",
    "Ch": "chapter", "sec": "section", "Sec": "section", "pt": "part", "Pt": "part", "art": "article",
    "Art": "article", "eq": "equation", "Eq": "equation", "c": "circa", "ver": "version", "v": "version",
}  # fmt: skip
DOTTED = {
    "e.g.": ["for", "example"], "i.e.": ["that", "is"], "a.k.a.": ["also", "known", "as"], "w/o": ["without"],
    "w/": ["with"], "b/c": ["because"], "c/o": ["care", "of"], "&c.": ["etcetera"], "et al.": ["et", "al"],
    "&c": ["etcetera"], "i.a.": ["among", "others"],
}  # fmt: skip
MONARCHS = frozenset(
    "henry louis george elizabeth edward richard charles james william mary john paul pius leo benedict "
    "clement "
    "innocent gregory urban alexander nicholas peter catherine philip ferdinand frederick wilhelm otto "
    "napoleon "
    "ivan gustav christian haakon harald olaf umberto pedro alfonso francis rudolf leopold joseph xerxes "
    "darius "
    "ptolemy ramses rameses cleopatra boniface julius sixtus albert constantine ludwig victor david "
    "malcolm robert "
    "matthias sigismund stephen margaret isabella carlos juan".split()
)
NUMBERED = frozenset(
    "chapter part war act scene volume book section appendix phase type class level title article bowl "
    "stage grade "
    "step episode season unit figure table mark apollo rocky godzilla group band corps psalm tier".split()
)
"""Words that a Roman numeral after them counts."""
SHOUTED = frozenset(
    "a i am an and are as at be but by can do for get go had has he her him his how if in is it its let me "
    "my no "
    "not now of off oh ok on or our out see she so the to too two up us was we who why will yes you your "
    "new old one all "
    "any big bad day did end far few fun God good got hot just key law lot low mad man men may mix more "
    "next own put ran "
    "red run sad say sit six son stop sun ten than that them then they this top try use war way wet win "
    "with won yet "
    "must never always very only free sale open help love live life time work home here there what when "
    "where which "
    "have been from were said".lower().split()
)
"""Words that are no acronyms when they are in capitals; US and IT are told apart by their neighbours."""
A_NAMES = frozenset(
    "vitamin plan grade type hepatitis section class group team letter exhibit point major minor".split()
)
ROAD_BEFORE = re.compile(r"(?:\b(?!(?:The|And|Dear|With|For|By|To|In|At|Of|Is)\b)[A-Z]['\w]*|\d\w*)\s$")
"""A name or a number."""
ROAD_AFTER = re.compile(r"\s+(?:The|A|It|He|She|We|They|This|In|N|S|E|W|NE|NW|SE|SW)\b")
"""What may begin a sentence after it, or tell on which side of town it is."""


def dotted(match: re.Match[str], reading: Reading) -> list[str] | None:
    """e.g., i.e."""
    return list(DOTTED[match[0]])


def title(match: re.Match[str], reading: Reading) -> list[str] | None:
    """Dr. Smith is a doctor, Mill Dr. a drive; St. John a saint, James St. a street."""
    word, stop = match.groups()
    before, after = reading.text[max(0, match.start() - AHEAD) : match.start()], reading.after(match)
    named = re.match(r"\s+[A-Z]", after) is not None
    if word not in ("Dr", "St"):
        return [TITLES[word]] if (named or word in BARE) and (stop or word in BARE) else None
    road = ROAD_BEFORE.search(before) is not None
    if road and (not named or ROAD_AFTER.match(after)):
        return ["drive" if word == "Dr" else "street"]
    return ["doctor" if word == "Dr" else "saint"] if named or (stop and word == "Dr") else None


def counted(match: re.Match[str], reading: Reading) -> list[str] | None:
    """No. 5, pp. 3."""
    return [BEFORE_NUMBER[match[1]]]


def hash_number(match: re.Match[str], reading: Reading) -> list[str] | None:
    """#5, № 5."""
    return ["number"]


def abbreviation(match: re.Match[str], reading: Reading) -> list[str] | None:
    """approx., Ltd; a word without its full stop only where it is none."""
    word, stop = match.groups()
    if word not in ALWAYS or not (stop or word in BARE):
        return None
    if word in ENGLISH and re.match(r"\s*(?:$|[A-Z\n\"])", reading.after(match)):
        return None  # "To the max." ends a sentence
    return [ALWAYS[word]]


def initials(match: re.Match[str], reading: Reading) -> list[str] | None:
    """U.S., J. R. R., Ph.D."""
    return [letters("".join(letter for letter in match[0] if letter.isalpha()))]


def numeral(match: re.Match[str], reading: Reading) -> list[str] | None:
    """Henry VIII is the eighth, World War II two, XIV alone fourteen."""
    text = match[1]
    number = roman(text)
    before = reading.before[-1] if reading.before else ""
    if number is None:
        return None
    goes_on = re.match(r"(?:'|\s+[a-z]+)", reading.after(match))
    rules = re.match(r"\s+(?:was|of|and|died|became|ruled|is|had)\b", reading.after(match))
    if before in MONARCHS and not (text == "I" and goes_on and not rules):
        return ["the", *ordinal(number, reading.british)]
    if before in NUMBERED or (len(text) > 1 and set(text) <= set("IVX")) or len(text) > 4:
        return cardinal(number, reading.british)
    return None


def acronym(match: re.Match[str], reading: Reading) -> list[str] | None:
    """FBI, CDs, NASA: letter by letter, but for those that are words; in a line of capitals all are words."""
    text, ending = match.groups()
    lower = text.lower()
    if not ending and text != "US" and reading.knows(text):
        return [text]
    shouting = _shouted(reading.text, match.start())
    if (lower in SHOUTED and text not in ("US", "IT", "WHO", "OK")) or (shouting and reading.knows(lower)):
        return [lower + (ending or "").lower()]
    if len(text) > 3 and (reading.knows(lower) or (sayable(lower) and len(text) > 4)):
        return [lower + (ending or "")]
    return [letters(text) + (" 's" if ending else "")]


def _shouted(text: str, at: int) -> bool:
    """Whether the sentence around ``at`` is in capitals, all of its several words."""
    first = max(text.rfind(sign, max(0, at - AHEAD), at) for sign in ".?!\n") + 1 or max(0, at - AHEAD)
    after = [end for end in (text.find(sign, at, at + AHEAD) for sign in ".?!\n") if end >= 0]
    sentence = text[first : min(after, default=at + AHEAD)]
    return len(re.findall(r"[A-Z]{2,}", sentence)) > 2 and not re.search(r"[a-z]", sentence)


def mixed_name(match: re.Match[str], reading: Reading) -> list[str] | None:
    """MP3, B2B, F-16, COVID-19, A4, 4K: letters and numbers apart."""
    words: list[str] = []
    for piece in re.findall(r"[A-Za-z]+|\d+(?:\.\d+)?", match[0]):
        if piece[0].isdecimal():
            words += digits(piece) if piece[0] == "0" and len(piece) > 1 else reading.number(piece)
        elif len(piece) > 2 and reading.knows(piece.lower()):
            words.append(piece.lower())
        elif piece == "s" and words:
            words = plural(words)
        elif piece == "v" and not words:
            words.append("version")
        else:
            words.append(letters(piece))
    return words


def camel(match: re.Match[str], reading: Reading) -> list[str] | None:
    """YouTube, iPhone: word by word, where the dictionary does not have it."""
    if reading.knows(match[0]) or reading.knows(match[0].lower()):
        return None
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", match[0])
    words = []
    for part in parts:
        spelled = len(part) == 1 or (not reading.knows(part.lower()) and (part.isupper() or len(part) == 2))
        words.append(letters(part) if spelled else part.lower())
    return words


def letter_a(match: re.Match[str], reading: Reading) -> list[str] | None:
    """The letter, not the article: vitamin A, plan A."""
    alone = re.match(r"\s+[^\W\d_]", reading.after(match)) is None
    return (
        ["A."] if (reading.before and reading.before[-1] in A_NAMES) or (alone and reading.before) else None
    )


def either_word(names: dict[str, str], more: str = "") -> str:
    """A pattern of names, longer ones first."""
    return "(" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + more + ")"


RULES: tuple[Rule, ...] = (
    (re.compile("|".join(sorted(map(re.escape, DOTTED), key=len, reverse=True))), dotted),
    (re.compile(r"(Dr|St|" + "|".join(TITLES) + r")\b(\.?)"), title),
    (re.compile(either_word(BEFORE_NUMBER) + r"\.\s?(?=\d)"), counted),
    (re.compile(r"(?:#|№)\s?(?=\d)"), hash_number),
    (re.compile(either_word(ALWAYS) + r"\b(\.?)(?!\w)"), abbreviation),
    (
        re.compile(r"(?:[A-Z]\.\s?){2,}(?<=\.)|Ph\.\s?D\.?|(?:[a-z]\.){2,}|(?<![\w.])[A-Z]\.(?=\s?[A-Z])"),
        initials,
    ),
    (re.compile(r"([IVXLCDM]{1,15})(?![\w']|\.\w)"), numeral),
    (
        re.compile(
            r"(?:[A-Za-z]{1,5}-?\d{1,9}(?:\.\d{1,9})?[A-Za-z\d]{0,20}|\d{1,9}[A-Za-z]{1,9}(?:\d{1,9}[A-Za-z]{0,9}){0,4})(?![\w])"
        ),
        mixed_name,
    ),
    (re.compile(r"([A-Z]{2,40})('?s)?(?![^\W_])"), acronym),
    (re.compile(r"[A-Za-z]+[a-z][A-Z][A-Za-z]*(?![^\W_])"), camel),
    (re.compile(r"A(?![\w'-])"), letter_a),
)
