"""Where a number is typed in a dialog: its text stands as far from the border as in the fields around it."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractSpinBox

ROOM = 8
"""Points on either side: a style sheet's padding does not reach the text of such a box."""


def give_room(box: QAbstractSpinBox) -> None:
    """Keep the text of ``box`` off its border."""
    box.lineEdit().setTextMargins(ROOM, 0, ROOM, 0)
