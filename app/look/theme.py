"""How Qt is told of the colours and the type of the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app.look.colours import Theme
from app.look.stylesheet import stylesheet
from engine.library.paths import ROOT

FONT_FOLDER = ROOT / "assets" / "fonts"
FAMILY = "Inter"
FALLBACKS = ("Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans", "sans-serif")


def load_fonts(folder: Path = FONT_FOLDER) -> None:
    """Make the faces we ship known to Qt, so that text looks the same on a machine without fonts."""
    for path in sorted(folder.glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))


def ui_font(size: float = 10.0, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The font of the window; digits all have one width, so that running figures do not jitter."""
    font = QFont([FAMILY, *FALLBACKS])
    font.setPointSizeF(size)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Tell the whole application of the colours; the windows are dressed one by one."""
    if app.font().family() != FAMILY:  # no theme has another, and each has every widget measured anew
        app.setStyle("Fusion")
        app.setFont(ui_font())
    app.setPalette(palette(theme))


def dress(window: QWidget, theme: Theme) -> None:
    """Give a window and all that belongs to it the style sheet, unless it wears just that.

    One of the application's own would be the same to look at, and take five times as long to change.
    """
    sheet = stylesheet(theme)
    if window.styleSheet() != sheet:
        window.setStyleSheet(sheet)


def palette(theme: Theme) -> QPalette:
    """The same colours for what a style sheet does not reach."""
    roles = QPalette.ColorRole
    colours = {
        roles.Window: theme.window,
        roles.WindowText: theme.text,
        roles.Base: theme.surface,
        roles.AlternateBase: theme.raised,
        roles.Text: theme.text,
        roles.Button: theme.raised,
        roles.ButtonText: theme.text,
        roles.BrightText: theme.danger,
        roles.ToolTipBase: theme.raised,
        roles.ToolTipText: theme.text,
        roles.PlaceholderText: theme.muted,
        roles.Highlight: theme.second,
        roles.HighlightedText: theme.window,
        roles.Link: theme.second,
        roles.Accent: theme.accent,
    }
    result = QPalette()
    for role, colour in colours.items():
        result.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        faded = QColor(theme.muted)
        faded.setAlphaF(0.6)
        result.setColor(QPalette.ColorGroup.Disabled, role, faded)
    return result
