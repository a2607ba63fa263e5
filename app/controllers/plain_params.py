"""Parameters as they compare: two that sound alike are equal."""

from __future__ import annotations

import dataclasses

from engine.wavenet.config import GenerationParams


def plain(params: GenerationParams) -> GenerationParams:
    """The same parameters, with tags that weigh nothing left out and the others in a fixed order."""
    tags = tuple(sorted((tag, round(weight, 4)) for tag, weight in params.tags if weight > 0.0))
    return dataclasses.replace(params, tags=tags)
