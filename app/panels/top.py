"""The top line: which preset is in use, the way back to it, and what shows the columns."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.actions import Actions
from app.look.colours import Theme
from app.widgets.buttons import Button
from app.widgets.elided import ElidedLabel

LINE = 34


class TopBar(QWidget):
    """Its left end is kept for the modes, once there is more than one."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.modes = QHBoxLayout()
        self.title, self.subtitle, self.model_chip = ElidedLabel(), ElidedLabel(), QLabel()
        self.title.setObjectName("title")
        self.subtitle.setObjectName("subtitle")
        self.model_chip.setObjectName("chip")
        self.modified_button = Button(style="")
        self.modified_button.follow(actions["reset"], text=True)
        self.modified_button.setFixedHeight(LINE - 6)
        self.buttons = {name: Button(size=18) for name in ("left_column", "previous", "next", "right_column")}
        for name, button in self.buttons.items():
            button.follow(actions[name])
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(self.buttons["left_column"])
        line.addLayout(self.modes)
        for name in ("previous", "next"):
            line.addWidget(self.buttons[name])
        line.addSpacing(4)
        line.addWidget(self.title)
        line.addWidget(self.modified_button)
        line.addWidget(self.subtitle, 1)
        line.addWidget(self.model_chip, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.buttons["right_column"])
        self.setFixedHeight(LINE)

    def show_preset(self, name: str, description: str, model: str, *, modified: bool) -> None:
        """The preset in use."""
        self.title.setText(name)
        self.subtitle.setText(description)
        self.model_chip.setText(model)
        self.model_chip.setVisible(bool(model))
        self.modified_button.setVisible(modified)

    def set_theme(self, theme: Theme) -> None:
        for button in (*self.buttons.values(), self.modified_button):
            button.set_theme(theme)
