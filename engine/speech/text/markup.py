"""Markup in a text: ``{phones}``, ``[pause 0.5s]`` and a part of SSML 1.1 (W3C 2010).

It is found by patterns that each look at one tag, so no text, however malicious, takes long or unfolds into
more;
what is no proper markup is left out with a note, or said as it stands.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.speech.text.normalise import Normaliser
from engine.speech.text.phones import phones_of
from engine.speech.text.source import Source, source
from engine.speech.text.to_say import PLAIN, Tone, Unit

KNOWN = "speak|p|s|break|phoneme|sub|say-as|prosody|emphasis"
MARK = re.compile(
    r"\{(?P<phones>[^{}\n]{1,200})\}"
    r"|\[pause(?:\s+(?P<amount>\d{1,4}(?:\.\d{1,6})?|\.\d{1,6})\s*(?P<unit>ms|s)?)?\s*\]"
    r"|<!--.*?(?:-->|$)|<[?!][^>]*(?:>|$)"
    rf"|<(?P<close>/?)(?P<name>{KNOWN})(?=[\s/>])(?P<attributes>[^<>]*)(?P<end>>|(?=<)|$)"
    r"|</?(?P<other>[A-Za-z][\w:.-]*)(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))*\s*/?>"
    r"|&(?P<entity>amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9A-Fa-f]{1,6});",
    re.IGNORECASE | re.DOTALL,
)
ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
TIME = re.compile(r"\+?(\d{1,4}(?:\.\d{1,6})?|\.\d{1,6})(ms|s)")
WITHIN = 2000
"""Letters between an element's two tags, at most."""
DEPTH = 32
LONGEST_PAUSE_S = 60.0
DEFAULT_PAUSE_S = 0.5
STRENGTHS = {"none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.8, "x-strong": 1.2}
RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "default": 1.0, "fast": 1.3, "x-fast": 1.7}
PITCHES = {"x-low": -6.0, "low": -3.0, "medium": 0.0, "default": 0.0, "high": 3.0, "x-high": 6.0}
LEVELS = {"strong": Tone(0.85, 2.0), "moderate": Tone(0.92, 1.0), "none": PLAIN, "reduced": Tone(1.1, -1.0)}
SPEEDS = (0.25, 4.0)
SEMITONES = 12.0
SPELLED = ("characters", "spell-out", "verbatim", "letters", "digits")


@dataclass
class Reader:
    """Goes through a text once."""

    text: str
    normaliser: Normaliser

    def __post_init__(self) -> None:
        self.notes: list[str] = []
        self._tones: list[tuple[str, Tone]] = []
        self._said: list[str] = []

    def units(self) -> Iterator[Unit]:
        """The units of the text, in order, with what its markup asks for."""
        at = 0
        pending: list[
            tuple[int, int, str]
        ] = []  # plain text and what entities stand for, up to the next mark
        for match in MARK.finditer(self.text):
            if match.start() < at:
                continue  # within an element that has been said
            pending.append((at, match.start(), self.text[at : match.start()]))
            at = match.end()
            if match["entity"]:
                letter = html.unescape(match[0])
                pending.append((match.start(), match.end(), letter if letter.isprintable() else " "))
                continue
            yield from self._plain(pending)
            pending = []
            if match["name"] and not match["close"] and match["name"].lower() in ("phoneme", "sub", "say-as"):
                units, at = self._element(match)
                yield from units
            else:
                yield from self._mark(match)
        pending.append((at, len(self.text), self.text[at:]))
        yield from self._plain(pending)

    @property
    def _tone(self) -> Tone:
        return self._tones[-1][1] if self._tones else PLAIN

    def _plain(self, parts: Sequence[tuple[int, int, str]]) -> Iterator[Unit]:
        """Text without markup; what an entity stands for lies where the entity does."""
        if len(parts) == 1 and parts[0][1] - parts[0][0] == len(parts[0][2]):
            yield from self._read(source(parts[0][2], parts[0][0]))
            return
        letters = ""
        starts: list[int] = []
        ends: list[int] = []
        for start, end, text in parts:
            if end - start == len(text):
                part = source(text, start)
                letters += part.text
                starts += part.starts
                ends += part.ends
            else:
                letters += text
                starts += [start] * len(text)
                ends += [end] * len(text)
        yield from self._read(Source(letters, starts, ends))

    def _read(self, text: Source) -> Iterator[Unit]:
        for unit in self.normaliser.units(text, self._tone, self._said[-3:]):
            if unit.spelled:
                self._said.append(unit.spelled.lower())
            yield unit

    def _mark(self, match: re.Match[str]) -> Iterator[Unit]:
        """A pause, phones, or a tag that stands alone or opens or closes a stretch."""
        start, end = match.span()
        if match["phones"]:
            yield from self._phones(match["phones"], start, end, match["phones"])
        elif match[0].lower().startswith("[pause"):
            seconds = float(match["amount"] or DEFAULT_PAUSE_S) / (1000.0 if match["unit"] == "ms" else 1.0)
            yield Unit(start, end, pause_s=min(seconds, LONGEST_PAUSE_S))
        elif match["other"]:
            self._note(f"left out the tag {match[0][:40]}", start)
        elif match["name"]:
            if not match["end"]:
                self._note(f"{match[0][:40]!r} has no >", start)
            yield from self._tag(match["name"].lower(), bool(match["close"]), match["attributes"], start, end)

    def _tag(self, name: str, closes: bool, attributes: str, start: int, end: int) -> Iterator[Unit]:
        given = attributes_of(attributes)
        if name == "break" and not closes:
            yield Unit(start, end, pause_s=self._break_s(given, start))
        elif name in ("p", "s"):
            yield Unit(start, end, stop=".", ends_sentence=True)
        elif name in ("prosody", "emphasis") and closes:
            if any(opened == name for opened, _ in self._tones):
                while self._tones.pop()[0] != name:
                    pass
        elif name in ("prosody", "emphasis") and not attributes.rstrip().endswith("/"):
            asked = (
                LEVELS.get(given.get("level", "moderate"), PLAIN)
                if name == "emphasis"
                else self._prosody(given, start)
            )
            if len(self._tones) < DEPTH:
                self._tones.append((name, within(self._tone, asked)))
            else:
                self._note(f"<{name}> within {DEPTH} others", start)

    def _element(self, match: re.Match[str]) -> tuple[list[Unit], int]:
        """An element whose content is not simply said, and where it ends."""
        name, start = match["name"].lower(), match.start()
        given = attributes_of(match["attributes"])
        empty = match["attributes"].rstrip().endswith("/") or not match["end"]
        closing = re.compile(rf"</{name}\s*>", re.IGNORECASE)
        closed = None if empty else closing.search(self.text, match.end(), match.end() + WITHIN)
        if closed is None and not empty:
            self._note(f"<{name}> is not closed", start)
        end = closed.end() if closed else match.end()
        content = re.sub(r"<[^<>]*>", "", self.text[match.end() : closed.start()]) if closed else ""
        if name == "phoneme":
            if given.get("alphabet", "ipa") not in ("ipa", "x-misaki"):
                self._note(f"<phoneme> in {given['alphabet']!r}; give ipa", start)
                return self._placed(content, start, end), end
            return list(self._phones(given.get("ph", ""), start, end, content)), end
        if name == "sub":
            return self._placed(given.get("alias", content), start, end), end
        return self._said_as(given.get("interpret-as", ""), content, start, end), end

    def _placed(self, text: str, start: int, end: int) -> list[Unit]:
        """A text whose words all lie at one place of the original."""
        plain = source(html.unescape(text))
        return list(self._read(Source(plain.text, [start] * len(plain.text), [end] * len(plain.text))))

    def _said_as(self, kind: str, content: str, start: int, end: int) -> list[Unit]:
        if kind in SPELLED:
            signs = [letter.upper() if letter.isalpha() else letter for letter in content if letter.isalnum()]
            units = [self._placed("A." if sign == "A" else sign, start, end) for sign in signs]
            return [Unit(start, end, "A." if unit.spelled == "a" else unit.spelled, tone=unit.tone)
                    for group in units for unit in group if unit.spelled]  # fmt: skip
        bare = content.strip()
        if kind == "ordinal" and bare.isdecimal() and bare.isascii():
            return self._placed(f"{int(bare[:30])}th", start, end)
        if kind in ("cardinal", "number") and bare.isdecimal() and bare.isascii() and len(bare) == 4:
            return self._placed(f"{int(bare):,}", start, end)
        if kind in ("telephone", "tel"):
            return self._placed(" ".join(re.sub(r"\D", "", bare)), start, end)
        return self._placed(content, start, end)

    def _phones(self, text: str, start: int, end: int, instead: str) -> Iterator[Unit]:
        """Words of exact phones; where they are none, what is said ``instead``."""
        try:
            words = [word for word in text.split() if phones_of(word)]
            if not words:
                raise ValueError("there are no phones")
        except ValueError as error:
            self._note(f"{error}; said as text", start)
            yield from self._placed(instead, start, end)
            return
        for word in words:
            self._said.append("")
            yield Unit(start, end, phones=word, tone=self._tone)

    def _break_s(self, given: dict[str, str], start: int) -> float:
        if "time" not in given:
            return STRENGTHS.get(given.get("strength", "medium"), STRENGTHS["medium"])
        time = TIME.fullmatch(given["time"].strip())
        if time is None:
            self._note(f"a break of {given['time'][:20]!r}; write it as 0.5s or 500ms", start)
            return DEFAULT_PAUSE_S
        return min(float(time[1]) / (1000.0 if time[2] == "ms" else 1.0), LONGEST_PAUSE_S)

    def _prosody(self, given: dict[str, str], start: int) -> Tone:
        for name in given.keys() - {"rate", "pitch"}:
            self._note(f"prosody has no {name[:20]} here, only rate and pitch", start)
        rate, pitch = rate_of(given.get("rate", "medium")), pitch_of(given.get("pitch", "medium"))
        if rate is None:
            self._note(f"a rate of {given['rate'][:20]!r}; write it as slow or 80%", start)
        if pitch is None:
            self._note(f"a pitch of {given['pitch'][:20]!r}; write it as high, +2st or +10%", start)
        return Tone(rate or 1.0, pitch or 0.0)

    def _note(self, note: str, at: int) -> None:
        self.notes.append(f"letter {at + 1}: {note}")


def without_markup(text: str) -> str:
    """What a reader should see of a text: no tags, no pauses, no phones in braces."""

    def shown(match: re.Match[str]) -> str:
        return html.unescape(match[0]) if match["entity"] else ""

    return MARK.sub(shown, text)


def attributes_of(text: str) -> dict[str, str]:
    """What a tag says beside its name; names in small letters."""
    return {name.lower(): double or single for name, double, single in ATTRIBUTE.findall(text)}


def within(outer: Tone, inner: Tone) -> Tone:
    """Both together, within what can be said."""
    speed = min(max(outer.speed * inner.speed, SPEEDS[0]), SPEEDS[1])
    return Tone(speed, min(max(outer.semitones + inner.semitones, -SEMITONES), SEMITONES))


def rate_of(text: str) -> float | None:
    """slow, 120%, +20%, 1.2; None where it is none of these."""
    if text in RATES:
        return RATES[text]
    match = re.fullmatch(r"([+-]?)(\d{1,4}(?:\.\d{1,6})?)(%?)", text.strip())
    if match is None:
        return None
    amount = float(match[2]) / (100.0 if match[3] else 1.0)
    rate = amount if not match[1] else 1.0 + amount * (-1.0 if match[1] == "-" else 1.0)
    return min(max(rate, SPEEDS[0]), SPEEDS[1])


def pitch_of(text: str) -> float | None:
    """Semitones of high, +2st, -10%; None where it is none of these."""
    if text in PITCHES:
        return PITCHES[text]
    match = re.fullmatch(r"([+-]?\d{1,3}(?:\.\d{1,6})?)(st|%)", text.strip())
    if match is None:
        return None
    amount = float(match[1])
    if match[2] == "%":
        amount = 12.0 * math.log2(max(0.5, 1.0 + amount / 100.0))
    return min(max(amount, -SEMITONES), SEMITONES)
