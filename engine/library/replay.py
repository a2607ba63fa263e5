"""A take is made again: the very same samples, from its settings alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest

import numpy as np

from engine.errors import StudioError
from engine.generation.batch import StreamBatch
from engine.generation.conditions import Condition, StreamConditions
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.library.control_events import SEED, ControlEvent, apply, seed_at, seed_of
from engine.library.origins import past_of
from engine.library.packed_codes import unpack_codes
from engine.library.played_keys import is_key, led_by_keys, play_events
from engine.library.scores import conditions_of
from engine.library.takes import Settings, Take
from engine.wavenet.codes import Codes, code_type
from engine.wavenet.config import ModelConfig

BLOCK = 512
"""Samples drawn between two calls of a progress function."""
COMPARED = 1 << 20
"""Samples compared at once: a long take lies on disk."""
NEVER = 2**62
"""Later than any sample."""


def replay(
    source: Take | Settings,
    kernel: Kernel,
    progress: Callable[[int], object] | None = None,
    local: Condition | None = None,
) -> Codes:
    """Generate what ``source`` describes: [n_samples] codes of the kernel's model.

    They are the very same samples as before where kernel and model are, and ``local`` is: the frames that
    conditioned it, if frames did, or what ``Settings.said`` makes of its recording; a score is in the
    settings. ``progress`` is told how many samples were primed or drawn since its last call. Raises
    StudioError on a tag or speaker that the model does not know, on a score that it cannot play, where
    frames are wanted and not given or given and not wanted, and where the model gives NaN or infinity.
    """
    settings = source if isinstance(source, Settings) else source.as_settings()
    kind = code_type(kernel.config)
    primed = unpack_codes(settings.prime, kind)
    conditions = take_conditions(settings, kernel.config, local, len(primed))
    generator = Generator(kernel, settings.params(), settings.seed, conditions)
    codes: Codes = np.empty(settings.samples, dtype=kind)
    try:
        for block in _blocks(primed):
            generator.prime(block)
            if progress:
                progress(len(block))
        _draw(generator, conditions, codes, 0, settings.events, progress)
    except FloatingPointError as error:
        raise _unstable(settings, error) from None
    return codes


def replay_changed(
    take: Take,
    events: Sequence[ControlEvent],
    kernel: Kernel,
    progress: Callable[[int], object] | None = None,
    local: Condition | None = None,
) -> Codes:
    """``replay`` of a take with ``events`` in place of its own: [n_samples] codes.

    Only from the first sample on at which they differ; what lies before is copied, and what ``progress`` is
    told leaves it out. Raises as ``replay`` does, and StudioError on an event that makes no sense.
    """
    settings = take.as_settings()
    first = min(first_changed(take.events, events), len(take.codes))
    before = tuple(event for event in take.events if event.sample < first)
    codes = np.array(take.codes)
    past = past_of(codes[:first], settings.params(), before, settings.prime)
    conditions = take_conditions(settings, kernel.config, local, len(past.primed))
    play_events(conditions, _in_order(before))
    generator = Generator(kernel, settings.params(), seed_at(settings.seed, before), conditions)
    later = [event for event in events if event.sample >= first]
    try:
        generator.retrace(past)
        _draw(generator, conditions, codes, first, later, progress)
    except FloatingPointError as error:
        raise _unstable(settings, error) from None
    return codes


def first_changed(old: Sequence[ControlEvent], new: Sequence[ControlEvent]) -> int:
    """The first sample for which two lists of events differ; ``NEVER`` where they do not."""
    for one, other in zip_longest(_in_order(old), _in_order(new)):
        if one != other:
            return min(event.sample for event in (one, other) if event is not None)
    return NEVER


def first_difference(codes: Codes, others: Codes) -> int | None:
    """The first sample at which two takes differ, the end of the shorter one too; None where none does."""
    n = min(len(codes), len(others))
    for start in range(0, n, COMPARED):
        part = slice(start, min(start + COMPARED, n))
        different = np.flatnonzero(codes[part] != others[part])
        if len(different):
            return start + int(different[0])
    return None if len(codes) == len(others) else n


def _draw(
    generator: Generator,
    conditions: StreamConditions,
    codes: Codes,
    done: int,
    events: Sequence[ControlEvent],
    progress: Callable[[int], object] | None,
) -> None:
    """Fill ``codes`` from ``done`` on, where the generator stands. Raises FloatingPointError on NaN."""
    waiting = _in_order(events)
    while done < len(codes):
        while waiting and waiting[0].sample <= done:
            event = waiting.pop(0)
            if event.parameter == SEED:
                generator.reseed(seed_of(event))
            elif is_key(event):
                play_events(conditions, [event])
            else:
                generator.set(apply(generator.params, event))
        until = min([done + BLOCK, len(codes), *(event.sample for event in waiting[:1])])
        codes[done:until] = generator.step(until - done).codes
        if progress:
            progress(until - done)
        done = until


def _in_order(events: Sequence[ControlEvent]) -> list[ControlEvent]:
    return sorted(events, key=lambda event: event.sample)


def replay_together(
    settings: Settings,
    seeds: Sequence[int],
    kernel: Kernel,
    progress: Callable[[int], object] | None = None,
    local: Condition | None = None,
    threads: int = 1,
) -> list[Codes]:
    """``replay`` of ``settings`` with each of ``seeds`` in place of its own, all in one pass.

    Returns the very same codes, [n_samples] each, on ``threads`` ≥ 1 threads. ``progress`` is told how
    many samples of all takes together were drawn since its last call. Raises ValueError where the
    settings continue something or change on the way, and StudioError where ``replay`` does.
    """
    if settings.prime or settings.events:
        raise ValueError("takes that continue something, or change on the way, are replayed one by one")
    conditions = take_conditions(settings, kernel.config, local, 0)
    batch = StreamBatch(kernel, settings.params(), seeds, conditions, threads)
    takes: list[Codes] = [np.empty(settings.samples, code_type(kernel.config)) for _ in seeds]
    try:
        for done in range(0, settings.samples, BLOCK):
            until = min(done + BLOCK, settings.samples)
            for codes, block in zip(takes, batch.step(until - done), strict=True):
                codes[done:until] = block
            if progress:
                progress((until - done) * len(takes))
    except FloatingPointError as error:
        raise _unstable(settings, error) from None
    return takes


def take_conditions(
    settings: Settings, config: ModelConfig, local: Condition | None, primed: int
) -> StreamConditions:
    """What conditioned the take after ``primed`` samples: the frames given here, or score and keys."""
    framed = bool(settings.condition) or settings.recording is not None
    if framed != (local is not None):
        which = "needs its frames" if framed else "knows no frames"
        raise StudioError(f"settings of a take: condition: the take {which} to be made again")
    given = conditions_of(config, settings.score) if local is None else StreamConditions(local)
    return led_by_keys(config, given, primed)


def _unstable(settings: Settings, error: FloatingPointError) -> StudioError:
    return StudioError(f"model {settings.model!r}: {error}; try a lower temperature")


def _blocks(codes: Codes) -> list[Codes]:
    return [codes[start : start + BLOCK] for start in range(0, len(codes), BLOCK)]
