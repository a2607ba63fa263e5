"""The colours of the window, dark and light."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor


@dataclass(frozen=True)
class Theme:
    """Colours as #rrggbb. Text on any of the four grounds has a contrast of 4.5 or more."""

    name: str
    window: str
    """Behind everything."""
    surface: str
    """Cards."""
    raised: str
    """Fields and buttons on a card."""
    hover: str
    line: str
    """Borders and grids."""
    strong_line: str
    """Borders of what can be pressed or typed into: a contrast of 3 or more on all grounds but ``hover``."""
    text: str
    muted: str
    accent: str
    """The sound itself: waveform, Play, values."""
    on_accent: str
    second: str
    """The distribution, choices that are on."""
    marked: str
    """The playhead and the value that was drawn."""
    danger: str
    warning: str

    @property
    def dark(self) -> bool:
        """Whether light text stands on dark grounds."""
        return QColor(self.window).lightnessF() < 0.5


DARK = Theme(
    name="dark",
    window="#0d0f15",
    surface="#151822",
    raised="#1f2431",
    hover="#2a3041",
    line="#232838",
    strong_line="#667090",
    text="#e9ecf5",
    muted="#9aa3ba",
    accent="#3fdcb4",
    on_accent="#04231b",
    second="#9d8cff",
    marked="#ffc15e",
    danger="#ff6b7a",
    warning="#ffb454",
)
LIGHT = Theme(
    name="light",
    window="#eceff5",
    surface="#ffffff",
    raised="#f1f3f8",
    hover="#e3e7f0",
    line="#dde2ec",
    strong_line="#7f889e",
    text="#171b26",
    muted="#545d72",
    accent="#00735a",
    on_accent="#ffffff",
    second="#5b45d6",
    marked="#9c5700",
    danger="#c0152f",
    warning="#8f4f00",
)
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


def mix(one: str, other: str, share: float) -> QColor:
    """``share`` (0…1) of ``other`` mixed into ``one``."""
    a, b = QColor(one), QColor(other)
    red, green, blue = (
        (1.0 - share) * x + share * y
        for x, y in ((a.redF(), b.redF()), (a.greenF(), b.greenF()), (a.blueF(), b.blueF()))
    )
    return QColor.fromRgbF(red, green, blue)
