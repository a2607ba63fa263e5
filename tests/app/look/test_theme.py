from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.look.colours import DARK, LIGHT, THEMES, Theme, mix
from app.look.theme import FAMILY, FONT_FOLDER, apply_theme, dress, ui_font


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = []
    for value in QColor(colour).getRgbF()[:3]:
        parts.append(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_formula_gives_21_for_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("ground", ["window", "surface", "raised", "hover"])
@pytest.mark.parametrize("ink", ["text", "muted"])
def test_text_is_readable_on_every_ground(theme: Theme, ground: str, ink: str) -> None:
    assert contrast(getattr(theme, ink), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("ground", ["window", "surface", "raised"])
@pytest.mark.parametrize("ink", ["strong_line", "accent", "second", "marked", "danger", "warning"])
def test_what_can_be_pressed_and_what_it_says_in_colour_is_seen(theme: Theme, ground: str, ink: str) -> None:
    """WCAG 2.1, success criterion 1.4.11: parts of controls need 3 to 1."""
    assert contrast(getattr(theme, ink), getattr(theme, ground)) >= 3.0


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_coloured_text_and_text_on_colour_are_readable(theme: Theme) -> None:
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.window, theme.second) >= 4.5
    assert contrast(theme.warning, theme.window) >= 4.5


def test_the_typeface_comes_with_the_program_and_renders(dressed: QApplication) -> None:
    assert FAMILY in QFontDatabase.families()
    assert QFontInfo(ui_font()).family() == FAMILY
    assert (FONT_FOLDER / "OFL.txt").read_text(encoding="utf-8").count("SIL OPEN FONT LICENSE") == 1


def test_widgets_are_styled_anew_by_another_theme_and_not_by_the_same(
    qtbot: QtBot, dressed: QApplication
) -> None:
    class Counting(QWidget):
        styled = 0

        def changeEvent(self, event: QEvent) -> None:
            self.styled += event.type() is QEvent.Type.StyleChange

    window = QWidget()
    widget = Counting(window)
    qtbot.addWidget(window)
    dress(window, DARK)
    window.show()
    shown = widget.styled
    dress(window, DARK)
    assert widget.styled == shown
    dress(window, LIGHT)
    assert widget.styled > shown
    assert widget.palette().text().color() == QColor(LIGHT.text)


def test_what_no_style_sheet_reaches_has_the_themes_colours(dressed: QApplication) -> None:
    for theme in (LIGHT, DARK):
        apply_theme(dressed, theme)
        assert dressed.palette().window().color() == QColor(theme.window)
        assert QFontInfo(dressed.font()).family() == FAMILY
        assert dressed.style().name() == "fusion"


def test_mixing_goes_from_one_colour_to_the_other() -> None:
    assert mix("#000000", "#ffffff", 0.0).name() == "#000000"
    assert mix("#000000", "#ffffff", 1.0).name() == "#ffffff"
    assert mix("#000000", "#ffffff", 0.5).red() in (127, 128)


def test_style_and_font_are_set_once_since_each_has_every_widget_measured_anew() -> None:
    class Application:
        def __init__(self) -> None:
            self.calls: list[str] = []
            self.set = QFont("DejaVu Sans")

        def font(self) -> QFont:
            return self.set

        def setFont(self, font: QFont) -> None:
            self.calls.append("setFont")
            self.set = font

        def __getattr__(self, name: str) -> object:
            return lambda *_: self.calls.append(name)

    app = Application()
    for theme in (DARK, LIGHT):
        apply_theme(app, theme)  # type: ignore[arg-type]
    assert app.calls == ["setStyle", "setFont", "setPalette", "setPalette"]
