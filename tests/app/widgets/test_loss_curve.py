from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.look.colours import DARK
from app.widgets.loss_curve import LossCurve, bounds


def test_the_bounds_hold_all_points_and_are_a_tenth_of_a_bit_apart_at_least() -> None:
    assert bounds([(0.0, 3.0), (1.0, 2.5)]) == (2.5, 3.0)
    low, high = bounds([(0.0, 3.0)])
    assert (low, high) == pytest.approx((2.95, 3.05))


def test_a_curve_that_falls_is_drawn_from_the_upper_left_to_the_lower_right(
    qtbot: QtBot, dressed: QApplication
) -> None:
    curve = LossCurve()
    qtbot.addWidget(curve)
    curve.resize(240, 104)
    curve.set_theme(DARK)
    curve.show_curve([(float(n), 4.0 - n / 100) for n in range(101)], [])
    curve.show()
    image = curve.grab().toImage()
    scale = image.width() / 240

    def line_at(x: int) -> float:
        """The height, in points from above, of the line's strongest pixel."""
        accent = QColor(DARK.accent)

        def distance(y: int) -> int:
            colour = image.pixelColor(round(x * scale), y)
            return abs(colour.red() - accent.red()) + abs(colour.green() - accent.green())

        return min(range(image.height()), key=distance) / scale

    assert line_at(40) < 25 < 80 < line_at(230)
    assert curve.accessibleDescription() == "101 points, 3.00 bits"
