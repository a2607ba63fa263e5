"""How well a recogniser hears: phone errors on sentences that it did not learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.speech.recognition.classes import SILENCE, merged
from engine.speech.recognition.decoding import Grammar, decode
from engine.speech.recognition.errors import PhoneErrors, phone_errors
from engine.speech.recognition.file import RecogniserFile
from engine.speech.recognition.net import log_chances
from engine.training.phones.labelled import Utterance

SCALES, PENALTIES, LEASTS = (0.3, 0.5, 0.8, 1.2, 1.8), (-2.0, 0.0, 2.0, 4.0), (2, 3)
"""What is tried on the sentences that validate."""
CORE_TEST = frozenset(
    "mdab0 mwbt0 felc0 mtas1 mwew0 fpas0 mjmp0 mlnt0 fpkt0 mlll0 mtls0 fjlm0 mbpm0 mklt0 fnlp0 mcmj0 mjdh0 "
    "fmgd0 mgrt0 mnjm0 fdhc0 mjln0 mpam0 fmld0".split()
)
"""The 24 speakers of TIMIT's core test set, by its documentation."""

Listened = tuple[Utterance, NDArray[np.float32]]
"""A sentence, and the logs of the chances of its frames' classes."""


def core_test(utterances: Sequence[Utterance]) -> list[Utterance]:
    """Of TIMIT's test sentences those of the core test set, without what everybody says; of others all."""
    core = [
        u for u in utterances if u.piece.speaker in CORE_TEST and not u.piece.details.get("everybody", False)
    ]
    timit = any("dialect" in u.piece.details for u in utterances)
    return core if timit and core else list(utterances)


def listened(
    recogniser: RecogniserFile, pooled: Sequence[NDArray[np.float16]], utterances: Sequence[Utterance]
) -> list[Listened]:
    """Every sentence with what the recogniser makes of its frames, as ``frames.pooled_of`` has them."""
    shape, weights = recogniser.header.shape, recogniser.weights
    return [
        (utterance, log_chances(weights, shape, frames.astype(np.float32)))
        for utterance, frames in zip(utterances, pooled, strict=True)
    ]


def best_grammar(sentences: Sequence[Listened], grammar: Grammar) -> Grammar:
    """The one with the fewest errors among SCALES, then among PENALTIES, then among LEASTS."""
    for name, values in (("scale", SCALES), ("penalty", PENALTIES), ("least", LEASTS)):
        tried = [replace(grammar, **{name: value}) for value in values]  # type: ignore[arg-type]
        grammar = min(tried, key=lambda one: total_errors(sentences, one).rate)
    return grammar


def total_errors(sentences: Sequence[Listened], grammar: Grammar, *, silence: bool = True) -> PhoneErrors:
    """Of all sentences; without ``silence`` pauses count on neither side."""
    total = PhoneErrors()
    for utterance, chances in sentences:
        found = merged(phone.name for phone in decode(chances, grammar))
        both = (utterance.phones, found)
        if not silence:
            both = tuple(tuple(name for name in names if name != SILENCE) for names in both)  # type: ignore[assignment]
        total = total + phone_errors(*both)
    return total


def errors_of(sentences: Sequence[Listened], grammar: Grammar) -> dict[str, float]:
    """The figures of a card, in percent; frames that do not count are left out."""
    total = total_errors(sentences, grammar)
    right = [chances.argmax(axis=1)[u.frames >= 0] == u.frames[u.frames >= 0] for u, chances in sentences]
    return {
        "sentences": len(sentences),
        "phones": total.said,
        "phone_error_rate": round(total.rate, 2),
        "substitutions": total.substitutions,
        "deletions": total.deletions,
        "insertions": total.insertions,
        "phone_error_rate_without_pauses": round(total_errors(sentences, grammar, silence=False).rate, 2),
        "frames_wrong": round(100.0 * (1.0 - float(np.concatenate(right).mean())), 2),
    }
