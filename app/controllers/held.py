"""What the controls hold at a moment, to be taken up again: preset, parameters, material, seed."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.library.presets import Preset
    from engine.library.recordings import SpokenRecording
    from engine.library.scores import PlayedScore
    from engine.wavenet.config import GenerationParams


@dataclass(frozen=True)
class Held:
    """All that ``Player.take_up`` needs."""

    preset: Preset | None
    """None leaves the one that is in use."""
    params: GenerationParams
    score: PlayedScore | None
    recording: SpokenRecording | None
    seed: int
    locked: bool
    """Whether every run gets this seed."""
    source: str = ""
    """Where the score came from, as a preset names it."""


def plain(params: GenerationParams) -> GenerationParams:
    """The same parameters, with tags that weigh nothing left out and the others in a fixed order."""
    tags = tuple(sorted((tag, round(weight, 4)) for tag, weight in params.tags if weight > 0.0))
    return dataclasses.replace(params, tags=tags)


def moved(before: GenerationParams, after: GenerationParams) -> list[str]:
    """What differs, in the words of the panels: ``temperature``, ``piano`` for a tag of that name."""
    before, after = plain(before), plain(after)
    words = {"temperature": "temperature", "top_p": "nucleus", "top_k": "top-k", "speaker": "voice"}
    names = [word for name, word in words.items() if getattr(before, name) != getattr(after, name)]
    old, new = dict(before.tags), dict(after.tags)
    return names + [tag for tag in {**old, **new} if old.get(tag) != new.get(tag)]
