"""The right column while the user trains: sounds, what is learnt from them, and how far it is."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.actions import Actions
from app.look.colours import Theme
from app.panels.right_column import RightColumn
from app.panels.sounds import SoundsPanel
from app.panels.teaching import TeachingPanel
from app.panels.training import TrainingPanel


class TrainColumn(RightColumn):
    """Three cards; they know nothing of each other."""

    def __init__(self, actions: Actions) -> None:
        self.sounds, self.teaching = SoundsPanel(actions), TeachingPanel(actions)
        self.training = TrainingPanel(actions)
        super().__init__((self.sounds, self.teaching), self.training, QWidget())
        self.set_filled(True)

    def set_theme(self, theme: Theme) -> None:
        for panel in (self.sounds, self.teaching, self.training):
            panel.set_theme(theme)
