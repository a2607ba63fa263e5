"""The speech corpus: seven synthetic speakers, a sentence a piece, with exact phone times and F0."""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from engine.corpus.speech_synth import SAMPLE_RATE, Utterance, synthesise
from engine.corpus.speech_tools import build_flite_helper, installed_tools
from engine.corpus.store import Corpus, CorpusWriter, split_of
from engine.corpus.text import sentences, text_sources
from engine.corpus.voices import VOICES, Voice
from engine.errors import StudioError

BATCH = 24
"""Sentences a run of a synthesiser; part of the recipe, as flite's noise depends on it."""


class Batch(NamedTuple):
    """The sentences of one run of a synthesiser."""

    voice: Voice
    first: int
    """Index of its first sentence among its speaker's."""
    texts: list[str]


def make(folder: Path, *, hours: float, seed: int, progress: Callable[[float], None], workers: int) -> Corpus:
    """Synthesise ``hours`` of speech at 16 kHz into a folder, the seven speakers in equal parts.

    The same seed and package versions give the same corpus, whatever the number of ``workers``
    (synthesisers at work at once, > 0). No sentence is said twice. ``progress`` hears the share done,
    0 to 1. Raises StudioError where tools or texts are missing, where the folder holds a corpus
    already, or where ``hours`` is not above 0 or more than the texts suffice for.
    """
    if hours <= 0:
        raise StudioError(f"{hours:g} hours of speech make no corpus; ask for more than 0")
    tools = installed_tools()
    texts = sentences(seed)
    wanted = round(hours * 3600 * SAMPLE_RATE / len(VOICES))
    written = dict.fromkeys((voice.speaker for voice in VOICES), 0)
    writer = CorpusWriter(
        folder, kind="speech", sample_rate=SAMPLE_RATE, seed=seed, sources=tools + text_sources()
    )
    with writer, tempfile.TemporaryDirectory() as name:
        helper = build_flite_helper(Path(name))
        for batch, spoken in _in_order(deal(texts), helper, workers, lambda v: written[v.speaker] < wanted):
            for index, (text, utterance) in enumerate(zip(batch.texts, spoken, strict=True), batch.first):
                speaker = batch.voice.speaker
                if written[speaker] >= wanted:
                    break
                if utterance is None:
                    continue
                writer.add(
                    f"{speaker}-{index:05d}",
                    split_of(index),
                    utterance.samples,
                    speaker=speaker,
                    details={"text": text, **utterance.labels.details()},
                )
                written[speaker] += len(utterance.samples)
            progress(sum(min(count, wanted) for count in written.values()) / (wanted * len(VOICES)))
        if min(written.values()) < wanted:
            had = min(written.values()) * len(VOICES) / SAMPLE_RATE / 3600
            raise StudioError(f"the texts suffice for {had:.1f} hours of speech; ask for fewer hours")
    return Corpus(folder)


def deal(texts: list[str]) -> Iterator[Batch]:
    """Deal sentences out to the speakers in turn, batch by batch, so that none is said by two."""
    each = len(texts) // len(VOICES)
    for first in range(0, each, BATCH):
        for place, voice in enumerate(VOICES):
            own = texts[place :: len(VOICES)][:each]
            yield Batch(voice, first, own[first : first + BATCH])


def _in_order(
    batches: Iterator[Batch], helper: Path, workers: int, unfinished: Callable[[Voice], bool]
) -> Iterator[tuple[Batch, list[Utterance | None]]]:
    """Speak the batches of unfinished speakers, ``workers`` at once, and give them in their order.

    Threads are enough: the work is done by the synthesisers' own processes.
    """
    with ThreadPoolExecutor(workers) as pool:
        running: deque[tuple[Batch, Future[list[Utterance | None]]]] = deque()

        def start_next() -> None:
            for batch in batches:
                if unfinished(batch.voice):
                    future = pool.submit(synthesise, batch.voice, batch.texts, helper)
                    running.append((batch, future))
                    return

        try:
            for _ in range(2 * workers):
                start_next()
            while running:
                batch, future = running.popleft()
                yield batch, future.result()
                start_next()
        finally:
            for _, future in running:
                future.cancel()
