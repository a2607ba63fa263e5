"""When each word and phone of a spoken text is said: as JSON, and as subtitles (SubRip)."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.speech.text.markup import without_markup

LINE = 42
"""Letters of a line of subtitles, two of which are shown at once (BBC's and Netflix's guides)."""
SENTENCE_END = re.compile(r"[.?!…]|\n\s*\n")


@dataclass(frozen=True)
class TimedWord:
    """A word of a text and when it is said, in seconds."""

    start: int
    """The first of its characters in the text."""
    end: int
    """The character after its last."""
    start_s: float
    phones: tuple[str, ...]
    """Each with its stress mark, if it has one."""
    ends_s: tuple[float, ...]
    """Of each phone."""

    @property
    def end_s(self) -> float:
        """When its last phone ends."""
        return self.ends_s[-1] if self.ends_s else self.start_s


def labels(text: str, words: Sequence[TimedWord]) -> str:
    """``words`` of ``text`` and their phones with their times, as JSON.

    Characters are counted from 0, as Python does; times are in seconds, to a tenth of a millisecond.
    """
    content = [
        {
            "text": text[word.start : word.end],
            "from_character": word.start,
            "to_character": word.end,
            "start_s": round(word.start_s, 4),
            "end_s": round(word.end_s, 4),
            "phones": [
                {"phone": phone, "start_s": round(start, 4), "end_s": round(end, 4)}
                for phone, start, end in zip(
                    word.phones, (word.start_s, *word.ends_s[:-1]), word.ends_s, strict=True
                )
            ],
        }
        for word in words
    ]
    return json.dumps({"text": text, "words": content}, ensure_ascii=False, indent=1)


def subtitles(text: str, words: Sequence[TimedWord]) -> str:
    """One for each sentence, several for one of more than two lines, as SubRip."""
    cues = []
    for number, cue in enumerate(_cues(text, words), start=1):
        shown = "\n".join(textwrap.wrap(_shown(text, cue), LINE))
        times = f"{_srt_time(cue[0].start_s)} --> {_srt_time(cue[-1].end_s)}"
        cues.append(f"{number}\n{times}\n{shown}\n")
    return "\n".join(cues)


def _cues(text: str, words: Sequence[TimedWord]) -> Iterator[list[TimedWord]]:
    """Words that are shown at once: to the end of a sentence, or as many as fit."""
    cue: list[TimedWord] = []
    for index, word in enumerate(words):
        if cue and len(_shown(text, [*cue, word])) > 2 * LINE:
            last = _last_break(text, cue)
            yield cue[:last]
            cue = cue[last:]
        cue.append(word)
        following = words[index + 1].start if index + 1 < len(words) else len(text)
        if SENTENCE_END.search(without_markup(text[word.end : following])):
            yield cue
            cue = []
    if cue:
        yield cue


def _last_break(text: str, cue: Sequence[TimedWord]) -> int:
    """How many words of too long a cue are shown first: to the last comma, if that is not too early."""
    for count in range(len(cue) - 1, len(cue) // 2, -1):
        if re.search(r"[,;:—]", text[cue[count - 1].end : cue[count].start]):
            return count
    return len(cue)


def _shown(text: str, cue: Sequence[TimedWord]) -> str:
    """The text of a cue with what follows its last word, without markup, in one line."""
    after = re.compile(r"[^\w\s<{\[]*").match(text, cue[-1].end)
    end = after.end() if after else cue[-1].end
    return re.sub(r"\s+", " ", without_markup(text[cue[0].start : end])).strip()


def _srt_time(seconds: float) -> str:
    """Hours, minutes, seconds, milliseconds."""
    milliseconds = round(seconds * 1000.0)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02},{rest % 1000:03}"
