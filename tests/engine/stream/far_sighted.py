"""A small model that looks back far, as the music model does: states of its streams are worth keeping."""

from __future__ import annotations

from pathlib import Path

from engine.wavenet.model_file import ModelFile
from tests.models import save_tiny_model

DILATIONS = (1, 2, 4_096, 8_192, 2, 4_096, 8_192, 8_192)
FIELD = sum(DILATIONS) + 1
"""Samples: 2.05 s."""


def far_sighted(path: Path) -> ModelFile:
    """Write it, and load it back."""
    return save_tiny_model(path, name="tiny", dilations=DILATIONS)
