"""How a model learns one sound more in some minutes: chosen by measurement (docs/training.md)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.library.training_jobs import OwnRequest
from engine.training.settings import Recipe, Shape, Stage, read_recipe
from engine.wavenet.config import ModelConfig

RECIPES = Path(__file__).parent.parent / "recipes"
OWN_SHARE = 0.5
"""Of the crops that are the user's sounds; the others are rehearsed."""
SHORTEST_CROP = 16_384
CLIP_MINUTES = 5.0
"""Between two validations, each with a clip to hear."""
CLIPS = 4
"""In a run that is too short for that."""


def recipe_of(request: OwnRequest, config: ModelConfig, own: int, rehearsed: int) -> Recipe:
    """The recipe of a job whose corpus has ``own`` samples of the new sound and ``rehearsed`` others."""
    minutes = min(CLIP_MINUTES, request.seconds / 60.0 / CLIPS)
    if not request.base:
        name = "speech" if request.kind == "speaker" else "music"
        return replace(
            read_recipe(RECIPES / f"{name}.toml"),
            name=request.label,
            seed=request.seed,
            dropout=0.0,
            validate_minutes=minutes,
        )
    crop = max(SHORTEST_CROP, round(config.receptive_field * 1.125))
    more_often = rehearsed / max(1, own) * OWN_SHARE / (1.0 - OWN_SHARE)
    return Recipe(
        name=request.title,
        model=Shape(cycles=((1, 1),)),  # the model's own is taken
        stages=(Stage(1.0, crop, 2),),
        seed=request.seed,
        learning_rate=1e-3,
        outer_learning_rate=5e-4,
        warmup_steps=20,
        decay_from=0.3,
        ema=0.98,
        noisy=0.4,
        fewer_tags=0.15,
        emphasis={request.label: more_often},
        validate_minutes=minutes,
    )
