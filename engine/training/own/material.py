"""What a job learns from: the user's sounds as pieces, and between them what the old model plays itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from engine.corpus.format.reader import Corpus
from engine.corpus.format.writer import CorpusWriter
from engine.corpus.readers.collect import PIECE_SECONDS, collect
from engine.corpus.readers.listing import Kind, Listing, Recording, Skipped
from engine.corpus.readers.splits import Shares
from engine.corpus.rests import shorten_rests
from engine.corpus.sounds import Sound, pieces_of
from engine.generation.backends import select_kernel
from engine.generation.batch import StreamBatch
from engine.library.presets import Preset
from engine.library.training_jobs import OwnRequest
from engine.wavenet.config import GenerationParams, ModelConfig
from engine.wavenet.emphasis import samples_of
from engine.wavenet.model_file import ModelFile

STREAM_S = 5.0
"""Of one stream of a rehearsal."""
STREAMS = 8
"""Of one condition at a time: they share the reading of weights."""
REHEARSAL_S = 240.0
"""Of all of them together."""
HELD_BACK = 0.1
"""Share of the pieces that validate: at least one, where there are two."""
BLOCK = 512

Progress = Callable[[float], None]
"""Is told the share done, and may raise to end the work."""


def own_corpus(
    folder: Path, request: OwnRequest, sounds: Sequence[Sound], rate: int, progress: Progress
) -> None:
    """Make a corpus of the sounds in ``folder``, all under the new label; goes on where it was interrupted.

    Raises StudioError where nothing can be read or written.
    """
    kind: Kind = "speech" if request.kind == "speaker" else "music"
    tags = (request.label,) if request.kind == "tag" else ()
    speaker = request.label if request.kind == "speaker" else None
    readable = [sound for sound in sounds if not sound.broken]
    recordings = [
        Recording(f"{index:04d} {sound.path.name}", sound.path, speaker=speaker, tags=tags)
        for index, sound in enumerate(readable)
    ]
    skipped = [Skipped(str(sound.path), sound.broken) for sound in sounds if sound.broken]
    source = {"name": "the user's own sounds", "version": "not known", "licence": "not known: its owner's"}
    pieces = max(1, pieces_of(readable, PIECE_SECONDS))
    collect(
        folder,
        Listing(kind, recordings, [source], skipped),
        sample_rate=rate,
        seed=request.seed,
        shares=Shares(min(0.5, max(HELD_BACK, 1.0 / pieces)), 0.0),
        request={"own": list(request.sources)},
        progress=progress,
    )


def conditions(config: ModelConfig, presets: Sequence[Preset], model: str) -> list[GenerationParams]:
    """What is rehearsed: what the presets of ``model`` show, each once; without any, each name alone."""
    shown: dict[GenerationParams, None] = {}
    for preset in presets:
        known = set(preset.tags) <= set(config.tags) and preset.speaker in (None, *config.speakers)
        if preset.model == model and known and (preset.tags or preset.speaker):
            tags = tuple((tag, 1.0) for tag, weight in sorted(preset.tags.items()) if weight > 0.0)
            shown[GenerationParams(tags=tags, speaker=preset.speaker)] = None
    if not shown:
        shown = {
            **{GenerationParams(tags=((tag, 1.0),)): None for tag in config.tags},
            **{GenerationParams(speaker=speaker): None for speaker in config.speakers},
        }
    return list(shown)


def rehearse(
    folder: Path, model: ModelFile, asked: Sequence[GenerationParams], seed: int, progress: Progress
) -> None:
    """Let the old model play what it knows into a corpus, REHEARSAL_S in all, so that it is not forgotten.

    Goes on where it was interrupted, whole conditions at a time. The last stream of each validates. Raises
    StudioError where the corpus cannot be written.
    """
    rate = model.config.sample_rate
    streams = max(2, min(STREAMS, round(REHEARSAL_S / STREAM_S / len(asked))))
    seconds = REHEARSAL_S / len(asked) / streams
    source = {"name": f"the model {model.header.name} itself", "version": model.header.hash[:12]}
    writer = CorpusWriter(
        folder,
        kind="speech" if model.config.speakers else "music",
        sample_rate=rate,
        seed=seed,
        sources=[{**source, "licence": model.header.licence or "not known"}],
        request={"hash": model.header.hash, "conditions": [repr(one) for one in asked], "streams": streams},
    )
    kernel = select_kernel(model, "cpu")
    with writer:
        for index, params in enumerate(asked):
            if str(index) in writer.finished:
                continue
            seeds = [seed + index * streams + number for number in range(streams)]
            batch = StreamBatch(kernel, params, seeds, threads=min(os.cpu_count() or 1, streams))
            blocks = []
            count = -(-round(seconds * rate) // BLOCK)
            for done in range(count):
                blocks.append(batch.step(BLOCK))
                progress((index + (done + 1) / count) / len(asked))
            for number, codes in enumerate(map(np.concatenate, zip(*blocks, strict=True))):
                writer.add(
                    f"{index:03d}-{number}",
                    "validation" if number == streams - 1 else "train",
                    np.clip(samples_of(model.config, codes), -1.0, 1.0),
                    speaker=params.speaker,
                    tags=tuple(tag for tag, _ in params.tags),
                )
            writer.finish(str(index))


def joined(folder: Path, parts: Sequence[Corpus]) -> Corpus:
    """A corpus of the pieces of several, one after another; the first one's kind, rate and seed are its own.

    The first holds the user's sounds, whose rests are cut short. What is there already is taken as it is.
    Raises StudioError where it cannot be written.
    """
    if (folder / "corpus.json").exists():
        return Corpus(folder)
    first = parts[0]
    writer = CorpusWriter(
        folder,
        kind=first.about["kind"],
        sample_rate=first.sample_rate,
        seed=int(first.about["seed"]),
        sources=[source for part in parts for source in part.about["sources"]],
    )
    with writer:
        for part in parts:
            for piece in part.pieces:
                samples = part.samples(piece)
                if part is first:
                    samples = shorten_rests(samples, first.sample_rate)
                writer.add(piece.id, piece.split, samples, speaker=piece.speaker, tags=piece.tags)
    return Corpus(folder)
