from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QImage, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem

from app.look.colours import DARK, LIGHT, Theme
from app.widgets.preset_row import ROW, PresetDelegate, PresetItem, listen_place, star_place

RECT = QRect(0, 0, 240, ROW)
PLACE = listen_place(RECT)
States = QStyle.StateFlag


def row(item: PresetItem, state: QStyle.StateFlag, sounding: str | None, theme: Theme = DARK) -> QImage:
    """The place of a row's button, painted."""
    return whole_row(item, state, sounding, theme).copy(PLACE)


def whole_row(
    item: PresetItem, state: QStyle.StateFlag, sounding: str | None = None, theme: Theme = DARK
) -> QImage:
    model = QStandardItemModel(1, 1)
    entry = QStandardItem()
    entry.setData(item, Qt.ItemDataRole.UserRole)
    model.setItem(0, entry)
    index: QModelIndex = model.index(0, 0)
    delegate = PresetDelegate()
    delegate.theme, delegate.sounding = theme, sounding
    option = QStyleOptionViewItem()
    option.rect, option.state = RECT, state
    image = QImage(RECT.size(), QImage.Format.Format_ARGB32)
    image.fill(theme.surface)
    painter = QPainter(image)
    delegate.paint(painter, option, index)
    painter.end()
    return image


def has_button(state: QStyle.StateFlag, *, sounding: bool = False, available: bool = True) -> bool:
    """Whether a row with a clip differs, where its button would be, from one without."""
    pictures = [
        row(PresetItem("p", "P", "genre", "", "", available, clip=clip), state, "p" if sounding else None)
        for clip in (True, False)
    ]
    return pictures[0] != pictures[1]


@pytest.mark.usefixtures("dressed")
def test_the_button_shows_under_the_mouse_with_the_keyboard_and_while_its_clip_sounds() -> None:
    assert has_button(States.State_Enabled | States.State_MouseOver)
    assert has_button(States.State_Enabled | States.State_Selected | States.State_HasFocus)
    assert has_button(States.State_Enabled, sounding=True)
    assert has_button(States.State_MouseOver, available=False)


@pytest.mark.usefixtures("dressed")
def test_a_row_at_rest_has_no_button() -> None:
    assert not has_button(States.State_Enabled)
    assert not has_button(States.State_Enabled | States.State_Selected)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_a_sounding_clip_has_a_button_in_the_colour_of_sound(dressed: QApplication, theme: Theme) -> None:
    item = PresetItem("p", "P", "genre", "", "", clip=True)
    sounding = row(item, States.State_Enabled, "p", theme)
    assert sounding.pixelColor(PLACE.width() // 2, 4).name() == theme.accent
    assert row(item, States.State_MouseOver, None, theme).pixelColor(PLACE.width() // 2, 4).name() == (
        theme.surface
    )


def test_the_button_lies_in_the_row_and_is_big_enough_to_hit() -> None:
    assert RECT.contains(PLACE)
    assert min(PLACE.width(), PLACE.height()) >= 24  # WCAG 2.2, success criterion 2.5.8


@pytest.mark.usefixtures("dressed")
def test_a_star_shows_where_it_is_set_and_where_it_can_be() -> None:
    place = star_place(RECT)

    def picture(state: QStyle.StateFlag, *, starred: bool) -> QImage:
        return whole_row(PresetItem("p", "P", "genre", "", "", starred=starred), state).copy(place)

    rest, pointed = States.State_Enabled, States.State_Enabled | States.State_MouseOver
    set_star = picture(rest, starred=True)
    assert set_star.pixelColor(place.width() // 2, place.height() // 2).name() == DARK.marked
    assert picture(rest, starred=False) != set_star
    assert picture(rest, starred=False) != picture(pointed, starred=False)
    assert RECT.contains(place)
    assert not place.intersects(PLACE)
    assert min(place.width(), place.height()) >= 24  # WCAG 2.2, success criterion 2.5.8
