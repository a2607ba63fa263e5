"""What it takes to say a text: nets from a file, and the reading of English."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from engine.library.paths import lexicon_file, speech_nets_file
from engine.stream.narration.edits import SpeechModel
from engine.stream.narration.reader import ReadAs

if TYPE_CHECKING:
    from engine.speech.nets import SpeechNets
    from engine.speech.script import Script
    from engine.speech.text.dictionary import Accent


@dataclass(frozen=True)
class Equipment:
    """Both may raise StudioError, and are called where nobody waits for them."""

    nets: Callable[[], SpeechModel]
    read: ReadAs


def read_in(accent: Accent, text: str) -> Script:
    """``text`` as it is said in an accent, with the user's own words. Raises StudioError on those."""
    from engine.speech.text.lexicon import read_lexicon
    from engine.speech.text.reading import read_text

    return read_text(text, accent=accent, lexicon=read_lexicon(lexicon_file()))


def find_equipment() -> Equipment | None:
    """What is installed; None where the nets are not."""
    path = speech_nets_file()
    if path is None:
        return None
    nets = cache(lambda: _read(path))
    return Equipment(
        nets,
        lambda text, speaker: read_in(nets().accent_of(speaker), text),
    )


def _read(path: Path) -> SpeechNets:
    from engine.speech.nets import SpeechNets  # with the first text

    return SpeechNets.read(path)


def warm_up(equipment: Equipment, speaker: str) -> None:
    """Have in memory what the first text takes. Raises StudioError."""
    equipment.read("Ready.", speaker)
    equipment.nets()
