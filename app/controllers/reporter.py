"""What all have that tell the user something."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Reporter(QObject):
    """Says in the message bar what came of what the user did."""

    reported = Signal(str, str)
    """(text, kind) for the message bar."""

    def not_opened(self, why: str) -> None:
        """A file that was asked for cannot be read."""
        self.reported.emit(f"Not opened: {why}", "error")
