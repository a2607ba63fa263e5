"""Trained nets as the file that the program runs: with what voices are like, and how wide nets must stray."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.corpus.speech.natural.voices import accent_of
from engine.speech.features import CEPSTRA, VERSION, Floats
from engine.speech.nets_file import FORMAT, NetsHeader, NetVoice
from engine.speech.script import LONG
from engine.speech.shape import NetShape
from engine.speech.tokens import PAUSES, SIZES, SYMBOLS
from engine.training.speech_nets.batches import Example, batches
from engine.training.speech_nets.losses import run_acoustic, run_prosody
from engine.training.speech_nets.model import Acoustic, Prosody
from engine.wavenet.config import VoiceStatistics

STOP_SECONDS = {".": 0.45, "?": 0.45, "!": 0.45, ",": 0.18, ";": 0.25, ":": 0.25, "…": 0.5, "—": 0.25}
"""Within sentences as Kokoro's voices stop, by the median; between them, where a corpus of single sentences
says nothing, as is usual in reading."""
WIDEST = 2.0
"""No spread is larger."""
SYMBOL, STOP = 0, 3
"""Columns of tokens."""

Rows = np.ndarray[Any, Any]


def described(
    prosody: Prosody,
    acoustic: Acoustic,
    shape: NetShape,
    speakers: Sequence[str],
    voices: Sequence[VoiceStatistics],
    examples: Sequence[Example],
) -> NetsHeader:
    """The header of the nets, but for licence and card; ``examples``: those that trained them."""
    spreads = list(_spreads(prosody, acoustic, examples, len(voices)))
    return NetsHeader(
        format=FORMAT,
        features=VERSION,
        name="speech-nets",
        symbols=SYMBOLS,
        shape=shape,
        voices=tuple(
            NetVoice(
                name, statistics, tuple(spread[:CEPSTRA].tolist()), float(spread[CEPSTRA]), accent_of(name)
            )
            for name, statistics, spread in zip(speakers, voices, spreads, strict=True)
        ),
        pauses=STOP_SECONDS,
        hash="",
    )


def weights_of_nets(prosody: Prosody, acoustic: Acoustic, examples: Sequence[Example]) -> dict[str, Floats]:
    """All weights by their names in the file; what no example has is said as what is nearest to it."""
    weights: dict[str, Floats] = {}
    for name, net in (("prosody", prosody), ("acoustic", acoustic)):
        state: dict[str, Tensor] = net.state_dict()
        weights |= {f"{name}.{key}": value.detach().numpy().copy() for key, value in state.items()}
    for column, size in enumerate(SIZES):
        seen = {value for example in examples for value in example.tokens[:, column].tolist()}
        for value in set(range(size)) - seen:
            nearest = _nearest(column, value, seen)
            for name in ("prosody", "acoustic"):
                table = weights[f"{name}.encoder.embeddings.{column}.weight"]
                table[value] = table[nearest]
    return weights


def _nearest(column: int, value: int, seen: set[int]) -> int:
    """Whose embedding stands for a value that no example has: of a long vowel that of the short one."""
    if column == SYMBOL and value >= PAUSES:
        base = SYMBOLS.index(SYMBOLS[value].removesuffix(LONG))
        return base if base in seen else value
    return min(seen, key=lambda other: abs(other - value))


def _spreads(
    prosody: Prosody, acoustic: Acoustic, examples: Sequence[Example], speakers: int
) -> Iterator[Rows]:
    """[CEPSTRA + 1] for each speaker: how much farther than the nets' its cepstra and melody stray."""
    for speaker in range(speakers):
        own = [example for example in examples if example.speaker == speaker]
        made, true = [], []
        with torch.no_grad():
            for batch in batches(own, 3000, 0):
                rows = torch.cat(
                    [run_acoustic(acoustic, batch), run_prosody(prosody, batch)[1][:, :, :1]], dim=2
                )
                wanted = torch.cat([batch.cepstra, batch.melody[:, :, :1]], dim=2)
                real, pause = batch.frame_mask[:, :, 0] > 0.5, batch.melody[:, :, 3] > 0.5
                voiced = batch.melody[:, :, 2] > 0.5
                counted = torch.stack([*[real & ~pause] * CEPSTRA, real & voiced], dim=2)
                made.append(torch.where(counted, rows, torch.nan).flatten(0, 1))
                true.append(torch.where(counted, wanted, torch.nan).flatten(0, 1))
        wide, narrow = torch.cat(true).numpy(), torch.cat(made).numpy()
        ratio = np.nanstd(wide, axis=0) / np.nanstd(narrow, axis=0)
        middle = [np.subtract(*np.nanpercentile(rows[:, CEPSTRA], [90, 10])) for rows in (wide, narrow)]
        ratio[CEPSTRA] = middle[0] / middle[1]  # a tracker's slips by an octave are no part of a melody
        yield np.clip(ratio, 1.0, WIDEST).astype(np.float64).round(4)
