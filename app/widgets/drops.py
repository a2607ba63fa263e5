"""What may be dropped on the window: one file of a kind that something can be done with."""

from __future__ import annotations

from PySide6.QtGui import QDropEvent

from engine.library.paths import PRESET_SUFFIX, RECORDING_SUFFIXES, SCORE_SUFFIXES, TEXT_SUFFIX

DROPPED = (*SCORE_SUFFIXES, *RECORDING_SUFFIXES, PRESET_SUFFIX, TEXT_SUFFIX)


def dropped_file(event: QDropEvent, suffixes: tuple[str, ...]) -> str:
    """The path of the one file of this kind that is dragged; empty for anything else."""
    urls = event.mimeData().urls()
    path = urls[0].toLocalFile() if len(urls) == 1 else ""
    return path if path.lower().endswith(suffixes) else ""
