"""What of its past a sample of a take was made of: the gradient of what was drawn, in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.analysis.network import Given, LayerNetwork
from engine.analysis.reach import reach
from engine.library.control_events import params_at
from engine.library.packed_codes import unpack_codes
from engine.library.played_keys import play_events
from engine.library.replay import take_conditions
from engine.library.takes import Take
from engine.wavenet.codes import Codes, mix_feedback
from engine.wavenet.conditioning import condition_inputs
from engine.wavenet.conditions import FeedbackTrack
from engine.wavenet.model_file import ModelFile


def reach_in_take(
    take: Take, sample: int, model: ModelFile, go_on: Callable[[], object] = lambda: None
) -> NDArray[np.float32]:
    """The gradient of sample ``sample``'s drawn value by each sample before it, from the last one back.

    As many as the receptive field holds, those that the take continued among them; empty for the very first.
    Tags, voice and switched layers are those that held at that sample. ``go_on`` as for ``reach``. Raises
    StudioError where the model cannot be looked into, or the take's settings make no sense.
    """
    network, config, settings = LayerNetwork(model), model.config, take.as_settings()
    primed = unpack_codes(settings.prime, take.codes.dtype.type)
    conditions = take_conditions(settings, config, settings.said(model), len(primed))
    before = sorted((e for e in take.events if e.sample <= sample), key=lambda event: event.sample)
    play_events(conditions, before)
    params, at = params_at(settings.params(), before), len(primed) + sample
    if at == 0:
        return np.zeros(0, np.float32)
    first = max(0, at - config.receptive_field)
    start = max(0, first - 1)  # the sample before the first is what that one was told
    drawn = np.asarray(take.codes[max(0, start - len(primed)) : sample + 1])
    codes = np.concatenate([primed[start:], drawn])
    track = conditions.feedback
    guided = track is not None and track.samples(at, 1) is not None
    if track is not None:
        from_here = max(start, len(primed))
        codes[from_here - start : -1] = fed_back(codes[from_here - start : -1], track, from_here)
    local = conditions.local.rows(first, at + 1 - first) if conditions.local is not None else None
    given = Given(
        condition_inputs(config, params, guided=guided),
        local,
        frozenset(params.muted),
        frozenset(params.unskipped),
    )
    return reach(network, codes, at - start, given, go_on)


def fed_back(codes: Codes, track: FeedbackTrack, start: int) -> Codes:
    """``codes`` [n], drawn from sample ``start`` on, as the stream heard them."""
    turns = {turn - start for turn in track.turns(start + 1, start + len(codes))}
    inputs = codes.copy()
    for first, last in pairwise(sorted({0, *turns, len(codes)})):
        rests = track.rests_from is not None and start + first >= track.rests_from
        feedback = None if rests else track.samples(start + first, last - first)
        if feedback is not None:
            inputs[first:last] = mix_feedback(codes[first:last], feedback.gain, feedback.offset)
    return inputs
