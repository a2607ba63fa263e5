"""A take is made again: the very same samples, from its settings alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engine.errors import StudioError
from engine.generation.conditions import Condition, StreamConditions
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.library.control_events import apply
from engine.library.packed_codes import unpack_codes
from engine.library.scores import conditions_of
from engine.library.takes import Settings, Take
from engine.wavenet.codes import Codes, code_type
from engine.wavenet.config import ModelConfig

BLOCK = 512
"""Samples drawn between two calls of a progress function."""


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
    conditions = _conditions(settings, kernel.config, local)
    kind = code_type(kernel.config)
    generator = Generator(kernel, settings.params(), settings.seed, conditions)
    for block in _blocks(unpack_codes(settings.prime, kind)):
        generator.prime(block)
        if progress:
            progress(len(block))
    codes: Codes = np.empty(settings.samples, dtype=kind)
    events = sorted(settings.events, key=lambda event: event.sample)
    done = 0
    try:
        while done < len(codes):
            while events and events[0].sample <= done:
                generator.set(apply(generator.params, events.pop(0)))
            until = min([done + BLOCK, len(codes), *(event.sample for event in events[:1])])
            codes[done:until] = generator.step(until - done).codes
            if progress:
                progress(until - done)
            done = until
    except FloatingPointError as error:
        raise _unstable(settings, error) from None
    return codes


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
    from engine.generation.batch import (
        StreamBatch,  # it brings numba, and most who need takes never need this
    )

    if settings.prime or settings.events:
        raise ValueError("takes that continue something, or change on the way, are replayed one by one")
    conditions = _conditions(settings, kernel.config, local)
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


def _conditions(settings: Settings, config: ModelConfig, local: Condition | None) -> StreamConditions:
    """What conditioned the take: the frames given here, or else its score."""
    framed = bool(settings.condition) or settings.recording is not None
    if framed != (local is not None):
        which = "needs its frames" if framed else "knows no frames"
        raise StudioError(f"settings of a take: condition: the take {which} to be made again")
    return conditions_of(config, settings.score) if local is None else StreamConditions(local)


def _unstable(settings: Settings, error: FloatingPointError) -> StudioError:
    return StudioError(f"model {settings.model!r}: {error}; try a lower temperature")


def _blocks(codes: Codes) -> list[Codes]:
    return [codes[start : start + BLOCK] for start in range(0, len(codes), BLOCK)]
