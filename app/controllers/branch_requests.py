"""What is asked of the session where a take is gone on with."""

from __future__ import annotations

from app.controllers.catalogue import Catalogue
from engine.library.origins import Origin
from engine.library.presets import Preset
from engine.library.takes import Take
from engine.stream.messages import Request
from engine.wavenet.config import GenerationParams


def why_not_on(take: Take, preset: Preset | None, catalogue: Catalogue) -> str:
    """Why ``take`` cannot be gone on with while ``preset`` is in use; empty where it can."""
    if preset is None or preset.model != take.preset.model:
        return (
            f"“{take.name}” was made by model {take.preset.model}: choose a preset of it, or use its settings"
        )
    return catalogue.why_not(take.preset)


def branch(
    take: Take, sample: int, params: GenerationParams, seed: int, catalogue: Catalogue, engine: str
) -> Request:
    """The same stream as ``take`` up to a sample, and from there on with ``params`` and ``seed``."""
    return Request(
        catalogue.loader(take.preset),
        take.preset,
        params,
        seed,
        engine,
        take.score,
        take.recording,
        origin=Origin.of(take, sample),
    )
