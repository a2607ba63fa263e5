"""The Qt style sheet, written once from the theme's colours."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from engine.library.paths import ROOT

if TYPE_CHECKING:
    from app.look.colours import Theme


def stylesheet(theme: Theme) -> str:
    """The style sheet of a window and its dialogs."""
    return Template(SHEET).substitute(vars(theme), icons=(ROOT / "assets" / "icons").as_posix())


SHEET = """
QMainWindow, QDialog { background: $window; color: $text; }
QDialog#palette { background: $surface; border: 1px solid $strong_line; border-radius: 10px; }
QWidget { color: $text; }
QToolTip { background: $raised; color: $text; border: 1px solid $strong_line; padding: 6px 8px; }

QFrame#card { background: $surface; border: 1px solid $line; border-radius: 10px; }
QLabel#heading { color: $muted; font-size: 8pt; font-weight: 600; letter-spacing: 1px; }
QLabel#title { font-size: 13pt; font-weight: 600; }
QLabel#subtitle, QLabel#hint { color: $muted; }
QLabel#hint { font-size: 9pt; }
QLabel#value { font-weight: 600; }
QLabel#time { font-size: 17pt; font-weight: 500; }
QLabel#chip { background: $raised; color: $muted; border-radius: 7px; padding: 2px 9px; font-size: 8.5pt; }

QMenuBar { background: $window; color: $text; padding: 2px 6px; border: none; }
QMenuBar::item { padding: 5px 10px; border-radius: 6px; background: transparent; }
QMenuBar::item:selected { background: $raised; }
QMenu { background: $surface; border: 1px solid $strong_line; border-radius: 8px; padding: 5px; }
QMenu::item { padding: 6px 28px 6px 10px; border-radius: 5px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $line; margin: 5px 6px; }
QMenu::icon { padding-left: 8px; }

QLineEdit, QDoubleSpinBox, QSpinBox, QComboBox {
    background: $raised; border: 1px solid $strong_line; border-radius: 7px; padding: 5px 8px;
    selection-background-color: $second; selection-color: $window; }
QLineEdit:focus, QDoubleSpinBox:focus, QSpinBox:focus, QComboBox:focus { border: 1px solid $accent; }
QLineEdit:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: $muted; border-color: $line; }
QPlainTextEdit#text { background: $surface; border: 1px solid transparent; border-radius: 7px;
    padding: 2px; selection-background-color: $second; selection-color: $window; }
QPlainTextEdit#text:focus { border: 1px solid $accent; }
QLineEdit[wrong="true"] { border: 1px solid $danger; }
QDoubleSpinBox#number { padding: 1px 4px; background: transparent; border: 1px solid transparent;
    border-radius: 5px; font-weight: 600; }
QDoubleSpinBox, QSpinBox { padding: 3px 0 4px 0; }
QAbstractSpinBox QLineEdit { background: transparent; border: none; padding: 0; border-radius: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
QDoubleSpinBox#number:hover { background: $raised; border-color: $strong_line; }
QDoubleSpinBox#number:focus { background: $raised; border-color: $accent; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("$icons/arrow-$name.svg"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $strong_line; padding: 4px;
    selection-background-color: $hover; selection-color: $text; outline: none; }

QPushButton, QToolButton { background: $raised; border: 1px solid $strong_line; border-radius: 8px;
    padding: 6px 12px; }
QToolButton { padding: 5px; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $line; }
QPushButton:focus, QToolButton:focus { border: 1px solid $accent; }
QPushButton:disabled, QToolButton:disabled { background: $surface; color: $muted; border-color: $line; }
QPushButton#primary { background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600; }
QPushButton#primary:hover, QPushButton#primary:focus { border: 1px solid $text; }
QPushButton#primary:disabled { background: $surface; color: $muted; border-color: $line; }
QToolButton#splitLeft { border-top-right-radius: 0; border-bottom-right-radius: 0; }
QToolButton#splitRight { border-top-left-radius: 0; border-bottom-left-radius: 0; border-left: none;
    padding: 7px 3px; }
QToolButton#splitRight:focus { border: 1px solid $accent; padding-left: 2px; }
QToolButton#plain { background: transparent; border: 1px solid transparent; }
QToolButton#plain:hover { background: $hover; }
QToolButton#plain:focus { border: 1px solid $accent; }
QToolButton#plain:checked { background: $raised; }
QToolButton[popupMode="2"] { padding-right: 18px; }
QToolButton::menu-indicator { image: url("$icons/arrow-$name.svg"); width: 10px; height: 10px;
    subcontrol-origin: border; subcontrol-position: right center; right: 5px; }

QToolButton#summary { background: transparent; border: 1px solid transparent; border-radius: 6px;
    color: $muted; font-size: 9pt; padding: 0 4px; }
QToolButton#summary:hover { background: $hover; color: $text; }
QToolButton#summary:focus { border: 1px solid $accent; }
QToolButton#summary[alarm="true"] { color: $warning; font-weight: 600; }
QToolButton#play { background: $accent; border: 2px solid $accent; border-radius: 26px; padding: 0; }
QToolButton#play:hover { border: 2px solid $text; background: $accent; }
QToolButton#play:focus { border: 2px solid $text; }
QToolButton#play:disabled { background: $raised; border: 2px solid $line; }

QToolButton#segment { background: transparent; border: 1px solid transparent; border-radius: 7px;
    padding: 4px 9px; color: $muted; font-weight: 500; }
QToolButton#segment:hover { color: $text; }
QToolButton#segment:checked { background: $hover; color: $text; }
QToolButton#segment:focus { border: 1px solid $accent; }
QFrame#segments { background: $raised; border-radius: 9px; }

QToolButton#pill { background: $raised; border: 1px solid $strong_line; border-radius: 12px;
    padding: 3px 10px; color: $text; }
QToolButton#pill:hover { background: $hover; }
QToolButton#pill:focus { border: 1px solid $accent; }
QToolButton#pill:checked { background: $second; border: 1px solid $second; color: $window; font-weight: 600; }
QToolButton#pill:checked:focus { border: 1px solid $text; }
QToolButton#pill:disabled { color: $muted; border-color: $line; background: $surface; }

QToolButton#slot { background: transparent; border: 1px solid $strong_line; border-radius: 7px;
    padding: 4px 0; color: $muted; }
QToolButton#slot[full="true"] { background: $hover; color: $text; font-weight: 600; }
QToolButton#slot:hover { background: $raised; }
QToolButton#slot:focus { border: 1px solid $accent; }

QListView { background: transparent; border: none; outline: none; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar::handle:vertical { background: $strong_line; border-radius: 3px; min-height: 28px; }
QScrollBar::handle:vertical:hover { background: $muted; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle:horizontal { background: $strong_line; border-radius: 3px; min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $line; }

QFrame#message { background: $raised; border: 1px solid $strong_line; border-radius: 8px; }
QFrame#message[kind="error"] { border: 1px solid $danger; }
QFrame#message[kind="warning"] { border: 1px solid $warning; }
QStatusBar { background: $window; color: $muted; border: none; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $muted; font-size: 9pt; padding: 0 2px; }
QStatusBar QLabel[alarm="true"] { color: $warning; font-weight: 600; }
QProgressBar { background: $raised; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: 15px; height: 15px; border: 1px solid $strong_line; border-radius: 4px;
    background: $raised; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border: 1px solid $accent; }
QCheckBox::indicator:checked { background: $accent; border: 1px solid $accent;
    image: url("$icons/tick-$name.svg"); }
QRadioButton { spacing: 8px; }
QRadioButton::indicator { width: 15px; height: 15px; border: 1px solid $strong_line; border-radius: 8px;
    background: $raised; }
QRadioButton::indicator:hover, QRadioButton::indicator:focus { border: 1px solid $accent; }
QRadioButton::indicator:checked { width: 7px; height: 7px; border: 5px solid $accent; border-radius: 8px;
    background: $on_accent; }
"""
