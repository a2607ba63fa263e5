"""A take is made again from its settings alone: as it was, to be held against it, or with other changes."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from engine.errors import StudioError
from engine.generation.backends import select_kernel
from engine.library.control_events import ControlEvent
from engine.library.replay import first_changed, first_difference, replay, replay_changed
from engine.library.takes import Take
from engine.wavenet.model_file import ModelFile


def make_again(take: Take, model: ModelFile, progress: Callable[[int], object] | None = None) -> int | None:
    """The first sample at which ``take``, made again by ``model``, differs; None where none does.

    ``progress`` is told how many samples were drawn since its last call. Raises StudioError as ``replay``
    does, and where its engine is not here.
    """
    kernel = select_kernel(model, take.engine)
    settings = take.as_settings()
    return first_difference(take.codes, replay(settings, kernel, progress, settings.said(model)))


class _EndedError(Exception):
    """It was not to go on."""


def make_changed(
    take: Take, events: Sequence[ControlEvent], model: ModelFile, proceed: Callable[[float], bool]
) -> Take | None:
    """A branch of ``take`` in which ``events`` stand in place of its own; None where it was not to go on.

    The samples before the first event that differs are the take's; it replays to its very samples.
    ``proceed`` is told how much of the rest is done, 0…1, and says whether to go on. Raises StudioError as
    ``replay_changed`` does, where nothing differs, and where its engine is not here.
    """
    first = first_changed(take.events, events)
    if first >= take.length:
        raise StudioError(f"“{take.name}”: nothing was changed in it; move, add or remove a point first")
    kernel = select_kernel(model, take.engine)
    done = 0

    def progress(samples: int) -> None:
        nonlocal done
        done += samples
        if not proceed(done / (take.length - first)):
            raise _EndedError

    local = take.as_settings().said(model)
    try:
        codes = replay_changed(take, events, kernel, progress, local)
    except _EndedError:
        return None
    return Take(
        id=uuid.uuid4().hex,
        name="",
        created=datetime.now(UTC).isoformat(timespec="milliseconds"),
        preset=take.preset,
        seed=take.seed,
        engine=kernel.name,
        kernel_version=kernel.version,
        model=take.model,
        model_hash=model.header.hash,
        sample_rate=take.sample_rate,
        codes=codes,
        events=tuple(sorted(events, key=lambda event: event.sample)),
        score=take.score,
        recording=take.recording,
        emphasis=take.emphasis,
        prime=take.prime,
        parent=take.id,
        parent_sample=first,
    )
