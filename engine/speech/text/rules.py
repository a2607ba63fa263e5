"""What a rule of normalisation is: a pattern, and what is said for what it matches."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from engine.speech.text.numbers import number_words

NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,11}(?!\d)|\d{1,36})(?:\.\d{1,36})?|\.\d{1,36}"
"""A number as people write it, without its sign; a longer one is read in parts."""
DASH = r"\s?[-–—]\s?"
MONTHS = "January February March April May June July August September October November December".split()
AHEAD = 80
"""Letters that a rule looks ahead, and back."""
NO_NOUN = frozenset(
    "a an and are as at but by each for from had has have he i if in is it more of on or over per she so "
    "than that "
    "the they to under was we were when which while who will with you".split()
)
"""Words that begin no noun: what is counted before them has its s, unlike in "a five dollar bill"."""

SEVERAL_AFTER = frozenset("the these those their his her my our your all early mid late iphone".split())
"""Words after which 5s are several fives, and 30s an age or a decade, no seconds."""
SEVERAL = re.compile(r"(?:one|two|three|four|five|seven|eight|nine|ten)s|sixes|.*ties")
JOINED = frozenset("and or to".split())


@dataclass(frozen=True)
class Reading:
    """What a rule may look at beside what its pattern matched."""

    british: bool
    text: str
    before: tuple[str, ...] = ()
    """The last words so far, in small letters, latest last."""
    knows: Callable[[str], bool] = lambda word: False
    """Whether the dictionary has a word."""

    def after(self, match: re.Match[str]) -> str:
        """What follows what was matched, as far as a rule looks."""
        return self.text[match.end() : match.end() + AHEAD]

    @property
    def several(self) -> bool:
        """Whether a number with an s counts no seconds: "the 5s", "in her 20s and 30s"."""
        *_, before, last = ("", "", *self.before)
        return last in SEVERAL_AFTER or (last in JOINED and SEVERAL.fullmatch(before) is not None)

    def number(self, text: str) -> list[str]:
        """A number's words, in this accent."""
        return number_words(text, self.british)

    def counts_a_noun(self, end: int) -> bool:
        """Whether what ends at ``end`` is said as in "a five dollar bill", without an s."""
        following = re.compile(r"[ -]([a-z]+)").match(self.text, end)
        return (
            bool(self.before)
            and self.before[-1] in ("a", "an")
            and bool(following and following[1] not in NO_NOUN)
        )


Handler = Callable[[re.Match[str], Reading], "list[str] | None"]
"""The words that are said, as ``Unit.spelled`` has them; None where the rule does not hold."""
Rule = tuple[re.Pattern[str], Handler]
"""The pattern is matched at the beginning of a token, by the first rule that holds."""
