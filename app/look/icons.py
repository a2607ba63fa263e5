"""Our own SVG icons, tinted by the theme and sharp on every screen that there is."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.look.colours import Theme
from engine.library.paths import ROOT

FOLDER = ROOT / "assets" / "icons"


@lru_cache(maxsize=1)
def _drawings() -> dict[str, bytes]:
    """All of them by name, read at once with the first: at start-up, not while the user waits."""
    return {path.stem: path.read_bytes() for path in FOLDER.glob("*.svg")}


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int, scale: float) -> QPixmap:
    """One icon as ``size`` x ``size`` points at ``scale`` pixels a point; ``colour`` is #rrggbb."""
    svg = _drawings()[name].replace(b"currentColor", colour.encode())
    result = QPixmap(QSize(round(size * scale), round(size * scale)))
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(result.rect()))
    painter.end()
    result.setDevicePixelRatio(scale)
    return result


def icon(
    name: str,
    theme: Theme,
    *,
    size: int = 20,
    colour: str | None = None,
    on_name: str = "",
    on_colour: str = "",
) -> QIcon:
    """An icon in the theme's text colour, or ``colour``; faded where disabled.

    ``on_name`` and ``on_colour`` are used while the button is checked. It is drawn for the screens that there
    are: on one that comes later, or changes its scale, icons have to be made anew.
    """
    colour = colour or theme.text
    faded = QColor(theme.muted)
    faded.setAlphaF(0.45)
    result = QIcon()
    for scale in sorted({screen.devicePixelRatio() for screen in QGuiApplication.screens()}):
        result.addPixmap(pixmap(name, colour, size, scale), QIcon.Mode.Normal, QIcon.State.Off)
        result.addPixmap(
            pixmap(on_name or name, on_colour or colour, size, scale), QIcon.Mode.Normal, QIcon.State.On
        )
        dim = QPixmap(pixmap(name, theme.muted, size, scale))
        painter = QPainter(dim)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        painter.fillRect(QRectF(0, 0, size, size), faded)
        painter.end()
        for state in (QIcon.State.Off, QIcon.State.On):
            result.addPixmap(dim, QIcon.Mode.Disabled, state)
    return result


def app_icon() -> QIcon:
    """The mark of the application, for title bar and task switcher."""
    result = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(pixmap("app", "#ffffff", size, 1.0))
    return result
