"""A take is made again from its settings alone, and held against what it was."""

from __future__ import annotations

from collections.abc import Callable

from engine.generation.backends import select_kernel
from engine.library.replay import first_difference, replay
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
