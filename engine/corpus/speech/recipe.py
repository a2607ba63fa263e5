"""The speech corpus: synthetic and natural speakers, a sentence a piece, with phone times and F0."""

from __future__ import annotations

import hashlib
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Literal, NamedTuple

from engine.corpus.format.reader import Corpus, split_of
from engine.corpus.format.writer import CorpusWriter
from engine.corpus.speech.natural import downloads
from engine.corpus.speech.natural.kokoro import Kokoro
from engine.corpus.speech.natural.voices import NATURAL_VOICES, NaturalVoice
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


NATURAL_RECIPE = 1
"""The same of the natural voices."""

Voices = Literal["all", "synthetic", "natural"]
Speak = Callable[["Batch"], list[Utterance | None]]


class Batch(NamedTuple):
    """The sentences of one run of a synthesiser."""

    voice: Voice | NaturalVoice
    first: int
    """Index of its first sentence among its speaker's."""
    texts: list[str]

    @property
    def name(self) -> str:
        """Its speaker and first index."""
        return f"{self.voice.speaker}-{self.first:05d}"


def make(
    folder: Path,
    *,
    hours: float,
    seed: int,
    progress: Callable[[float], None],
    workers: int,
    voices: Voices = "synthetic",
    say: Callable[[str], object] = lambda _: None,
) -> Corpus:
    """Synthesise ``hours`` of speech at 16 kHz into a folder, the speakers in equal parts.

    ``voices``: the seven synthetic speakers, the eight natural ones, or both. ``say`` hears what is
    downloaded before it is. The same seed and package versions give the same corpus, whatever the number of
    ``workers`` (synthesisers at work at once, > 0). No sentence is said twice. Interrupted, the same call
    goes on where it was and ends in the same corpus. ``progress`` hears the share done, 0 to 1. Raises
    StudioError where tools or texts are missing, where the folder holds another corpus, whole or
    interrupted, or where ``hours`` is not above 0 or more than the texts suffice for.
    """
    if hours <= 0:
        raise StudioError(f"{hours:g} hours of speech make no corpus; ask for more than 0")
    synthetic, natural = voices != "natural", voices != "synthetic"
    speakers = (*(VOICES if synthetic else ()), *(NATURAL_VOICES if natural else ()))
    tools = [*(installed_tools() if synthetic else []), *(downloads.sources() if natural else [])]
    texts = arranged(sentences(seed), words_by_rare_phone(), len(speakers))
    request = {"recipe": RECIPE, "hours": hours, "texts": _digest(texts)}
    if natural:
        request |= {"natural_recipe": NATURAL_RECIPE, "voices": voices}
    writer = CorpusWriter(
        folder,
        kind="speech",
        sample_rate=SAMPLE_RATE,
        seed=seed,
        sources=tools + text_sources(),
        request=request,
    )
    wanted = round(hours * 3600 * SAMPLE_RATE / len(speakers))
    with writer, tempfile.TemporaryDirectory() as name:
        kokoro = Kokoro(say) if natural else None
        helper = build_flite_helper(Path(name)) if synthetic else None

        def speak(batch: Batch) -> list[Utterance | None]:
            if isinstance(batch.voice, NaturalVoice):
                assert kokoro is not None
                return kokoro.speak(batch.voice, batch.texts)
            assert helper is not None
            return synthesise(batch.voice, batch.texts, helper)

        had = _write(writer, deal(texts, speakers), wanted, speak, progress, workers)
        if had < wanted:
            longest = had * len(speakers) / SAMPLE_RATE / 3600
            raise StudioError(
                f"the texts suffice for {longest:.1f} hours of speech; ask for fewer hours, in another folder"
            )
    return Corpus(folder)


def _write(
    writer: CorpusWriter,
    batches: Iterator[Batch],
    wanted: int,
    speak: Speak,
    progress: Callable[[float], None],
    workers: int,
) -> int:
    """Add sentences until each speaker has ``wanted`` samples; how many the shortest of them has.

    A batch of which an interrupted writer holds a part is spoken again as a whole, for flite's noise
    depends on what came before in the batch.
    """
    dealt = list(batches)
    written = dict.fromkeys((batch.voice.speaker for batch in dealt), 0)
    known = {piece.id for piece in writer.pieces}
    for piece in writer.pieces:
        written[str(piece.speaker)] += piece.length
    left = (batch for batch in dealt if batch.name not in writer.finished)
    for batch, spoken in _in_order(left, speak, workers, lambda b: written[b.voice.speaker] < wanted):
        speaker = batch.voice.speaker
        for index, (text, utterance) in enumerate(zip(batch.texts, spoken, strict=True), batch.first):
            piece_id = f"{speaker}-{index:05d}"
            if written[speaker] >= wanted:
                break
            if utterance is None or piece_id in known:
                continue
            details = {"text": text, **utterance.labels.details(), **utterance.more}
            writer.add(piece_id, split_of(index), utterance.samples, speaker=speaker, details=details)
            written[speaker] += len(utterance.samples)
        writer.finish(batch.name)
        progress(sum(min(count, wanted) for count in written.values()) / (wanted * len(written)))
    return min(written.values())


def _digest(texts: list[str]) -> str:
    """What tells lists of sentences apart."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def deal(texts: list[str], speakers: Sequence[Voice | NaturalVoice]) -> Iterator[Batch]:
    """Deal sentences out to the speakers in turn, batch by batch, so that none is said by two."""
    each = len(texts) // len(speakers)
    for first in range(0, each, BATCH):
        for place, voice in enumerate(speakers):
            own = texts[place :: len(speakers)][:each]
            yield Batch(voice, first, own[first : first + BATCH])


def _in_order(
    batches: Iterator[Batch], speak: Speak, workers: int, unfinished: Callable[[Batch], bool]
) -> Iterator[tuple[Batch, list[Utterance | None]]]:
    """Speak the batches of unfinished speakers, ``workers`` at once, and give them in their order.

    Threads are enough: the work is done by the synthesisers' own processes, or by Kokoro's run time.
    """
    with ThreadPoolExecutor(workers) as pool:
        running: deque[tuple[Batch, Future[list[Utterance | None]]]] = deque()

        def start_next() -> None:
            for batch in batches:
                if unfinished(batch):
                    future = pool.submit(speak, batch)
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
