from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from app.look.colours import DARK
from app.look.icons import FOLDER, app_icon, icon, pixmap


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.svg")))
def test_every_icon_draws_something(qapp: QApplication, name: str) -> None:
    image = pixmap(name, "#ff0000", 24, 1.0).toImage()
    inked = sum(image.pixelColor(x, y).alpha() > 0 for x in range(24) for y in range(24))
    assert inked > 20


def test_an_icon_takes_the_colour_asked_for(qapp: QApplication) -> None:
    image = pixmap("stop", "#3fdcb4", 24, 1.0).toImage()
    assert image.pixelColor(12, 12).name() == "#3fdcb4"


def test_a_disabled_icon_is_fainter(qapp: QApplication) -> None:
    drawn = icon("stop", DARK, size=24)
    shades = {
        mode: drawn.pixmap(24, mode=mode).toImage().pixelColor(12, 12).alpha()
        for mode in (drawn.Mode.Normal, drawn.Mode.Disabled)
    }
    assert shades[drawn.Mode.Disabled] < shades[drawn.Mode.Normal]


def test_the_applications_own_icon_comes_in_many_sizes(qapp: QApplication) -> None:
    assert {size.width() for size in app_icon().availableSizes()} >= {16, 32, 256}
