"""The speech corpus: seven synthetic speakers, a sentence a piece, with exact phone times and F0."""

from __future__ import annotations

import hashlib
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from engine.corpus.format.reader import Corpus, split_of
from engine.corpus.format.writer import CorpusWriter
from engine.corpus.speech.synthesisers import SAMPLE_RATE, Utterance, synthesise
from engine.corpus.speech.text import sentences, text_sources
from engine.corpus.speech.text_coverage import arranged, words_by_rare_phone
from engine.corpus.speech.tools import build_flite_helper, installed_tools
from engine.corpus.speech.voices import VOICES, Voice
from engine.errors import StudioError

RECIPE = 2
"""Counts the changes that give other corpora for the same seed."""
BATCH = 24
"""Sentences a run of a synthesiser; part of the recipe, as flite's noise depends on it."""


class Batch(NamedTuple):
    """The sentences of one run of a synthesiser."""

    voice: Voice
    first: int
    """Index of its first sentence among its speaker's."""
    texts: list[str]

    @property
    def name(self) -> str:
        """Its speaker and first index."""
        return f"{self.voice.speaker}-{self.first:05d}"


def make(folder: Path, *, hours: float, seed: int, progress: Callable[[float], None], workers: int) -> Corpus:
    """Synthesise ``hours`` of speech at 16 kHz into a folder, the seven speakers in equal parts.

    The same seed and package versions give the same corpus, whatever the number of ``workers``
    (synthesisers at work at once, > 0). No sentence is said twice. Interrupted, the same call goes on
    where it was and ends in the same corpus. ``progress`` hears the share done, 0 to 1. Raises
    StudioError where tools or texts are missing, where the folder holds another corpus, whole or
    interrupted, or where ``hours`` is not above 0 or more than the texts suffice for.
    """
    if hours <= 0:
        raise StudioError(f"{hours:g} hours of speech make no corpus; ask for more than 0")
    tools = installed_tools()
    texts = arranged(sentences(seed), words_by_rare_phone(), len(VOICES))
    writer = CorpusWriter(
        folder,
        kind="speech",
        sample_rate=SAMPLE_RATE,
        seed=seed,
        sources=tools + text_sources(),
        request={"recipe": RECIPE, "hours": hours, "texts": _digest(texts)},
    )
    wanted = round(hours * 3600 * SAMPLE_RATE / len(VOICES))
    with writer, tempfile.TemporaryDirectory() as name:
        had = _write(writer, texts, wanted, build_flite_helper(Path(name)), progress, workers)
        if had < wanted:
            longest = had * len(VOICES) / SAMPLE_RATE / 3600
            raise StudioError(
                f"the texts suffice for {longest:.1f} hours of speech; ask for fewer hours, in another folder"
            )
    return Corpus(folder)


def _write(
    writer: CorpusWriter,
    texts: list[str],
    wanted: int,
    helper: Path,
    progress: Callable[[float], None],
    workers: int,
) -> int:
    """Add sentences until each speaker has ``wanted`` samples; how many the shortest of them has.

    A batch of which an interrupted writer holds a part is spoken again as a whole, for flite's noise
    depends on what came before in the batch.
    """
    written = dict.fromkeys((voice.speaker for voice in VOICES), 0)
    known = {piece.id for piece in writer.pieces}
    for piece in writer.pieces:
        written[str(piece.speaker)] += piece.length
    left = (batch for batch in deal(texts) if batch.name not in writer.finished)
    for batch, spoken in _in_order(left, helper, workers, lambda v: written[v.speaker] < wanted):
        speaker = batch.voice.speaker
        for index, (text, utterance) in enumerate(zip(batch.texts, spoken, strict=True), batch.first):
            piece_id = f"{speaker}-{index:05d}"
            if written[speaker] >= wanted:
                break
            if utterance is None or piece_id in known:
                continue
            details = {"text": text, **utterance.labels.details()}
            writer.add(piece_id, split_of(index), utterance.samples, speaker=speaker, details=details)
            written[speaker] += len(utterance.samples)
        writer.finish(batch.name)
        progress(sum(min(count, wanted) for count in written.values()) / (wanted * len(VOICES)))
    return min(written.values())


def _digest(texts: list[str]) -> str:
    """What tells lists of sentences apart."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


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
