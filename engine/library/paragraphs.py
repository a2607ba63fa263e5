"""A text's paragraphs, and where in a take that says the text each of them is."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.files.writing import write_atomically
from engine.library.export import Exported, ExportOptions, export
from engine.speech.labels import TimedWord, labels, subtitles

if TYPE_CHECKING:
    from engine.library.spoken_texts import SpokenText

BETWEEN = re.compile(r"\n[^\S\n]*\n\s*")
"""An empty line."""
SUBTITLES, LABELS = ".srt", ".json"


@dataclass(frozen=True)
class Paragraph:
    """A part of a take."""

    text: str
    start_s: float
    """In the take; half of the pause before it is the paragraph's."""
    end_s: float
    words: tuple[TimedWord, ...]
    """By their places in ``text`` and seconds after ``start_s``."""


def split(text: str) -> Iterator[tuple[int, int]]:
    """The first character of each paragraph that has letters or digits, and the one after its last."""
    breaks = [match.span() for match in BETWEEN.finditer(text)]
    starts, ends = [0, *(after for _, after in breaks)], [*(first for first, _ in breaks), len(text)]
    for start, end in zip(starts, ends, strict=True):
        if any(character.isalnum() for character in text[start:end]):
            yield start, end


def paragraphs(speech: SpokenText, seconds: float) -> list[Paragraph]:
    """The paragraphs of which words are said in a take of so many ``seconds``, in order of time."""
    words = speech.timed_words(seconds)
    said = []
    for start, end in split(speech.text):
        own = [word for word in words if start <= word.start < end]
        if own:
            said.append((start, end, own))
    cuts = [(before[2][-1].end_s + after[2][0].start_s) / 2.0 for before, after in itertools.pairwise(said)]
    return [
        Paragraph(speech.text[start:end], first, last, tuple(_moved(word, start, first) for word in own))
        for (start, end, own), first, last in zip(said, [0.0, *cuts], [*cuts, seconds], strict=True)
    ]


def export_paragraph(
    path: Path, paragraph: Paragraph, samples: NDArray[np.float32], sample_rate: int, options: ExportOptions
) -> Exported:
    """Write one to ``path``, and beside it when which word and phone is said, as subtitles and as JSON.

    ``samples`` [n_samples] are those of the whole take. Its settings, which hold all of its text, are not
    inside. Raises StudioError as ``export``.
    """
    part = dataclasses.replace(options, start=paragraph.start_s, end=paragraph.end_s)
    written = export(path, samples, sample_rate, None, part)
    for suffix, write in ((SUBTITLES, subtitles), (LABELS, labels)):
        write_atomically(path.with_suffix(suffix), write(paragraph.text, paragraph.words).encode("utf-8"))
    return written


def _moved(word: TimedWord, characters: int, seconds: float) -> TimedWord:
    return TimedWord(
        word.start - characters,
        word.end - characters,
        word.start_s - seconds,
        word.phones,
        tuple(end - seconds for end in word.ends_s),
    )
