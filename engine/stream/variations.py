"""Several takes of one request, made aside: the same settings and past, with a seed of its own each."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from engine.errors import StudioError
from engine.generation.backends import select_kernel
from engine.generation.batch import StreamBatch
from engine.kernels.base import Kernel
from engine.library.control_events import changes
from engine.library.packed_codes import unpack_codes
from engine.library.takes import Take
from engine.stream.beginning import begun_take, check_prime, conditions_for, events_before
from engine.stream.messages import Request
from engine.wavenet.codes import Codes, code_type
from engine.wavenet.model_file import ModelFile

FEWEST, MOST = 2, 16
LONGEST_S = 300.0
BLOCK = 512
"""Samples of each that are made between two looks at whether to go on."""

Proceed = Callable[[float], bool]
"""Given how much is done, 0…1: whether to go on."""


def make_variations(
    request: Request, seeds: Sequence[int], seconds: float, proceed: Proceed, threads: int = 1
) -> list[Take]:
    """A take for each of ``seeds`` ≥ 1, in place of the request's own; none where it was not to go on.

    ``seconds`` > 0 is what each has of its own; what says a recording ends with it all the same. Each of
    ``threads`` makes its share in one pass over the weights, and each take replays to the very same samples.
    Raises StudioError where the request cannot be played or continued, or the model gives NaN.
    """
    model = request.model if isinstance(request.model, ModelFile) else request.model()
    kernel = select_kernel(model, request.engine)
    origin, config = request.origin, kernel.config
    first = origin.sample if origin else 0
    conditions = conditions_for(request, model)
    samples = max(1, round(seconds * config.sample_rate))
    if conditions.ends_at is not None:
        samples = min(samples, conditions.ends_at - first)
    if samples <= 0:
        raise StudioError("the recording has been said to its end there; choose an earlier place")
    check_prime(request)
    start = origin.start if origin else request.params.unmuted()
    batch = StreamBatch(kernel, start, seeds, conditions, threads)
    drawn: list[list[Codes]] = [[] for _ in seeds]
    try:
        if origin is not None:
            batch.retrace(origin.past())
        elif request.prime:
            batch.prime(unpack_codes(request.prime, code_type(config)))
        batch.set(request.params)
        for done in range(0, samples, BLOCK):
            if not proceed(done / samples):
                return []
            for codes, block in zip(drawn, batch.step(min(BLOCK, samples - done)), strict=True):
                codes.append(block)
    except FloatingPointError as error:
        raise StudioError(f"model {model.header.name!r}: {error}; try a lower temperature") from None
    return _takes(request, seeds, model, kernel, [np.concatenate(codes) for codes in drawn])


def _takes(
    request: Request, seeds: Sequence[int], model: ModelFile, kernel: Kernel, drawn: Sequence[Codes]
) -> list[Take]:
    """The first is the newest: so they are listed in this order."""
    origin, group, now = request.origin, uuid.uuid4().hex, datetime.now(UTC)
    first, before = (origin.sample, origin.params) if origin else (0, request.params.unmuted())
    takes = []
    for number, (seed, codes) in enumerate(zip(seeds, drawn, strict=True)):
        asked = dataclasses.replace(request, seed=seed)
        events = events_before(asked)
        if origin is not None:
            codes = np.concatenate([origin.codes, codes])
        events += changes(first, before, request.params)
        created = now + timedelta(milliseconds=len(seeds) - number)
        take = dataclasses.replace(
            begun_take(asked, model, kernel),
            created=created.isoformat(timespec="milliseconds"),
            codes=codes,
            events=tuple(events),
            group=group,
        )
        takes.append(take)
    return takes
