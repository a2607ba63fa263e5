"""What the controls hold at a moment, to be taken up again: preset, parameters, material, seed."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.controllers.catalogue import Catalogue
    from engine.library.presets import Preset
    from engine.library.recordings import SpokenRecording
    from engine.library.scores import PlayedScore
    from engine.library.takes import Take
    from engine.speech.spoken import Manner
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
    manner: Manner | None = None
    """How texts are said; None leaves it."""
    text: str | None = None
    """What is said; None leaves it."""


def held_by(take: Take, catalogue: Catalogue) -> Held:
    """What a take began with; its seed is then kept."""
    stored = {item.id for item in catalogue.items()}
    speech = take.speech
    return Held(
        preset=catalogue.find(take.preset.id) if take.preset.id in stored else None,
        params=take.preset.params(),
        score=take.score,
        recording=None if speech else take.recording,
        seed=take.seed,
        locked=True,
        manner=speech.manner if speech else None,
        text=speech.text if speech else None,
    )


def plain(params: GenerationParams) -> GenerationParams:
    """The same parameters, with tags that weigh nothing left out and the others in a fixed order."""
    tags = tuple(sorted((tag, round(weight, 4)) for tag, weight in params.tags if weight > 0.0))
    return dataclasses.replace(params, tags=tags)


def bent(before: Manner | None, after: Manner | None) -> list[str]:
    """What of the manner differs, beside its voices, in the words of the panel."""
    if before is None or after is None:
        return []
    words = {"speed": "speed", "semitones": "pitch", "pitch_range": "range", "pauses": "pauses"}
    return [word for name, word in words.items() if getattr(before, name) != getattr(after, name)]


def moved(before: GenerationParams, after: GenerationParams) -> list[str]:
    """What differs, in the words of the panels: ``temperature``, ``piano`` for a tag of that name."""
    before, after = plain(before), plain(after)
    words = {"temperature": "temperature", "top_p": "nucleus", "top_k": "top-k", "speaker": "voice"}
    names = [word for name, word in words.items() if getattr(before, name) != getattr(after, name)]
    old, new = dict(before.tags), dict(after.tags)
    layers = [f"layer {layer}" for layer in sorted(set(before.muted) ^ set(after.muted))]
    layers += [f"skip {layer}" for layer in sorted(set(before.unskipped) ^ set(after.unskipped))]
    return names + [tag for tag in {**old, **new} if old.get(tag) != new.get(tag)] + layers
