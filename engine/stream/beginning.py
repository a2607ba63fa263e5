"""How a stream begins: empty, after what it continues, or where it branches off another."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from engine.errors import StudioError
from engine.generation.conditions import StreamConditions
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.library.control_events import SEED, ControlEvent
from engine.library.packed_codes import unpack_codes
from engine.library.played_keys import led_by_keys, play_events, releases
from engine.library.recordings import said_conditions
from engine.library.scores import conditions_of
from engine.library.takes import Take
from engine.stream.dsp.decoder import Decoder
from engine.stream.messages import Request
from engine.stream.state_history import StateHistory, StatesByTake
from engine.wavenet.codes import code_type
from engine.wavenet.config import ModelConfig
from engine.wavenet.emphasis import emphasis_of
from engine.wavenet.model_file import ModelFile

log = logging.getLogger(__name__)

FADED_S = 10.0
"""Seconds after which nothing is left of a sample in the de-emphasis filter."""


def begin(
    generator: Generator, kernel: Kernel, request: Request, states: StatesByTake | None
) -> StateHistory:
    """Bring an empty ``generator`` to where the stream of a request begins; returns the states on the way.

    Raises StudioError where what is continued does not go with the rest, or the model gives NaN on it.
    """
    origin = request.origin
    if origin is None and not request.prime:
        return StateHistory(kernel)
    check_prime(request)
    try:
        if origin is None:
            generator.prime(unpack_codes(request.prime, code_type(kernel.config)))
            return StateHistory(kernel)
        past = origin.past()
        known = states.of(origin.take_id, kernel) if states else StateHistory(kernel)
        if (nearest := known.helpful(past.end)) is not None:
            generator.restore(nearest.snapshot)
            generator.reseed(request.seed)
        generator.retrace(past)
        return known.branch(past.end)
    except FloatingPointError as error:
        raise StudioError(f"what is gone on from: {error}; choose another place") from None


def check_prime(request: Request) -> None:
    """Raise StudioError where what a request continues does not go with the rest."""
    if request.prime and (request.score or request.recording):
        raise StudioError("what is continued goes with no score and no recording: they are for all of a take")


def prepare(
    request: Request,
    model: ModelFile,
    kernel: Kernel,
    states: StatesByTake,
    proceed: Callable[[], bool] = lambda: True,
) -> None:
    """Keep the state from which the branch of a request begins, and those on the way from the one before.

    What goes wrong is told when it is played. Once a branch can begin nearby, it is looked whether to
    ``proceed``: something else may be wanted by now.
    """
    origin = request.origin
    if origin is None:
        return
    known = states.of(origin.take_id, kernel)
    try:
        past = origin.past()
        nearest = known.helpful(past.end)
        if not known.useful or (nearest is not None and nearest.position == past.end):
            return
        generator = Generator(kernel, origin.start, 0, conditions_for(request, model))
        places = [past.end]
        if nearest is not None:
            generator.restore(nearest.snapshot)
            places = [*range(nearest.position + known.apart, past.end, known.apart), past.end]
        states.add(origin.take_id, known)
        for place in places:
            generator.retrace(past.until(place))
            known.keep(place, generator.snapshot())
            if not proceed():
                return
    except FloatingPointError as error:
        log.debug("not prepared: %s", error)
    except StudioError as error:
        log.debug("not prepared: %s", error)


def conditions_for(request: Request, model: ModelFile) -> StreamConditions:
    """What conditions the stream of a request. Raises StudioError where it does not go with the model."""
    if request.recording is not None:
        start = request.origin.start if request.origin else request.params
        return said_conditions(model, request.recording, start.speaker)
    given, prime = conditions_of(model.config, request.score), (request.origin or request).prime
    conditions = led_by_keys(model.config, given, len(unpack_codes(prime, code_type(model.config))))
    play_events(conditions, events_before(request))
    return conditions


def begin_decoding(config: ModelConfig, request: Request) -> Decoder:
    """A decoder that stands where the stream of a request begins."""
    kind = code_type(config)
    decoder = Decoder(kind, emphasis_of(config), config.sample_rate)
    if (origin := request.origin) is None:
        decoder.go_on(unpack_codes(request.prime, kind), 0)
        return decoder
    before = origin.codes[-round(FADED_S * config.sample_rate) :]
    primed = unpack_codes(origin.prime, kind) if len(before) == origin.sample else before[:0]
    decoder.go_on(np.concatenate([primed, before]), origin.sample)
    return decoder


def events_before(request: Request) -> list[ControlEvent]:
    """What the stream of a request has gone through when it begins, in order.

    Another seed is the last of it, and that keys are let go which were held where it branches off.
    """
    if (origin := request.origin) is None:
        return []
    seeds = [ControlEvent(origin.sample, SEED, request.seed)] if request.seed != origin.seed_now else []
    events = sorted(origin.events, key=lambda event: event.sample)
    return [*events, *releases(events, origin.sample), *seeds]


def begun_take(request: Request, model: ModelFile, kernel: Kernel) -> Take:
    """The take of a stream that begins, without samples: those of the take that it branches off too."""
    origin = request.origin
    start = origin.start if origin else request.params
    preset = request.preset.with_params(start).without_material()
    return Take(
        id=uuid.uuid4().hex,
        name=preset.name,
        created=datetime.now(UTC).isoformat(timespec="milliseconds"),
        preset=preset,
        seed=(origin or request).seed,
        engine=kernel.name,
        kernel_version=kernel.version,
        model=model.header.name,
        model_hash=model.header.hash,
        sample_rate=kernel.config.sample_rate,
        codes=np.empty(0, code_type(kernel.config)),
        score=request.score,
        recording=request.recording,
        speech=request.narration.text if request.narration else None,
        emphasis=emphasis_of(kernel.config),
        prime=(origin or request).prime,
        parent=origin.take_id if origin else "",
        parent_sample=origin.sample if origin else 0,
    )
