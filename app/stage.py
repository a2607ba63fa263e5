"""The stage: lanes one above the other, each a picture of the take that sounds or is selected."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.actions import Actions
from app.look.colours import Theme
from app.panels.score import ScorePanel
from app.plots.distribution import DistributionPlot
from app.plots.pianoroll import PianoRoll
from app.plots.waveform import WaveformPlot
from app.widgets.lane import Lane, LaneStack

GAP = 8


class Stage(QWidget):
    """What is in it is told to its pictures by the controllers."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.waveform, self.distribution = WaveformPlot(), DistributionPlot()
        self.entropy = QLabel()
        self.piano_roll = PianoRoll()
        self.score = ScorePanel(actions, self.piano_roll)
        self.wave_lane, self.odds_lane = Lane("Wave"), Lane("Next sample")
        self.lanes = LaneStack()
        self.lanes.setHandleWidth(GAP)
        self.wave_lane.finish_header()
        self.wave_lane.body.addWidget(self.waveform, 1)
        self.entropy.setObjectName("value")
        self.entropy.setFixedSize(140, 20)
        self.entropy.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.entropy.setAccessibleName("Entropy")
        self.entropy.setToolTip("How open the next sample is: 0 bits certain, 8 anything at all")
        self.odds_lane.add_tool(self.entropy)
        self.odds_lane.finish_header()
        self.distribution.set_hint("The odds of the next sample show here while a model plays")
        self.odds_lane.body.addWidget(self.distribution, 1)
        for name, lane, stretch in (
            ("score", self.score, 3),
            ("wave", self.wave_lane, 4),
            ("odds", self.odds_lane, 5),
        ):
            self.lanes.add(name, lane, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.lanes, 1)

    def set_theme(self, theme: Theme) -> None:
        """Dress every lane."""
        for part in (
            self.waveform,
            self.distribution,
            self.piano_roll,
            self.score,
            self.wave_lane,
            self.odds_lane,
        ):
            part.set_theme(theme)
